"""Days as the law and the shop count them: from which day, to which end, over which days off."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from helpdesk.rules.claim_terms import Fault, OrderState
from helpdesk.rules.policy_counting import after, days_between, due, last_day
from helpdesk.rules.policy_gathering import DeclaredEvent, facts_of
from helpdesk.rules.policy_terms import Count, Duration, Timer
from tests.rules.policies import policy, preset

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
GERMAN = Count(roll_to_working_day=True, holidays="DE")


def test_the_day_of_delivery_is_not_counted() -> None:
    delivered = datetime(2026, 11, 14, 9, tzinfo=SHANGHAI)
    asked = datetime(2026, 11, 21, 23, 59, tzinfo=SHANGHAI)
    assert days_between(Count(), SHANGHAI, delivered, asked) == 7
    assert days_between(Count(), SHANGHAI, delivered, asked + timedelta(minutes=1)) == 8


def test_a_shop_may_count_the_day_of_delivery() -> None:
    assert (
        days_between(
            Count(start="same_day"), SHANGHAI, date(2026, 11, 14), datetime(2026, 11, 14, 20, tzinfo=SHANGHAI)
        )
        == 1
    )
    assert last_day(Count(start="same_day"), date(2026, 11, 14), 7) == date(2026, 11, 20)


def test_a_shop_may_count_by_the_hour() -> None:
    delivered = datetime(2026, 11, 14, 9, tzinfo=UTC)
    exact = Count(end="exact")
    assert days_between(exact, SHANGHAI, delivered, delivered + timedelta(days=7)) == 7
    assert days_between(exact, SHANGHAI, delivered, delivered + timedelta(days=7, seconds=1)) == 8


def test_days_are_those_of_the_policys_own_time_zone() -> None:
    delivered = datetime(2026, 11, 14, 15, 30, tzinfo=UTC)  # 23:30 in Shanghai
    asked = datetime(2026, 11, 14, 16, 30, tzinfo=UTC)  # the next day there
    assert days_between(Count(), SHANGHAI, delivered, asked) == 1
    assert days_between(Count(), BERLIN, delivered, asked) == 0


def test_a_claim_before_delivery_is_on_day_nought() -> None:
    assert days_between(Count(), BERLIN, date(2026, 11, 14), datetime(2026, 11, 10, tzinfo=BERLIN)) == 0


@pytest.mark.parametrize(
    ("asked", "days"),
    [
        (date(2026, 12, 24), 13),
        (date(2026, 12, 25), 14),  # Christmas: the window would end here
        (date(2026, 12, 26), 14),
        (date(2026, 12, 27), 14),  # a Sunday
        (date(2026, 12, 28), 14),  # the working day that it rolls to
        (date(2026, 12, 29), 18),
    ],
)
def test_an_end_on_a_day_off_rolls_to_the_next_working_day(asked: date, days: int) -> None:
    delivered = date(2026, 12, 11)
    moment = datetime.combine(asked, datetime.min.time(), BERLIN)
    assert days_between(GERMAN, BERLIN, delivered, moment, rolls=True) == days
    assert last_day(GERMAN, delivered, 14) == date(2026, 12, 28)


def test_without_a_country_weekends_alone_are_days_off() -> None:
    assert last_day(Count(roll_to_working_day=True), date(2026, 11, 14), 7) == date(2026, 11, 23)


def test_a_make_up_saturday_is_a_working_day_in_china() -> None:
    assert last_day(Count(roll_to_working_day=True, holidays="CN"), date(2026, 2, 7), 7) == date(2026, 2, 14)


def test_business_days_leave_out_days_off() -> None:
    friday = datetime(2026, 12, 25, 10, tzinfo=BERLIN)
    assert after(Duration(2, "bd"), friday, GERMAN, BERLIN) == datetime(2026, 12, 30, tzinfo=BERLIN)
    assert after(Duration(48, "h"), friday, GERMAN, BERLIN) == friday + timedelta(days=2)


def test_a_timer_warns_before_it_is_due() -> None:
    timer = Timer(
        state="awaiting_decision", due=Duration(48, "h"), warn=(Duration(24, "h"), Duration(4, "h"))
    )
    start = datetime(2026, 11, 2, 8, tzinfo=UTC)
    assert due(timer, start, Count(), SHANGHAI) == (
        start + timedelta(hours=48),
        (start + timedelta(hours=24), start + timedelta(hours=44)),
    )


ASKED = datetime(2026, 11, 19, 12, tzinfo=SHANGHAI)


def test_facts_are_counted_from_an_order() -> None:
    facts = facts_of(
        policy(),
        claimed_at=ASKED,
        state=OrderState.DELIVERED,
        reason="damaged",
        delivered=datetime(2026, 11, 18, 12, tzinfo=SHANGHAI),
        shipped=date(2026, 11, 15),
    )
    assert (facts.days_since_delivery, facts.hours_since_delivery, facts.days_since_shipped) == (1, 24, 4)
    assert facts.fault is Fault.CARRIER
    assert (facts.delivered_on, facts.claimed_on) == (date(2026, 11, 18), date(2026, 11, 19))


def test_a_day_of_delivery_that_nobody_told_is_assumed_and_says_so() -> None:
    facts = facts_of(
        preset("cn-shop"),
        claimed_at=ASKED,
        state=OrderState.DELIVERED,
        reason="changed_mind",
        shipped=date(2026, 11, 10),
    )
    assert facts.delivery_assumed
    assert facts.delivered_on == date(2026, 11, 15)  # five days of transit, says the policy
    assert facts.days_since_delivery == 4


def test_what_is_not_delivered_has_no_day_of_delivery() -> None:
    facts = facts_of(
        policy(), claimed_at=ASKED, state=OrderState.SHIPPED, reason="not_received", shipped=date(2026, 11, 9)
    )
    assert (facts.days_since_delivery, facts.days_since_shipped, facts.delivery_assumed) == (None, 10, False)


def test_an_event_touches_the_regions_it_names_while_it_lasts() -> None:
    flood = DeclaredEvent(
        zh="洪水", en="the flood", regions=frozenset({"CN-GD"}), since=ASKED, until=ASKED + timedelta(days=3)
    )

    def is_active(region: str, at: datetime) -> bool:
        return facts_of(
            policy(),
            claimed_at=at,
            state=OrderState.PAID,
            reason=None,
            events=[flood],
            country="CN",
            region=region,
        ).event_active

    assert is_active("CN-GD", ASKED)
    assert not is_active("CN-BJ", ASKED)
    assert is_active("CN-GD", ASKED - timedelta(days=2)), "it met goods that had not left"
    assert not is_active("CN-GD", ASKED + timedelta(days=3))
