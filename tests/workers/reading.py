"""Looking at a mailbox from the test's side: its row, what became of its messages, a second one."""

from collections import Counter
from dataclasses import replace

from sqlalchemy import select

from helpdesk import clock
from helpdesk.actions import folders, mailboxes
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.models import Mailbox, MailboxFolder, ReceivedMessage
from helpdesk.workers import poller
from helpdesk.workers.reading import meet, read_all
from mail import mailbox as wire
from tests.shop import Shop


def add_mailbox(shop: Shop, user: str, **changes: str) -> int:
    """One more mailbox of the shop, never connected yet."""
    form = replace(
        shop.form("now"), **{"name": "second", "address": "second@shop.example", "username": user} | changes
    )
    with transaction() as session:
        return mailboxes.add(session, current_desk(), form, at=clock.now()).id


def change_mailbox(shop: Shop, **changes: str | int) -> None:
    with transaction() as session:
        row = session.get_one(Mailbox, shop.mailbox_id)
        form = replace(shop.form("now"), **changes)
        mailboxes.change(session, current_desk(), row, form, at=clock.now())


def read(mailbox_id: int, *, owner: str = "test-worker") -> int:
    """What one connection of a worker does."""
    account = poller.take(mailbox_id, owner=owner)
    assert account is not None
    with wire.Mailbox.connect(account, folder=poller.account_folder(mailbox_id)) as folder:
        meet(mailbox_id, folder)
        return read_all(mailbox_id, folder, owner=owner)


def row(mailbox_id: int) -> Mailbox:
    with reading() as session:
        return session.get_one(Mailbox, mailbox_id)


def received(mailbox_id: int) -> list[ReceivedMessage]:
    with reading() as session:
        return list(
            session.scalars(
                select(ReceivedMessage)
                .where(ReceivedMessage.mailbox_id == mailbox_id)
                .order_by(ReceivedMessage.id)
            )
        )


def ledger(mailbox_id: int) -> dict[str, int]:
    """How many messages became what."""
    return dict(Counter(str(message.state) for message in received(mailbox_id)))


def cursor(mailbox_id: int, folder: str = "INBOX") -> MailboxFolder:
    """How far a folder has been read."""
    with reading() as session:
        return folders.named(session, mailbox_id, folder)
