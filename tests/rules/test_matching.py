"""Who may join a ticket: the whole table of evidence, sender and verdict."""

from datetime import UTC, datetime, timedelta

import pytest

from helpdesk.rules.matching import (
    REOPEN_WINDOW,
    Evidence,
    Join,
    Open,
    Strength,
    decide,
    numbers_in,
    reopens,
)
from helpdesk.rules.states import TicketState
from mail.types import Verdict

pytestmark = pytest.mark.trust
AT = datetime(2026, 6, 1, 8, tzinfo=UTC)
JOINS = Join(ticket_id=1)


def make_evidence(**changes: object) -> Evidence:
    plain = {
        "ticket_id": 1,
        "strength": Strength.OURS,
        "state": TicketState.OPEN,
        "updated_at": AT,
        "sender_is_participant": True,
    }
    return Evidence(**plain | changes)  # type: ignore[arg-type]  # names and types are those of Evidence


def linked(because: str) -> Open:
    return Open(follows_id=1, because=because)


def apart(because: str) -> Open:
    return Open(follows_id=None, because=because)


@pytest.mark.parametrize(
    ("strength", "participant", "verdict", "expected"),
    [
        (Strength.OURS, True, Verdict.PASS, JOINS),
        (Strength.OURS, True, Verdict.NONE, JOINS),
        (Strength.OURS, True, Verdict.FAIL, JOINS),  # the entry says that the sender is not verified
        (Strength.OURS, False, Verdict.PASS, linked("stranger")),
        (Strength.OURS, False, Verdict.NONE, linked("stranger")),
        (Strength.OURS, False, Verdict.FAIL, linked("stranger")),
        (Strength.THEIRS, True, Verdict.PASS, JOINS),
        (Strength.THEIRS, True, Verdict.NONE, linked("sender_not_verified")),
        (Strength.THEIRS, True, Verdict.FAIL, linked("sender_not_verified")),
        (Strength.THEIRS, False, Verdict.PASS, apart("stranger")),
        (Strength.THEIRS, False, Verdict.NONE, apart("stranger")),
        (Strength.THEIRS, False, Verdict.FAIL, apart("stranger")),
        (Strength.NUMBER, True, Verdict.PASS, JOINS),
        (Strength.SUBJECT, True, Verdict.PASS, JOINS),
        (Strength.SUBJECT, True, Verdict.NONE, linked("only_the_subject")),
        (Strength.SUBJECT, False, Verdict.PASS, apart("only_the_subject")),
        (Strength.ORDER, True, Verdict.PASS, JOINS),
        (Strength.ORDER, True, Verdict.FAIL, linked("only_the_order")),
        (Strength.ORDER, False, Verdict.PASS, apart("only_the_order")),
        (Strength.NUMBER, True, Verdict.NONE, linked("only_the_number")),
        (Strength.NUMBER, True, Verdict.FAIL, linked("only_the_number")),
        (Strength.NUMBER, False, Verdict.PASS, apart("only_the_number")),
        (Strength.NUMBER, False, Verdict.NONE, apart("only_the_number")),
        (Strength.NUMBER, False, Verdict.FAIL, apart("only_the_number")),
        (Strength.REUSED, True, Verdict.PASS, linked("reused_message_id")),
        (Strength.REUSED, False, Verdict.PASS, apart("reused_message_id")),
        (Strength.THREAD, True, Verdict.PASS, linked("only_the_thread")),
        (Strength.THREAD, False, Verdict.PASS, apart("only_the_thread")),
        (Strength.SENDER, True, Verdict.PASS, linked("only_the_sender")),
        (Strength.SENDER, False, Verdict.PASS, apart("only_the_sender")),
    ],
)
def test_who_may_join(strength: Strength, participant: bool, verdict: Verdict, expected: Join | Open) -> None:
    evidence = make_evidence(strength=strength, sender_is_participant=participant)

    assert decide((evidence,), verdict, at=AT) == expected


@pytest.mark.parametrize("strength", [Strength.NUMBER, Strength.SUBJECT, Strength.ORDER])
@pytest.mark.parametrize("state", [TicketState.SOLVED, TicketState.CLOSED])
def test_what_is_weaker_than_a_token_joins_only_a_matter_that_goes_on(
    strength: Strength, state: TicketState
) -> None:
    evidence = make_evidence(strength=strength, state=state)
    assert isinstance(decide((evidence,), Verdict.PASS, at=AT), Open)


@pytest.mark.parametrize("verdict", Verdict)
def test_a_message_that_points_nowhere_opens_a_ticket(verdict: Verdict) -> None:
    assert decide((), verdict, at=AT) == Open(follows_id=None, because="nothing_known")


def test_a_message_with_tokens_of_two_tickets_joins_the_newest_and_names_the_other() -> None:
    others = (make_evidence(ticket_id=2), make_evidence(ticket_id=3, sender_is_participant=False))

    assert decide((make_evidence(), *others), Verdict.PASS, at=AT) == Join(ticket_id=1, names_too=(2,))


def test_the_strongest_evidence_decides_alone() -> None:
    strong = make_evidence(ticket_id=2, sender_is_participant=False)
    weak = make_evidence(strength=Strength.THEIRS)

    assert decide((strong, weak), Verdict.PASS, at=AT) == Open(follows_id=2, because="stranger")


@pytest.mark.parametrize(
    ("state", "our_turn_again"),
    [
        (TicketState.NEW, False),
        (TicketState.OPEN, False),
        (TicketState.WAITING, True),
        (TicketState.SOLVED, True),
        (TicketState.CLOSED, True),
    ],
)
def test_an_answer_makes_it_our_turn_again(state: TicketState, our_turn_again: bool) -> None:
    assert decide((make_evidence(state=state),), Verdict.NONE, at=AT) == JOINS
    assert reopens(state) is our_turn_again


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        (REOPEN_WINDOW, JOINS),
        (REOPEN_WINDOW + timedelta(seconds=1), linked("closed_too_long_ago")),
    ],
)
def test_a_closed_ticket_is_reopened_only_within_the_window(age: timedelta, expected: Join | Open) -> None:
    closed = make_evidence(state=TicketState.CLOSED, updated_at=AT - age)

    assert decide((closed,), Verdict.PASS, at=AT) == expected


def test_a_solved_ticket_is_reopened_however_old() -> None:
    solved = make_evidence(state=TicketState.SOLVED, updated_at=AT - timedelta(days=400))

    assert decide((solved,), Verdict.PASS, at=AT) == JOINS


@pytest.mark.parametrize(
    ("subject", "numbers"),
    [
        ("Re: 退款 [RF-12]", (12,)),
        ("[RF-1] and [RF-2]", (1, 2)),
        ("[RF-1] and [RF-1]", (1,)),
        ("".join(f"[RF-{number}]" for number in range(1, 6_000)), (1, 2, 3, 4, 5)),
        ("RF-12", ()),
        ("[rf-12]", ()),
        ("[RF-]", ()),
        ("[RF-" + "9" * 13 + "]", ()),
        ("", ()),
    ],
)
def test_numbers_stand_in_subjects_in_one_form(subject: str, numbers: tuple[int, ...]) -> None:
    assert numbers_in(subject) == numbers
