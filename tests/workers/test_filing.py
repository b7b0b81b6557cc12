"""A message that cannot be filed waits with its bytes and its problem; the others do not wait for it."""

import errno
import threading
from datetime import datetime
from typing import Any

import psycopg.errors
import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from helpdesk import clock
from helpdesk.actions import by_hand, intake
from helpdesk.current import current_desk
from helpdesk.db import transaction
from helpdesk.errors import ConflictError
from helpdesk.models import Agent, Mailbox, ReceivedMessage
from helpdesk.rules.states import ReceivedState
from helpdesk.workers import filing
from mail.types import Incoming
from tests.letterbox import mail
from tests.shop import Shop
from tests.workers.reading import ledger, received

pytestmark = [pytest.mark.flows, pytest.mark.trust]
ODD = "odd"


class Killed(BaseException):
    """Stands for the end of the process."""


def three() -> list[bytes]:
    return [mail(subject=subject, sender=f"{subject}@buyer.example") for subject in ("first", ODD, "third")]


def store(shop: Shop, *raws: bytes) -> None:
    """Read what is delivered, and file nothing of it."""
    shop.deliver(*raws)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(filing, "_take", lambda mailbox_id: [])
        shop.poll()


def pause(shop: Shop) -> None:
    with transaction() as session:
        session.get_one(Mailbox, shop.mailbox_id).active = False


def subjects(shop: Shop) -> list[str]:
    return [ticket["subject"] for ticket in shop.tickets()]


def break_parsing(monkeypatch: pytest.MonkeyPatch, error: type[BaseException]) -> None:
    parse = filing.parse

    def fragile(raw: bytes) -> Incoming:
        incoming = parse(raw)
        if incoming.subject == ODD:
            raise error("no idea")
        return incoming

    monkeypatch.setattr(filing, "parse", fragile)


def break_filing(monkeypatch: pytest.MonkeyPatch, error: type[BaseException]) -> None:
    file = intake.file

    def fragile(*args: Any, at: datetime) -> None:
        file(*args, at=at)
        if args[-1].subject == ODD:
            raise error("no idea")

    monkeypatch.setattr(intake, "file", fragile)


@pytest.mark.parametrize("breaks", [break_parsing, break_filing], ids=["parsing", "filing"])
def test_a_message_that_raises_is_parked_and_can_be_run_again(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, breaks: object
) -> None:
    breaks(monkeypatch, RuntimeError)  # type: ignore[operator]  # one of the two above
    raws = three()
    shop.receive(*raws)

    assert subjects(shop) == ["first", "third"], "a half-made ticket, or a stop"
    (parked,) = (row for row in received(shop.mailbox_id) if row.state is ReceivedState.PARKED)
    assert parked.problem == "RuntimeError: no idea"
    assert current_desk().blobs.get(parked.sha256).splitlines() == raws[1].splitlines()

    monkeypatch.undo()
    with transaction() as session:
        by_hand.run_again(session, parked.id, by=session.get_one(Agent, shop.agent_id), at=clock.now())
    shop.poll()
    assert subjects(shop) == ["first", "third", ODD]
    assert ledger(shop.mailbox_id) == {"filed": 3}


def test_a_message_that_became_an_entry_is_not_run_again(shop: Shop) -> None:
    shop.receive(mail())

    with pytest.raises(ConflictError, match="neither parked nor ignored"), transaction() as session:
        by_hand.run_again(session, 1, by=session.get_one(Agent, shop.agent_id), at=clock.now())


def test_a_message_that_kills_the_process_parks_itself_and_lets_the_others_pass(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_parsing(monkeypatch, Killed)
    shop.deliver(*three())
    deaths = 0
    while deaths < 20:
        try:
            shop.poll()
            break
        except Killed:
            deaths += 1

    assert deaths == filing.MOST_ATTEMPTS
    assert subjects(shop) == ["first", "third"]
    assert ledger(shop.mailbox_id) == {"filed": 2, "parked": 1}
    assert received(shop.mailbox_id)[1].problem == "the desk stopped 4 times while reading this message"


def test_a_message_whose_bytes_are_gone_is_parked_with_that_sentence(shop: Shop) -> None:
    store(shop, mail())
    blobs = current_desk().blobs
    (stored,) = received(shop.mailbox_id)
    blobs.path(stored.sha256).unlink()

    shop.poll()

    assert received(shop.mailbox_id)[0].problem == f"blob {stored.sha256} is missing"


def test_a_deadlock_parks_nothing_and_the_batch_is_taken_again(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, deadlocks = intake.file, [psycopg.errors.DeadlockDetected("deadlock detected")]

    def crowded(*args: Any, at: datetime) -> None:
        file(*args, at=at)
        if args[-1].subject == ODD and deadlocks:
            raise OperationalError("", {}, deadlocks.pop())

    monkeypatch.setattr(intake, "file", crowded)
    shop.receive(*three())

    assert subjects(shop) == ["first", ODD, "third"]
    assert ledger(shop.mailbox_id) == {"filed": 3}


def test_a_full_disk_parks_nothing_however_long_it_lasts(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    store(shop, *three())

    def full(*args: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(current_desk().blobs, "_keep", full)
        for _ in range(filing.MOST_ATTEMPTS + 1):
            with pytest.raises(OSError, match="No space"):
                shop.poll()
    shop.poll()

    assert subjects(shop) == ["first", ODD, "third"]


def test_a_store_that_cannot_be_read_parks_nothing(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    store(shop, *three())

    def away(*args: Any) -> bytes:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(current_desk().blobs, "get", away)
        for _ in range(filing.MOST_ATTEMPTS + 1):
            with pytest.raises(OSError, match="Input/output"):
                shop.poll()
    assert ledger(shop.mailbox_id) == {"stored": 3}
    shop.poll()

    assert subjects(shop) == ["first", ODD, "third"]


def test_what_a_killed_import_left_in_a_paused_mailbox_is_filed_after_a_while(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(shop, *three())
    pause(shop)
    with monkeypatch.context() as patch:
        break_parsing(patch, Killed)
        with pytest.raises(Killed):
            filing.file_unread()

    shop.let_pass(minutes=1)
    assert filing.file_unread() == 0, "the import may still be at it"
    shop.let_pass(minutes=10)
    filing.file_unread()

    assert subjects(shop) == ["first", ODD, "third"]


def test_what_another_worker_files_at_this_moment_is_not_parked(
    app: Flask, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(shop, mail(subject="first"))
    with transaction() as session:
        (row,) = session.query(ReceivedMessage)
        row.attempts = filing.MOST_ATTEMPTS - 1
    file, others = intake.file, []

    def take_too() -> None:
        with app.app_context():
            others.append(filing.file_stored(shop.mailbox_id))

    def overtaken(*args: Any, at: datetime) -> None:
        thread = threading.Thread(target=take_too)
        thread.start()
        thread.join(1)  # on SQLite it waits for the end of this transaction
        running.append(thread)
        file(*args, at=at)

    running: list[threading.Thread] = []
    monkeypatch.setattr(intake, "file", overtaken)
    shop.poll()
    running[0].join(20)

    assert others == [0]
    assert ledger(shop.mailbox_id) == {"filed": 1}
