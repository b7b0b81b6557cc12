"""The tables of returns and replacements: what can follow what, whatever anybody asks for."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.rules import returns
from helpdesk.rules.claim_terms import Condition, Fault
from helpdesk.rules.claims import Who
from helpdesk.rules.replacements import (
    REMEDY_OF,
    REPLACEMENT_MOVES,
    ReplacementState,
    check_replacement_move,
    new_code,
)
from helpdesk.rules.returns import Given, LineSeen, Outcome, Reception, ReturnEvent, ReturnState
from helpdesk.rules.states import IllegalMoveError

NOW = datetime(2026, 6, 1, 8, tzinfo=UTC)
ENDED = {ReturnState.INSPECTED, ReturnState.CANCELED}

lines = st.builds(
    LineSeen,
    line=st.just(1),
    announced=st.integers(1, 3),
    received=st.integers(0, 4),
    reception=st.sampled_from(Reception),
    condition=st.none() | st.sampled_from(Condition),
    resellable=st.none() | st.booleans(),
    deduction=st.integers(-1, 5),
    most=st.just(4),
    why=st.sampled_from(["", "scratched"]),
)
circumstances = st.builds(
    Given,
    at=st.just(NOW),
    who=st.sampled_from(Who),
    send_by=st.sampled_from([NOW - timedelta(days=1), NOW + timedelta(days=1)]),
    warned=st.booleans(),
    tracking=st.sampled_from(["", "SF1234567890123"]),
    lines=st.lists(lines, min_size=1, max_size=3).map(tuple),
    why=st.sampled_from(["", "lost"]),
    new_send_by=st.none() | st.just(NOW + timedelta(days=3)),
)


@given(st.lists(st.tuples(st.sampled_from(ReturnEvent), circumstances), max_size=12))
def test_no_history_inspects_what_was_not_received_or_moves_what_has_ended(
    history: list[tuple[ReturnEvent, Given]],
) -> None:
    state, was_received = ReturnState.AWAITING, False
    for event, known in history:
        try:
            move = returns.check(event, state, known)
        except IllegalMoveError:
            continue
        assert state not in ENDED
        assert known.who in move.who
        if event is ReturnEvent.RECEIVE:
            was_received = True
            assert known.who is not Who.BUYER
        if event is ReturnEvent.INSPECT:
            assert was_received
            assert all(0 <= line.deduction <= line.most for line in known.lines)
            assert all(line.condition for line in known.lines if line.received)
        if event is ReturnEvent.EXPIRE:
            assert known.warned
        state = move.after


@pytest.mark.parametrize("before", ReturnState)
@pytest.mark.parametrize("event", ReturnEvent)
def test_every_move_that_is_not_in_the_table_is_refused_with_a_sentence(
    before: ReturnState, event: ReturnEvent
) -> None:
    in_table = any(event is move.event and before in move.before for move in returns.MOVES)
    if not in_table:
        with pytest.raises(IllegalMoveError, match="cannot"):
            returns.check(event, before, Given(at=NOW, who=Who.OWNER))
    assert (event in returns.possible(before, Who.BUYER)) <= in_table


@given(
    st.lists(lines, min_size=1, max_size=4), st.sampled_from(Fault), st.none() | st.sampled_from(Condition)
)
def test_money_goes_by_itself_only_for_goods_that_are_all_there_and_as_said(
    seen: list[LineSeen], fault: Fault, said: Condition | None
) -> None:
    found = returns.disagreements(seen, said=said, fault=fault)
    if returns.outcome(found) is Outcome.AS_AGREED:
        assert all(line.received >= line.announced and not line.deduction for line in seen)
        assert not any(line.reception in (Reception.WRONG_ITEM, Reception.DAMAGED) for line in seen)
        assert said is Condition.DAMAGED_BY_BUYER or not any(
            line.condition is Condition.DAMAGED_BY_BUYER for line in seen
        )


@given(st.lists(st.sampled_from(ReplacementState), max_size=12))
def test_nothing_is_delivered_that_was_never_shipped(wishes: list[ReplacementState]) -> None:
    state, shipped = ReplacementState.PROMISED, False
    for wish in wishes:
        try:
            check_replacement_move(state, wish)
        except IllegalMoveError:
            continue
        state = wish
        shipped = shipped or state is ReplacementState.SHIPPED
        assert shipped or state in (ReplacementState.PROMISED, ReplacementState.CANCELED)
    assert state in REMEDY_OF


def test_every_state_of_a_replacement_has_its_moves() -> None:
    assert set(REPLACEMENT_MOVES) == set(REMEDY_OF) == set(ReplacementState)


def test_codes_differ() -> None:
    assert len({new_code() for _ in range(1000)}) == 1000
