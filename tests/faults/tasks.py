"""What a worker that may be killed is asked to do: (mailbox id, name of the worker) to its end."""

from contextlib import closing
from datetime import timedelta
from threading import Event

from sqlalchemy import select

from helpdesk import clock
from helpdesk.actions import merging
from helpdesk.db import reading, transaction
from helpdesk.models import Agent, Ticket
from helpdesk.workers import chaser, copying, poller, reconciler, sender
from helpdesk.workers.outage import Outage
from helpdesk.workers.reading import meet, read_new
from mail import mailbox as wire


def _poll(mailbox_id: int, owner: str) -> None:
    account = poller.take(mailbox_id, owner=owner)
    assert account is not None, "the lease of a dead worker has not run out"
    with wire.Mailbox.connect(account) as folder:
        meet(mailbox_id, folder)
        read_new(mailbox_id, folder, owner=owner)


def _send(mailbox_id: int, owner: str) -> None:
    sender.send_due(mailbox_id, owner=owner)


def _reconcile(mailbox_id: int, owner: str) -> None:
    reconciler.reconcile()


def _copy(mailbox_id: int, owner: str) -> None:
    copying.file_copies(mailbox_id)


def _chase(mailbox_id: int, owner: str) -> None:
    chaser.chase()


def _merge(mailbox_id: int, owner: str) -> None:
    """An agent goes through the list and merges each second ticket that still stands alone into the first."""
    with reading() as session:
        alone = session.scalars(
            select(Ticket.id).where(Ticket.id % 2 == 0, Ticket.merged_into_id.is_(None)).order_by(Ticket.id)
        ).all()
    for number in alone:
        merge_two(number, number - 1)


def merge_two(number: int, into: int) -> None:
    with transaction() as session:
        by = session.scalars(select(Agent).order_by(Agent.id)).first()
        assert by is not None
        merging.merge(session, number, into, by=by, at=clock.now(), of_two_buyers=True)


def _look(mailbox_id: int, owner: str) -> None:
    """The poller as it runs, until it has read everything once or has met trouble."""
    over = _Once()
    with closing(wire.Waker()) as waker:
        poller.Poller(
            mailbox_id=mailbox_id,
            owner=owner,
            waker=waker,
            stopping=over,
            connected=_Rings(over),
            on_filed=lambda: None,
            look_every=timedelta(seconds=0.1),
            outage=Outage(),
        ).run()


class _Once(Event):
    """Whoever waits for it has waited long enough."""

    def wait(self, timeout: float | None = None) -> bool:
        self.set()
        return True


class _Rings(Event):
    def __init__(self, other: Event) -> None:
        super().__init__()
        self.other = other

    def set(self) -> None:
        super().set()
        self.other.set()


TASKS = {
    "poll": _poll,
    "send": _send,
    "reconcile": _reconcile,
    "copy": _copy,
    "chase": _chase,
    "merge": _merge,
    "look": _look,
}
