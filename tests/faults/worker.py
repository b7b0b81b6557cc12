"""A worker that can be killed again and again: one process that has imported everything, and forks per try.

Each line on standard input is a try, {"task", "point", "pass", "minutes"}; each answer is "done" or "killed".
"""

import json
import os
import signal
import sys
import traceback
from datetime import timedelta
from pathlib import Path
from typing import Any

from helpdesk import clock
from tests.app import make_app
from tests.faults.points import BY_NAME, arm
from tests.faults.tasks import TASKS


def main() -> None:
    url, data_dir, mailbox_id = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _try(json.loads(line), url, data_dir, mailbox_id)
        _, status = os.waitpid(child, 0)
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        done = os.WIFEXITED(status) and os.WEXITSTATUS(status) == 0
        print("killed" if killed else "done" if done else "failed", flush=True)


def _try(order: dict[str, Any], url: str, data_dir: Path, mailbox_id: int) -> None:
    """Never returns: a fork must not go on with its parent's business."""
    try:
        clock.shift(timedelta(minutes=order["minutes"]))
        if order["point"]:
            arm(BY_NAME[order["point"]], order["pass"])
        with make_app(url, data_dir).app_context():
            TASKS[order["task"]](mailbox_id, f"worker-{os.getpid()}-{order['minutes']}")
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    main()
