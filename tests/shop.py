"""A shop for tests: the product over a database of its own, reading from Dovecot, sending to an SMTP server.

`shop.poll()`, `shop.send()` and `shop.chase()` do what the worker's threads do, once and at a known moment.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from helpdesk import clock, signing_in
from helpdesk.actions import agents, mailboxes, refunds, replies, tickets
from helpdesk.current import current_desk
from helpdesk.db import db, reading, transaction
from helpdesk.models import Agent
from helpdesk.queries import export
from helpdesk.rules.states import Role
from helpdesk.workers import chaser, poller, reconciler, sender
from helpdesk.workers import reading as reading_folders
from mail import mailbox as wire
from mail.parse import parse
from mail.types import Attachment, Incoming
from tests.app import make_app
from tests.letterbox import RECEIVER, mail
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import SmtpSink

PASSWORD = "long enough for a test"
MONDAY = datetime(2026, 6, 1, 8, tzinfo=UTC)  # where every test begins: business days count from here


class Shop:
    """One shop with one mailbox and one agent; time passes only by `let_pass`."""

    def __init__(self, app: Flask, dovecot: Dovecot, smtp: SmtpSink, *, since: str = "now") -> None:
        self.app, self.dovecot, self.smtp = app, dovecot, smtp
        self.user = dovecot.new_user()
        self.owner = "test-worker"
        with dovecot.session(self.user):
            pass  # the first login makes the folder
        with transaction() as session:
            self.mailbox_id = mailboxes.add(session, current_desk(), self.form(since), at=clock.now()).id
            self.agent_id = agents.create(
                session,
                email="ann@shop.example",
                name="Ann",
                password=PASSWORD,
                role=Role.OWNER,
                at=clock.now(),
            ).id
        self.poll()  # the first connection starts from now

    def form(self, since: str) -> mailboxes.MailboxForm:
        return mailboxes.MailboxForm(
            name="support",
            address="support@shop.example",
            imap_host="127.0.0.1",
            imap_port=self.dovecot.imap_port,
            imap_tls="none",
            smtp_host="127.0.0.1",
            smtp_port=self.smtp.port,
            smtp_tls="none",
            username=self.user,
            password="secret",
            since=since,
            authserv_id=RECEIVER,
        )

    def deliver(self, *raws: bytes, at: datetime | None = None) -> None:
        self.dovecot.deliver_all(self.user, raws or [mail()], at=at or clock.now())

    def receive(self, *raws: bytes) -> None:
        """Deliver, and read what is there."""
        self.deliver(*raws)
        self.poll()

    def poll(self) -> int:
        account = poller.take(self.mailbox_id, owner=self.owner)
        assert account is not None, "another worker reads this mailbox"
        with wire.Mailbox.connect(signing_in.armed(self.mailbox_id, account)) as folder:
            reading_folders.meet(self.mailbox_id, folder)
            count = reading_folders.read_all(self.mailbox_id, folder, owner=self.owner)
        poller.note_success(self.mailbox_id, None)
        return count

    def send(self) -> list[Incoming]:
        """Hand over what is due; every message that the SMTP server has by then, as its reader sees it."""
        sender.send_due(self.mailbox_id, owner=self.owner)
        return [parse(message.raw) for message in self.smtp.messages]

    def chase(self) -> int:
        return chaser.chase()

    def reconcile(self) -> int:
        return reconciler.reconcile()

    def let_pass(self, **time: float) -> None:
        clock.shift(timedelta(**time))

    def tickets(self) -> list[dict[str, Any]]:
        with reading() as session:
            return list(export.tickets(session))

    def ticket(self, number: int = 1) -> dict[str, Any]:
        with reading() as session:
            return export.ticket(session, number)

    def verbs(self, number: int = 1) -> list[str]:
        return [entry["verb"] for entry in self.ticket(number)["entries"]]

    def reply(
        self, text: str = "请把照片发给我们。", *, number: int = 1, files: tuple[Attachment, ...] = ()
    ) -> None:
        """The agent has read everything and answers."""
        with transaction() as session:
            ticket = tickets.hold(session, number)
            replies.send_reply(
                session,
                current_desk(),
                ticket,
                text,
                by=session.get_one(Agent, self.agent_id),
                seen_seq=ticket.last_seq,
                at=clock.now(),
                files=files,
            )

    def refund(self, number: int = 1, *, amount: str = "128.50", reference: str = "2026112200001") -> int:
        """The agent has sent money back by Alipay and notes it; the id of the refund."""
        with transaction() as session:
            return refunds.record_refund(
                session,
                tickets.hold(session, number),
                amount=amount,
                currency="CNY",
                method="alipay",
                reference=reference,
                by=session.get_one(Agent, self.agent_id),
                at=clock.now(),
            ).id


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The product on an empty, migrated database, once per engine; its context is open."""
    clock.shift(MONDAY - clock.now())
    app = make_app(database_url, tmp_path / "data")
    with app.app_context():
        yield app
        db.engine.dispose()
    clock.reset()


@pytest.fixture
def shop(app: Flask, dovecot: Dovecot, smtp_sink: SmtpSink) -> Shop:
    """A shop that has been connected to its mailbox once."""
    return Shop(app, dovecot, smtp_sink)
