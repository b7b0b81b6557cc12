"""A desk for page tests: migrated SQLite, a colleague of each role, and mail put in without a server."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.test import TestResponse

from helpdesk import clock
from helpdesk.actions import agents, intake, mailboxes, outbox, replies, tickets
from helpdesk.current import current_desk
from helpdesk.db import db, transaction
from helpdesk.demo.provider import Provider
from helpdesk.models import Agent, Entry, Mailbox, OutboxMessage, ReceivedMessage
from helpdesk.rules.states import OutboxState, ReceivedState, Role
from mail.parse import parse
from mail.types import Attachment
from tests.app import make_app

PASSWORD = "long enough for a test"
MONDAY = datetime(2026, 6, 1, 8, tzinfo=UTC)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Client(FlaskClient):
    """A test client whose requests know nothing of each other.

    The test's own app context is open, and Flask would let every request share its `g`.
    """

    def open(self, *args: Any, **options: Any) -> TestResponse:
        for name in list(g):
            g.pop(name)
        return super().open(*args, **options)


class Visitor:
    """A browser without JavaScript: keeps cookies, sends the page's token with every form."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.token = ""

    def get(self, path: str, **options: Any) -> TestResponse:
        answer = self.client.get(path, **options)
        found = TOKEN.search(answer.get_data(as_text=True)) if answer.mimetype == "text/html" else None
        self.token = found.group(1) if found else self.token
        return answer

    def post(self, path: str, **form: Any) -> TestResponse:
        options = form.pop("options", {})
        return self.client.post(path, data={"csrf_token": self.token, **form}, **options)

    def sign_in(self, email: str, password: str = PASSWORD) -> TestResponse:
        self.get("/login")
        answer = self.post("/login", email=email, password=password)
        self.get("/profile")  # the new session has a token of its own
        return answer

    def text(self, path: str, **options: Any) -> str:
        return self.get(path, **options).get_data(as_text=True)


class Desk:
    """One mailbox, three colleagues, and the ways in which a test makes something happen."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.uids = count(1)
        with transaction() as session:
            self.mailbox_id = mailboxes.add(session, current_desk(), FORM, at=clock.now()).id
            self.agent, self.lead, self.owner = (
                agents.create(
                    session,
                    email=f"{role}@shop.example",
                    name=f"{role.title()} Li",
                    password=PASSWORD,
                    role=role,
                    at=clock.now(),
                    locale="en",
                ).id
                for role in Role
            )

    def receive(self, raw: bytes | None = None) -> int:
        """File one mail; the number of its ticket."""
        raw = raw or letter()
        with transaction() as session:
            received = self.stored(session, raw, ReceivedState.STORED)
            mailbox = session.get_one(Mailbox, received.mailbox_id)
            intake.file(session, current_desk(), mailbox, received, parse(raw), at=clock.now())
            assert received.ticket_id is not None
            return received.ticket_id

    def hear(self, number: int, text: str, **written: Any) -> None:
        """The buyer answers what was written last."""
        with transaction() as session:
            ours = session.query(OutboxMessage).filter_by(ticket_id=number).order_by(OutboxMessage.id.desc())
            newest = ours.first()
        assert newest is not None
        assert self.receive(letter(text, answers=newest.message_id, **written)) == number

    def park(self, raw: bytes = b"odd", problem: str = "too odd") -> int:
        with transaction() as session:
            return self.stored(session, raw, ReceivedState.PARKED, problem).id

    def ignore(self, raw: bytes = b"odd", because: str = "read_receipt") -> int:
        with transaction() as session:
            row = self.stored(session, raw, ReceivedState.STORED)
            row.state, row.ignored_because = ReceivedState.IGNORED, because
            return row.id

    def stored(self, session: Any, raw: bytes, state: ReceivedState, problem: str = "") -> ReceivedMessage:
        row = ReceivedMessage(
            mailbox_id=self.mailbox_id,
            folder="INBOX",
            uidvalidity=1,
            uid=next(self.uids),
            sha256=current_desk().blobs.put(raw),
            size=len(raw),
            internal_at=clock.now(),
            stored_at=clock.now(),
            state=state,
            problem=problem,
        )
        session.add(row)
        mailbox = session.get_one(Mailbox, self.mailbox_id)
        mailbox.seen, mailbox.kept = mailbox.seen + 1, mailbox.kept + 1
        session.flush()
        return row

    def reply(self, number: int, text: str = "We are on it.", files: tuple[Attachment, ...] = ()) -> int:
        """A reply that has read everything; the id of its entry."""
        with transaction() as session:
            ticket = tickets.hold(session, number)
            by = session.get_one(Agent, self.agent)
            seen = ticket.last_seq
            return replies.send_reply(
                session, current_desk(), ticket, text, by=by, seen_seq=seen, at=clock.now(), files=files
            ).id

    def end_sending(self, entry_id: int, end: Any) -> int:
        """Let the message of an entry end as `outbox.mark_...` says; the id of its row."""
        later = clock.now() + timedelta(hours=1)
        with transaction() as session:
            row = session.query(OutboxMessage).filter_by(entry_id=entry_id).one()
            row.due_at = clock.now() - timedelta(hours=1)
        for _ in range(20):
            with transaction() as session:
                leased = outbox.lease_next(session, self.mailbox_id, owner="w", at=later)
            if leased is not None and leased.entry_id == entry_id:
                break
        with transaction() as session:
            outbox.begin_sending(session, row.id, owner="w", at=later)
            end(session, row.id, owner="w", answer="the line went dead", at=later)
        return row.id

    def row(self, model: Any, key: int) -> Any:
        with transaction() as session:
            return session.get_one(model, key)

    def entries(self, number: int) -> list[Entry]:
        with transaction() as session:
            return session.query(Entry).filter_by(ticket_id=number).order_by(Entry.seq).all()

    def verbs(self, number: int) -> list[str]:
        return [entry.verb for entry in self.entries(number)]

    def outbox_states(self, number: int) -> list[OutboxState]:
        with transaction() as session:
            rows = session.query(OutboxMessage).filter_by(ticket_id=number).order_by(OutboxMessage.id)
            return [row.state for row in rows]

    def visitor(self, who: str = "agent") -> Visitor:
        """A browser in which this colleague has signed in."""
        visitor = Visitor(self.app.test_client())
        assert visitor.sign_in(f"{who}@shop.example").status_code == 303
        return visitor


FORM = mailboxes.MailboxForm(
    name="support",
    address="support@shop.example",
    imap_host="127.0.0.1",
    imap_port=143,
    imap_tls="none",
    smtp_host="127.0.0.1",
    smtp_port=25,
    smtp_tls="none",
    username="support",
    password="secret",
)


def letter(
    text: str = "Hello, my cup is broken. Please refund it.",
    *,
    subject: str = "Broken cup",
    sender: str = "Wang <wang@qq.example>",
    html: str = "",
    answers: str = "",
    file: tuple[str, str, bytes] | None = None,
) -> bytes:
    """A buyer's mail; `file` is (name, "image/png", content), its Content-ID is "picture"."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, "support@shop.example", subject
    mail["Message-ID"] = f"<{next(_numbers)}@buyer.example>"
    if answers:
        mail["In-Reply-To"] = f"<{answers}>"
    mail.set_content(text)
    if html:
        mail.add_alternative(html, subtype="html")
    if file:
        name, kind, content = file
        family, _, subtype = kind.partition("/")
        mail.add_attachment(content, maintype=family, subtype=subtype, filename=name, cid="<picture>")
    return mail.as_bytes()


_numbers = count(1)


class Queries:
    """Counts what the database is asked."""

    def __init__(self) -> None:
        self.count = 0

    def note(self, *_: Any) -> None:
        self.count += 1

    def __enter__(self) -> "Queries":
        event.listen(db.engine, "before_cursor_execute", self.note)
        return self

    def __exit__(self, *_: object) -> None:
        event.remove(db.engine, "before_cursor_execute", self.note)


def on(url: str, tmp_path: Path) -> Iterator[Flask]:
    """The product on this database, on a Monday morning; its context is open."""
    clock.shift(MONDAY - clock.now())
    app = make_app(url, tmp_path / "data", UNDO_SECONDS="30")
    app.test_client_class = Client
    with app.app_context():
        yield app
        db.engine.dispose()
    clock.reset()


@pytest.fixture
def app(sqlite_url: str, tmp_path: Path) -> Iterator[Flask]:
    yield from on(sqlite_url, tmp_path)


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk(app)


@pytest.fixture
def browser(desk: Desk) -> Visitor:
    """The browser of an agent."""
    return desk.visitor()


@pytest.fixture
def stranger(desk: Desk) -> Visitor:
    """A browser in which nobody has signed in."""
    return Visitor(desk.app.test_client())


@pytest.fixture
def provider(desk: Desk, tmp_path: Path) -> Iterator[Provider]:
    """The provider of the address that the desk's own mailbox has, which is paused."""
    with transaction() as session:
        session.get_one(Mailbox, desk.mailbox_id).active = False
    provider = Provider(tmp_path / "demo", 0, 0)
    provider.start()
    yield provider
    provider.stop()
