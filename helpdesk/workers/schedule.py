"""The clock's whole day on one page. APScheduler only ticks: what is due stands in rows.

Any number of workers may tick. What all of them share is done by the one whose turn it is; were it done by
two, nothing would happen twice, only the work of asking.
"""

import time
from collections.abc import Callable
from datetime import timedelta

from apscheduler.events import EVENT_SCHEDULER_SHUTDOWN
from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask

from helpdesk import batching, clock
from helpdesk.rules.jobs import JOBS, OF_EACH_WORKER
from helpdesk.workers import chaser, filing, forgetting, indexing, linking, payer, posting, reconciler
from helpdesk.workers.crew import Crew
from helpdesk.workers.turns import Turns


def start(app: Flask, crew: Crew) -> BackgroundScheduler:
    """Start the clock of this process; `shutdown()` ends it, and gives the turn to another worker."""
    turns = Turns(crew.owner)
    bells: dict[str, Callable[[], object]] = {"poll": crew.poll, "send": crew.send}
    work: dict[str, Callable[[], object]] = {
        "turn": turns.tick,
        "mailboxes": crew.look,
        "file": filing.file_unread,
        "post": posting.post,
        "pay": payer.pay,
        "chase": chaser.chase,
        "link": linking.link,
        "index": indexing.index,
        "batches": batching.work_off,
        "reconcile": reconciler.reconcile,
        "forget": forgetting.forget,
    }
    ticks = bells | {name: _Tick(name, each, app, crew, turns) for name, each in work.items()}
    scheduler = BackgroundScheduler(timezone="UTC")
    for name, every in JOBS:
        scheduler.add_job(
            ticks[name],
            "interval",
            seconds=(crew.look_every if name == "poll" else every).total_seconds(),
            id=name,
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
        )
    scheduler.add_listener(
        lambda event: _Tick("turn", turns.leave, app, crew, turns)(), EVENT_SCHEDULER_SHUTDOWN
    )
    ticks["turn"]()
    scheduler.start()
    return scheduler


class _Tick:
    """One run of one job: left out while the database is away or it is another worker's turn, else noted."""

    def __init__(self, name: str, work: Callable[[], object], app: Flask, crew: Crew, turns: Turns) -> None:
        self.name, self.work, self.app, self.outage, self.turns = name, work, app, crew.outage, turns

    def __call__(self) -> None:
        if self.outage.pause() or not (self.name in OF_EACH_WORKER or self.turns.mine()):
            return
        with self.app.app_context(), self.outage.survived():
            if self.name in OF_EACH_WORKER:
                self.work()
            else:
                self._noted()

    def _noted(self) -> None:
        at, began, problem, done = clock.now(), time.monotonic(), "", 0
        try:
            result = self.work()
            done = result if isinstance(result, int) else 0
        except Exception as error:
            problem = f"{type(error).__name__}: {error}".splitlines()[0]
            raise
        finally:
            took = timedelta(seconds=time.monotonic() - began)
            self.turns.note(self.name, at, took, done=done, problem=problem)
