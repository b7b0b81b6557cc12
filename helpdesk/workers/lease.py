"""Keeping a mailbox's lease while its reader waits for a slow line.

A stored batch renews the lease, but one large mail on a slow line can take longer than a lease lasts: the
next worker would begin the same mail, lose the lease over it in turn, and nobody would ever have it.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Thread

from flask import Flask, current_app

from helpdesk import clock
from helpdesk.actions import mailboxes
from helpdesk.db import transaction, unusable

RENEW_EVERY = mailboxes.LEASE / 3
LONGEST = timedelta(hours=1)  # the largest mail at 10 kB/s; a reader that hangs for good is given up

log = logging.getLogger(__name__)


@contextmanager
def kept(mailbox_id: int, *, owner: str) -> Iterator[None]:
    """Renew the lease that `owner` holds, until the block ends or another worker has it."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # the app itself, for the thread
    ended = Event()

    def keep() -> None:
        with app.app_context():
            for _ in range(LONGEST // RENEW_EVERY):
                if ended.wait(RENEW_EVERY.total_seconds()) or not _renew(mailbox_id, owner):
                    return
            log.warning("mailbox %s: reading took more than %s, its lease may run out", mailbox_id, LONGEST)

    keeper = Thread(target=keep, name=f"lease-{mailbox_id}", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        ended.set()
        keeper.join()


def _renew(mailbox_id: int, owner: str) -> bool:
    """False when the lease is not ours any more; trouble with the database may be over the next time."""
    try:
        with transaction() as session:
            return mailboxes.renew_lease(session, mailbox_id, owner=owner, at=clock.now())
    except Exception as error:
        if not unusable(error):  # that it is away is said once, by who reads
            log.exception("mailbox %s: its lease could not be renewed", mailbox_id)
        return True
