"""The clock's whole day on one page. APScheduler only ticks: what is due stands in rows."""

from collections.abc import Callable
from datetime import timedelta

from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask

from helpdesk.workers import chaser, filing, forgetting, indexing, linking, payer, posting, reconciler
from helpdesk.workers.crew import Crew
from helpdesk.workers.outage import Outage

JOBS: tuple[tuple[str, timedelta], ...] = (
    ("mailboxes", timedelta(seconds=5)),  # follow mailboxes that were added, paused, resumed
    ("poll", timedelta(seconds=60)),  # the net below IDLE
    ("file", timedelta(seconds=30)),  # what was put in line again where nobody reads
    ("send", timedelta(seconds=1)),  # replies whose undo time is over
    ("post", timedelta(seconds=2)),  # letters to colleagues: invitations, links for a new password
    ("pay", timedelta(seconds=2)),  # refunds that may leave, and those that are under way
    ("chase", timedelta(seconds=5)),  # reminders
    ("link", timedelta(seconds=20)),  # tickets that name an order which was told of later
    ("index", timedelta(seconds=5)),  # entries that no search can find yet
    ("reconcile", timedelta(seconds=30)),  # messages whose sender died
    ("forget", timedelta(hours=1)),  # what is kept for a day
)


def start(app: Flask, crew: Crew) -> BackgroundScheduler:
    """Start the clock of this process; `shutdown()` ends it. Two clocks change nothing."""
    bells: dict[str, Callable[[], object]] = {"poll": crew.poll, "send": crew.send}
    work: dict[str, Callable[[], object]] = {
        "mailboxes": crew.look,
        "file": filing.file_unread,
        "post": posting.post,
        "pay": payer.pay,
        "chase": chaser.chase,
        "link": linking.link,
        "index": indexing.index,
        "reconcile": reconciler.reconcile,
        "forget": forgetting.forget,
    }
    ticks = bells | {name: _in_context(app, each, crew.outage) for name, each in work.items()}
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
    scheduler.start()
    return scheduler


def _in_context(app: Flask, work: Callable[[], object], outage: Outage) -> Callable[[], object]:
    """Work that asks the database; left out while it is away."""

    def run() -> None:
        if outage.pause():
            return
        with app.app_context(), outage.survived():
            work()

    return run
