"""Two workers that pay, as processes that may be killed: one parent has imported everything, and forks them.

Each line on standard input is an order. {"point", "pass", "minutes"} starts both, armed with the same moment
of death ("" for none), their clocks ahead by so many minutes. {"alive": true} is answered with how many live.
{"stop": true} ends those that do, and is answered with what became of each: "killed", "done", or "failed".
"""

import json
import os
import signal
import sys
import time
import traceback
from datetime import timedelta
from pathlib import Path
from typing import Any

from helpdesk import clock
from helpdesk.workers import payer
from tests.app import make_app
from tests.faults.points import Point, arm

PAYING = (
    Point("before a promise is instructed", "helpdesk.actions.remedy_money:instruct", after=False),
    Point("inside the transaction of instructing", "helpdesk.actions.remedy_money:instruct", after=True),
    Point("after instructing", "helpdesk.workers.payer:_instruct", after=True),
    Point("before the lease", "helpdesk.actions.paying:take", after=False),
    Point("inside the transaction of the lease", "helpdesk.actions.paying:take", after=True),
    Point("before the gateway is told", "helpdesk.workers.payer:_ask", after=False),
    Point("inside the bank, before its book is closed", "helpdesk.gateways.bank_book:turn", after=True),
    Point("after the gateway has answered", "helpdesk.workers.payer:_ask", after=True),
    Point("before the answer is noted", "helpdesk.actions.paying:note", after=False),
    Point("between the answer and the payment's sums", "helpdesk.actions.remedy_money:follow", after=False),
    Point("inside the transaction of the note", "helpdesk.actions.paying:note", after=True),
    Point("after the note", "helpdesk.workers.payer:_carry_on", after=True),
)
BY_NAME = {point.name: point for point in PAYING}
PACE = 0.02  # seconds between two ticks


def main() -> None:
    url, data_dir = sys.argv[1], Path(sys.argv[2])
    flag = data_dir / "stop"
    workers: list[int] = []
    make_app(url, data_dir, SANDBOX="1")  # composed once for all who are forked
    for line in sys.stdin:
        order = json.loads(line)
        if order.get("alive"):
            print(sum(_is_alive(worker) for worker in workers), flush=True)
            continue
        if order.get("stop"):
            flag.touch()
            print(" ".join(_fate(worker) for worker in workers), flush=True)
            workers = []
            continue
        flag.unlink(missing_ok=True)
        for name in ("one", "other"):
            child = os.fork()
            if child == 0:
                _work(name, order, url, data_dir, flag)
            workers.append(child)
        print("started", flush=True)


def _is_alive(worker: int) -> bool:
    """Without taking its end away from `_fate`."""
    return os.waitid(os.P_PID, worker, os.WEXITED | os.WNOWAIT | os.WNOHANG) is None


def _fate(worker: int) -> str:
    _, status = os.waitpid(worker, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return "killed"
    return "done" if os.WIFEXITED(status) and os.WEXITSTATUS(status) == 0 else "failed"


def _work(name: str, order: dict[str, Any], url: str, data_dir: Path, flag: Path) -> None:
    """Never returns: a fork must not go on with its parent's business."""
    try:
        clock.shift(timedelta(minutes=order["minutes"]))
        if order["point"]:
            arm(BY_NAME[order["point"]], order["pass"])
        with make_app(url, data_dir, SANDBOX="1").app_context():
            while not flag.exists():
                payer.pay(f"{name}-{os.getpid()}")
                time.sleep(PACE)
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    main()
