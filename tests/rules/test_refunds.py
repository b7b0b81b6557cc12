"""How a refund moves, and what the answers of gateways make of it."""

from datetime import timedelta
from itertools import product

import pytest

from helpdesk.rules import refunds
from helpdesk.rules.offers import RemedyState
from helpdesk.rules.paying import Outcome
from helpdesk.rules.refunds import REFUND_MOVES, WAITING, Part, Shown
from helpdesk.rules.reminders import method_of
from helpdesk.rules.states import IllegalMoveError
from helpdesk.rules.states import RefundState as S

pytestmark = pytest.mark.money

LEGAL = {
    "reserved": "submitted canceled",
    "submitted": "pending unknown needs_action succeeded failed",
    "pending": "needs_action succeeded failed canceled",
    "unknown": "pending needs_action succeeded failed canceled",
    "needs_action": "pending succeeded failed canceled",
    "succeeded": "arrived reversed",
    "arrived": "reversed",
}


@pytest.mark.parametrize(("before", "after"), [*product(S, repeat=2)])
def test_a_refund_moves_by_the_table(before: S, after: S) -> None:
    if after in LEGAL.get(before, "").split():
        refunds.check_refund_move(before, after)
    else:
        with pytest.raises(IllegalMoveError, match=r"^a refund that is .* cannot become"):
            refunds.check_refund_move(before, after)


@pytest.mark.parametrize("outcome", [*Outcome])
def test_every_answer_to_an_instruction_is_a_move_of_the_table(outcome: Outcome) -> None:
    for again in (False, True):
        assert refunds.after_submitting(outcome, again=again) in REFUND_MOVES[S.SUBMITTED]


@pytest.mark.parametrize("outcome", [*Outcome])
@pytest.mark.parametrize("before", [*sorted(WAITING), S.SUCCEEDED, S.ARRIVED])
def test_every_answer_to_a_question_is_a_move_of_the_table_or_none(before: S, outcome: Outcome) -> None:
    for refused, settled in product((False, True), repeat=2):
        after = refunds.after_query(before, outcome, refused=refused, settled=settled)
        assert after is before or after in REFUND_MOVES[before]


def test_silence_is_never_a_no() -> None:
    assert refunds.after_submitting(Outcome.UNKNOWN, again=False) is S.UNKNOWN
    for settled, refused in product((False, True), repeat=2):
        said = refunds.after_query(S.UNKNOWN, Outcome.UNKNOWN, refused=refused, settled=settled)
        assert said is S.UNKNOWN


def test_a_no_is_believed_the_first_time_and_asked_about_the_second() -> None:
    assert refunds.after_submitting(Outcome.FAILED, again=False) is S.FAILED
    assert refunds.after_submitting(Outcome.FAILED, again=True) is S.UNKNOWN


def test_not_found_means_something_only_after_a_no_and_the_time_to_settle() -> None:
    for refused, settled in product((False, True), repeat=2):
        after = refunds.after_query(S.UNKNOWN, Outcome.NOT_FOUND, refused=refused, settled=settled)
        lost = refunds.is_to_be_submitted_again(
            S.UNKNOWN, Outcome.NOT_FOUND, refused=refused, settled=settled
        )
        assert (after is S.FAILED) == (refused and settled)
        assert lost == (settled and not refused)


def test_what_had_left_and_is_said_to_have_failed_has_come_back() -> None:
    for outcome in (Outcome.FAILED, Outcome.CANCELED, Outcome.REVERSED):
        assert refunds.after_query(S.ARRIVED, outcome, refused=False, settled=True) is S.REVERSED
    assert refunds.after_query(S.SUCCEEDED, Outcome.PENDING, refused=False, settled=True) is S.SUCCEEDED


def test_looks_become_rarer() -> None:
    waits = [refunds.next_look(looked) for looked in range(40)]
    assert waits == sorted(waits)
    assert waits[0] < timedelta(minutes=1) < waits[-1] <= timedelta(hours=1)


@pytest.mark.parametrize(
    ("parts", "rows", "state"),
    [
        (1, [], RemedyState.AGREED),
        (1, [Part(state=S.RESERVED, by_hand=False)], RemedyState.AGREED),
        (1, [Part(state=S.NEEDS_ACTION, by_hand=True)], RemedyState.AGREED),
        (1, [Part(state=S.NEEDS_ACTION, by_hand=False)], RemedyState.UNDER_WAY),
        (1, [Part(state=S.UNKNOWN, by_hand=False)], RemedyState.UNDER_WAY),
        (1, [Part(state=S.FAILED, by_hand=False)], RemedyState.AGREED),
        (
            1,
            [Part(state=S.REVERSED, by_hand=False), Part(state=S.ARRIVED, by_hand=True)],
            RemedyState.COMPLETE,
        ),
        (2, [Part(state=S.ARRIVED, by_hand=False)], RemedyState.UNDER_WAY),
        (2, [Part(state=S.ARRIVED, by_hand=False)] * 2, RemedyState.COMPLETE),
        (1, [Part(state=S.ARRIVED, by_hand=False, chased=True)], RemedyState.UNDER_WAY),
        (
            2,
            [Part(state=S.ARRIVED, by_hand=False), Part(state=S.FAILED, by_hand=False)],
            RemedyState.UNDER_WAY,
        ),
    ],
)
def test_a_promise_follows_its_refunds(parts: int, rows: list[Part], state: RemedyState) -> None:
    assert refunds.remedy_state(parts, rows) is state


def test_the_word_for_a_refund_says_what_its_state_does_not() -> None:
    plain = {"chased": False, "mistaken": False, "assumed": False}
    assert refunds.shown(S.SUCCEEDED, **plain) is Shown.SUCCEEDED
    assert refunds.shown(S.SUCCEEDED, **plain | {"chased": True}) is Shown.NOT_ARRIVED
    assert refunds.shown(S.ARRIVED, **plain | {"assumed": True}) is Shown.ASSUMED
    assert refunds.shown(S.ARRIVED, **plain | {"assumed": True, "chased": True}) is Shown.NOT_ARRIVED
    assert refunds.shown(S.REVERSED, **plain | {"mistaken": True}) is Shown.MISTAKEN


@pytest.mark.parametrize(
    ("gateway", "method", "way"),
    [
        ("alipay", "", "alipay"),
        ("stripe", "", "card"),
        ("stripe", "alipay", "alipay"),
        ("wechatpay", "", "wechat"),
        ("import", "支付宝", "alipay"),
        ("import", "Bank transfer", "bank"),
        ("import", "", "other"),
    ],
)
def test_the_way_of_a_payment_is_the_way_back(gateway: str, method: str, way: str) -> None:
    assert method_of(gateway, method) == way
