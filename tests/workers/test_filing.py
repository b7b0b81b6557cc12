"""A message that cannot be filed waits with its bytes and its problem; the others do not wait for it."""

import errno
from datetime import datetime
from typing import Any

import psycopg.errors
import pytest
from sqlalchemy.exc import OperationalError

from helpdesk.actions import intake
from helpdesk.current import current_desk
from helpdesk.db import transaction
from helpdesk.errors import ConflictError
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
        intake.run_again(session, parked.id)
    shop.poll()
    assert subjects(shop) == ["first", "third", ODD]
    assert ledger(shop.mailbox_id) == {"filed": 3}


def test_a_message_that_became_an_entry_is_not_run_again(shop: Shop) -> None:
    shop.receive(mail())

    with pytest.raises(ConflictError, match="neither parked nor ignored"), transaction() as session:
        intake.run_again(session, 1)


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
    shop.deliver(mail())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(filing, "_take", lambda mailbox_id: [])  # stored, not filed
        shop.poll()
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
    shop.deliver(*three())
    with monkeypatch.context() as patch:
        patch.setattr(filing, "_take", lambda mailbox_id: [])  # stored, not filed
        shop.poll()

    def full(*args: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(current_desk().blobs, "_keep", full)
        for _ in range(filing.MOST_ATTEMPTS + 1):
            with pytest.raises(OSError, match="No space"):
                shop.poll()
    shop.poll()

    assert subjects(shop) == ["first", ODD, "third"]
