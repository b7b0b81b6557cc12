"""What a row says is due next: which of all that could be said comes first."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from helpdesk.rules.money_days import MoneyDay
from helpdesk.rules.next_things import Due, MoneyFacts, NextKind, RowFacts, next_thing
from helpdesk.rules.refunds import Shown
from helpdesk.rules.states import ReminderKind, TicketState

NOW = datetime(2026, 6, 1, 8, tzinfo=UTC)
SOON, LATER = NOW + timedelta(minutes=40), NOW + timedelta(days=2)
ON_ITS_WAY = MoneyFacts(state=Shown.SUCCEEDED, by_hand=False, day=MoneyDay(3, 5))
CLAIM = Due(kind=ReminderKind.CLAIM_DUE, at=LATER)
# Everything at once: whatever is taken away from it, the next in the order is said.
ALL = RowFacts(
    state=TicketState.OPEN,
    trouble=True,
    may_approve=True,
    money=MoneyFacts(state=Shown.NEEDS_ACTION, by_hand=True, day=None),
    stopped=True,
    unanswered=True,
    answer_by=SOON,
    proofs_missing=2,
    plan=CLAIM,
)


def said(facts: RowFacts) -> NextKind:
    return next_thing(facts, at=NOW).kind


def test_each_thing_comes_before_those_after_it() -> None:
    facts, order = ALL, []
    for less in (
        {"trouble": False},
        {"may_approve": False},
        {"stopped": False},
        {"money": ON_ITS_WAY},
        {"unanswered": False},
        {"proofs_missing": 0},
        {"money": None},
        {"plan": None},
        {"state": TicketState.WAITING},
    ):
        order.append(said(facts))
        facts = replace(facts, **less)  # type: ignore[arg-type]  # the fields of RowFacts, by name
    assert [*order, said(facts)] == [
        NextKind.TROUBLE,
        NextKind.APPROVE,
        NextKind.HELD,
        NextKind.PAY_BY_HAND,
        NextKind.REPLY,
        NextKind.PROOFS,
        NextKind.MONEY_DAY,
        NextKind.OUR_TURN,
        NextKind.OUR_TURN,
        NextKind.NOTHING,
    ]


def test_nobody_is_waited_for_on_spam() -> None:
    assert said(replace(ALL, spam=True)) is NextKind.NOTHING


@pytest.mark.parametrize(
    ("state", "kind"),
    [
        (Shown.UNKNOWN, NextKind.MONEY_UNKNOWN),
        (Shown.FAILED, NextKind.MONEY_FAILED),
        (Shown.REVERSED, NextKind.MONEY_CAME_BACK),
        (Shown.NOT_ARRIVED, NextKind.MONEY_NOT_THERE),
        (Shown.NEEDS_ACTION, NextKind.MONEY_STANDS_STILL),
    ],
)
def test_money_in_trouble_comes_before_a_reply(state: Shown, kind: NextKind) -> None:
    money = MoneyFacts(state=state, by_hand=False, day=None)
    facts = RowFacts(state=TicketState.OPEN, unanswered=True, answer_by=SOON, money=money)
    assert said(facts) is kind


@pytest.mark.parametrize("state", [Shown.RESERVED, Shown.NEEDS_ACTION])
def test_the_stop_is_said_of_money_that_it_holds(state: Shown) -> None:
    money = MoneyFacts(state=state, by_hand=True, day=None)
    assert said(RowFacts(state=TicketState.WAITING, money=money, stopped=True)) is NextKind.HELD


def test_the_stop_is_not_said_of_money_that_has_left() -> None:
    facts = RowFacts(state=TicketState.WAITING, money=ON_ITS_WAY, stopped=True)
    assert next_thing(facts, at=NOW).day == MoneyDay(3, 5)


def test_after_its_moment_a_reply_is_overdue() -> None:
    facts = RowFacts(state=TicketState.NEW, unanswered=True, answer_by=NOW - timedelta(hours=2))
    late = next_thing(facts, at=NOW)
    assert (late.kind, late.at, late.is_alarm) == (NextKind.OVERDUE, NOW - timedelta(hours=2), True)


@pytest.mark.parametrize("state", [TicketState.SOLVED, TicketState.CLOSED])
@pytest.mark.parametrize(
    "plan", [ReminderKind.CLAIM_DUE, ReminderKind.CLAIM_REMINDER, ReminderKind.OFFER_EXPIRY]
)
def test_what_is_done_does_not_say_that_its_claim_is_due(state: TicketState, plan: ReminderKind) -> None:
    assert said(RowFacts(state=state, plan=Due(kind=plan, at=LATER), proofs_missing=1)) is NextKind.NOTHING


def test_what_is_done_still_says_where_its_money_is_and_when_the_buyer_is_asked() -> None:
    survey = Due(kind=ReminderKind.SURVEY, at=LATER)
    done = RowFacts(state=TicketState.SOLVED, plan=survey)
    assert next_thing(done, at=NOW).plan == survey
    assert said(replace(done, money=ON_ITS_WAY)) is NextKind.MONEY_DAY


def test_of_our_turn_and_a_plan_the_sooner_one_is_said() -> None:
    facts = RowFacts(state=TicketState.OPEN, answer_by=SOON, plan=CLAIM)
    assert said(facts) is NextKind.OUR_TURN
    assert said(replace(facts, answer_by=LATER + timedelta(hours=1))) is NextKind.PLANNED
