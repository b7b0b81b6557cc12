"""Each guard of a claim's moves: what it lets pass, and what it refuses with which words."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from helpdesk.rules import claim_guards as g
from helpdesk.rules.claim_guards import Circumstances
from helpdesk.rules.claim_moves import MOVES, Guard, check, find, possible
from helpdesk.rules.claim_terms import LinkLevel, Remedy
from helpdesk.rules.claim_trust import sender_is_trusted
from helpdesk.rules.claims import ClaimState, Event, Who
from helpdesk.rules.states import IllegalMoveError

NOW = datetime(2026, 6, 1, 8, tzinfo=UTC)
PLAIN = Circumstances(at=NOW)
SOON, BEFORE = NOW + timedelta(hours=1), NOW - timedelta(hours=1)
FULL = frozenset({Remedy.FULL_REFUND})
LEAD = {"who": Who.LEAD}

# guard, what lets it pass, what it refuses, with which code
CASES: list[tuple[Guard, dict[str, Any], dict[str, Any], str]] = [
    (g.order_is_verified, {"link": LinkLevel.VERIFIED}, {"link": LinkLevel.WEAK}, "not_verified"),
    (g.order_is_verified, {"link": LinkLevel.VERIFIED}, {"link": None}, "not_verified"),
    (g.no_other_claim_has_these_lines, {"other_claim": None}, {"other_claim": 7}, "taken"),
    (g.something_is_asked, {"asked": ("photo",)}, {"asked": ()}, "nothing_asked"),
    (g.buyer_was_warned, {"warned": True}, {"warned": False}, "not_warned"),
    (
        g.clause_allows_it_by_itself,
        {"decision": "allow", "by_itself": True},
        {"decision": "allow", "by_itself": False},
        "not_automatic",
    ),
    (
        g.clause_allows_it_by_itself,
        {"decision": "allow", "by_itself": True},
        {"decision": "review", "by_itself": True},
        "not_automatic",
    ),
    (
        g.within_automatic_limits,
        {"worth": 100, "auto_limit": 100, "auto_left_today": 100},
        {"worth": 101, "auto_limit": 100, "auto_left_today": 1000},
        "automatic_limit",
    ),
    (
        g.within_automatic_limits,
        {"worth": 0},
        {"worth": 100, "auto_limit": 100, "auto_left_today": 99},
        "automatic_limit",
    ),
    (g.may_refuse_approval, {"by_agent": 3, "asked_by": 3}, {"by_agent": 4, "asked_by": 3}, "not_yours"),
    (g.agents_may_decide_it, {"for_lead": True, **LEAD}, {"for_lead": True, "who": Who.AGENT}, "for_lead"),
    (g.nothing_is_doubtful, {"doubts": ()}, {"doubts": ("sender not verified",)}, "doubtful"),
    (
        g.remedies_are_allowed,
        {"remedies": FULL, "allowed": FULL, "decision": "allow"},
        {"remedies": frozenset(), "allowed": FULL, "decision": "allow"},
        "no_remedy",
    ),
    (
        g.remedies_are_allowed,
        {"remedies": FULL, "allowed": FULL, "decision": "review"},
        {"remedies": FULL, "allowed": FULL, "decision": "need_info", "who": Who.AGENT, "why": "because"},
        "not_allowed",
    ),
    (
        g.remedies_are_allowed,
        {"remedies": FULL, "decision": "deny", "why": "a regular buyer", **LEAD},
        {"remedies": FULL, "decision": "deny", **LEAD},
        "say_why",
    ),
    (g.sums_are_granted, {"above_clause": False}, {"above_clause": True, "who": Who.AGENT}, "above_clause"),
    (
        g.sums_are_granted,
        {"above_clause": True, "why": "a regular buyer", **LEAD},
        {"above_clause": True, **LEAD},
        "say_why",
    ),
    (g.fits_what_is_left, {"too_much": ""}, {"too_much": "this is more than is left"}, "too_much"),
    (g.within_own_limit, {"worth": 100, "limit": 100}, {"worth": 101, "limit": 100}, "above_limit"),
    (g.within_own_limit, {"worth": 10**9, "limit": None}, {"worth": 1, "limit": 0}, "above_limit"),
    (g.within_own_day, {"own_day": 100, "day_limit": 100}, {"own_day": 101, "day_limit": 100}, "day_limit"),
    (
        g.within_own_day,
        {"own_day": 10**9, "day_limit": None},
        {"own_day": 1, "day_limit": 0},
        "day_limit",
    ),
    (
        g.one_person_is_enough,
        {"worth": 100, "second_person_above": 100},
        {"worth": 101, "second_person_above": 100},
        "second_person",
    ),
    (
        g.one_person_is_enough,
        {"worth": 10**9, "second_person_above": None},
        {"worth": 1, "second_person_above": 0},
        "second_person",
    ),
    (sender_is_trusted, {"remedies": FULL}, {"remedies": FULL, "distrust": "sender"}, "not_trusted"),
    (
        sender_is_trusted,
        {"remedies": frozenset({Remedy.EXCHANGE}), "distrust": "own_link"},
        {"remedies": frozenset({Remedy.COUPON, Remedy.EXCHANGE}), "distrust": "own_link"},
        "not_trusted",
    ),
    (g.offer_is_open, {"offer_open": True}, {"offer_open": False}, "no_offer"),
    (g.offer_has_not_expired, {"offer_expires_at": SOON}, {"offer_expires_at": NOW}, "expired"),
    (g.offer_has_not_expired, {"offer_expires_at": SOON}, {"offer_expires_at": None}, "expired"),
    (g.offer_has_expired, {"offer_expires_at": NOW}, {"offer_expires_at": SOON}, "not_expired"),
    (g.offer_is_the_same, {"same_offer": True}, {"same_offer": False}, "changed"),
    (g.acceptance_is_on_record, {"on_record": True}, {"on_record": False}, "not_on_record"),
    (g.another_person, {"asked_by": 1, "by_agent": 2}, {"asked_by": 1, "by_agent": 1}, "same_person"),
    (g.another_person, {"asked_by": 1, "by_agent": 2}, {"asked_by": 1, "by_agent": None}, "same_person"),
    (g.approval_is_for_this, {"same_approval": True}, {"same_approval": False}, "changed"),
    (g.says_why, {"why": "sold out"}, {"why": "  "}, "say_why"),
    (
        g.clause_denies_it_or_a_lead_says_why,
        {"decision": "deny", "who": Who.AGENT},
        {"decision": "allow", "who": Who.AGENT, "why": "because"},
        "no_clause",
    ),
    (
        g.clause_denies_it_or_a_lead_says_why,
        {"decision": "allow", "why": "fraud", **LEAD},
        {"decision": "allow", **LEAD},
        "say_why",
    ),
    (g.nothing_is_paid_or_sent, {"moving": 0}, {"moving": 1}, "moving"),
    (g.no_money_is_moving, {"remedies_open": 0}, {"remedies_open": 1}, "open_remedies"),
    (
        g.every_remedy_is_complete,
        {"remedies_done": 1, "remedies_open": 0},
        {"remedies_done": 1, "remedies_open": 1},
        "open_remedies",
    ),
    (g.every_remedy_is_complete, {"remedies_done": 1}, {"remedies_done": 0}, "open_remedies"),
    (g.some_remedy_is_not_complete, {"remedies_open": 1}, {"remedies_open": 0}, "complete"),
    (g.platform_number_is_given, {"platform_number": "9"}, {"platform_number": " "}, "no_number"),
    (g.cause_is_named, {"cause": "none"}, {"cause": ""}, "no_cause"),
    (g.reopening_is_in_time, {"reopen_until": NOW}, {"reopen_until": BEFORE}, "too_late"),
    (g.reopening_is_in_time, {"reopen_until": BEFORE, **LEAD}, {"reopen_until": None}, "too_late"),
]


@pytest.mark.parametrize(
    ("guard", "good", "bad", "code"), CASES, ids=[f"{case[0].__name__}-{case[3]}" for case in CASES]
)
def test_a_guard_lets_pass_and_refuses(
    guard: Guard, good: dict[str, Any], bad: dict[str, Any], code: str
) -> None:
    assert guard(replace(PLAIN, **good)) is None
    objection = guard(replace(PLAIN, **bad))
    assert objection is not None
    assert (objection.code, bool(objection.sentence)) == (code, True)


def test_every_guard_of_the_table_stands_in_these_cases() -> None:
    of_the_table = {guard for move in MOVES for guard in move.only_if}
    assert of_the_table == {guard for guard, *_ in CASES}
    assert all(guard.__doc__ for guard in of_the_table)  # docs/claims.md says what it asks


@pytest.mark.parametrize("state", [None, *ClaimState])
@pytest.mark.parametrize("event", Event)
def test_what_the_table_does_not_have_is_refused_in_words(event: Event, state: ClaimState | None) -> None:
    lines = [move for move in MOVES if move.event is event and state in move.before]
    assert len(lines) <= 1  # one line says where it leads
    if lines:
        assert find(event, state) is lines[0]
    else:
        with pytest.raises(IllegalMoveError, match=f"cannot {event}".replace("_", " ")):
            find(event, state)


@pytest.mark.parametrize("who", Who)
def test_nobody_makes_a_move_that_is_for_others(who: Who) -> None:
    for state in ClaimState:
        offered = possible(state, who)
        for move in (move for move in MOVES if state in move.before):
            assert (move in offered) is (who in move.who)
            if who not in move.who:
                with pytest.raises(IllegalMoveError, match=f"is not for the {who}"):
                    check(move.event, state, who=who, given=PLAIN)


def test_every_state_can_be_reached_and_left() -> None:
    reached, before = {ClaimState.NEW}, set[ClaimState]()
    while reached != before:
        before = set(reached)
        reached |= {move.after for move in MOVES if set(move.before) & reached}
    assert reached == set(ClaimState)
    assert all(any(state in move.before for move in MOVES) for state in ClaimState)
