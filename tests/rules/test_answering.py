"""May a machine answer? One reason for each no, and the same whoever asks."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from helpdesk.rules.answering import FRESH, PER_ADDRESS_AND_DAY, PER_HOUR, Circumstances, withheld_because
from mail.parse import parse
from mail.types import Address, Incoming, Kind, Verdict
from tests.letterbox import mail

AT = datetime(2026, 6, 1, 8, tzinfo=UTC)
USUAL = Circumstances(
    spam=False,
    quiet=False,
    received_at=AT,
    at=AT,
    can_be_written_to=True,
    our_addresses=frozenset({"support@shop.example"}),
    suppressed=False,
    automatic_mail_today=0,
    automatic_mail_this_hour=0,
    verdict=Verdict.NONE,
)


def make_incoming(**changes: object) -> Incoming:
    return replace(parse(mail()), **changes)  # type: ignore[arg-type]  # names and types are those of Incoming


def test_a_persons_fresh_mail_is_acknowledged() -> None:
    assert withheld_because(make_incoming(), USUAL) is None


@pytest.mark.parametrize(
    ("circumstances", "reason"),
    [
        ({"quiet": True}, "imported"),
        ({"can_be_written_to": False}, "address_not_usable"),
        ({"received_at": None}, "older_than_a_day"),
        ({"received_at": AT - FRESH - timedelta(seconds=1)}, "older_than_a_day"),
        ({"suppressed": True}, "suppressed"),
        ({"automatic_mail_today": PER_ADDRESS_AND_DAY}, "enough_for_today"),
        ({"automatic_mail_this_hour": PER_HOUR}, "too_much_at_once"),
        ({"verdict": Verdict.FAIL}, "sender_not_genuine"),
        ({"spam": True}, "spam"),
        ({"names_sender": False}, "no_sender"),
        ({"mailbox_removed": True}, "mailbox_removed"),
    ],
)
def test_the_circumstances_can_forbid_it(circumstances: dict[str, object], reason: str) -> None:
    assert withheld_because(make_incoming(), replace(USUAL, **circumstances)) == reason  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "circumstances", [{"received_at": AT - FRESH}, {"automatic_mail_today": PER_ADDRESS_AND_DAY - 1}]
)
def test_the_last_moment_is_still_in_time(circumstances: dict[str, object]) -> None:
    assert withheld_because(make_incoming(), replace(USUAL, **circumstances)) is None  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.HUMAN])
def test_a_machine_is_not_answered(kind: Kind) -> None:
    assert withheld_because(make_incoming(kind=kind), USUAL) == str(kind)


@pytest.mark.parametrize(
    ("sender", "reason"),
    [
        (None, "no_sender"),
        (Address(email="Support@shop.example"), "our_own_address"),
        (Address(email="MAILER-DAEMON@buyer.example"), "nobody_reads_there"),
        (Address(email="no-reply@buyer.example"), "nobody_reads_there"),
    ],
)
def test_some_senders_are_not_answered(sender: Address | None, reason: str) -> None:
    assert withheld_because(make_incoming(sender=sender), USUAL) == reason
