"""What is planned after a refund, when it is due, and what makes it pointless.

How long money travels stands in ARRIVAL_DAYS, in business days of the shop's own calendar. The figures are
the longest usual ones of the methods' own pages, so that nobody is asked about money that cannot be there:
Alipay (back to the balance at once, to a bank card the next day), WeChat Pay (API of refunds: 20 minutes to
the balance, 3 working days to a bank card), PayPal (help pages: 3 to 5 days to a bank account), cards
(Stripe, "Customer refund processing time": 5 to 10 business days), bank transfer (1 to 3).
"""

from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum

from helpdesk.rules.policy_counting import is_working_day
from helpdesk.rules.states import ReminderKind

ARRIVAL_DAYS: dict[str, int] = {
    "alipay": 1,
    "wechat": 3,
    "paypal": 5,
    "bank": 3,
    "card": 10,
    "other": 10,  # nobody knows how: as the slowest
}
# Words in the names of gateways and methods, the more telling first.
WAYS: dict[str, str] = {
    "alipay": "alipay",
    "支付宝": "alipay",
    "wechat": "wechat",
    "weixin": "wechat",
    "微信": "wechat",
    "paypal": "paypal",
    "bank": "bank",
    "transfer": "bank",
    "sepa": "bank",
    "银行": "bank",
    "card": "card",
    "stripe": "card",
    "visa": "card",
}
CHECK_AFTER_EXPECTED = timedelta(days=1)
ASSUMED_AFTER_CHECK = timedelta(days=5)  # when nobody answers the check
SURVEY_AFTER_ARRIVAL = timedelta(
    hours=2
)  # said or assumed: nobody is surveyed about money that is on its way
DELAY_IS_TOLD_AFTER = timedelta(days=1)  # money that should have left
SECOND_THOUGHTS = timedelta(minutes=2)  # in which an agent's slip is told to nobody
SURVEY_OPEN_FOR = timedelta(days=30)
LATEST = timedelta(days=366)  # that a plan may be put off
NEVER = datetime(9000, 1, 1, tzinfo=UTC)  # when a plan is due that rests: no queue counts it, no clock comes
TOO_LATE = timedelta(days=7)  # nobody wants an old reminder after a long outage
SNOOZE = "snooze"  # a task about the ticket itself, which sleeps until then
TOLD = ("return_warning", "money_sent", "money_delayed", "money_looked_for", "money_traced")  # tasks


class Reason(StrEnum):
    """What happened, and so makes planned mail pointless."""

    BUYER_WROTE = "buyer_wrote"
    ARRIVED = "arrived"
    NOT_ARRIVED = "not_arrived"
    REVERSED = "reversed"
    CLOSED = "closed"
    BY_HAND = "by_hand"
    SUPPRESSED = "suppressed"
    OUT_OF_DATE = "out_of_date"
    OPTED_OUT = "opted_out"
    REPLANNED = "replanned"
    MERGED = "merged"
    SEPARATED = "separated"
    SPAM = "spam"
    MAILBOX_REMOVED = "mailbox_removed"
    CLAIM_MOVED = "claim_moved"
    DONE = "done"
    UNVERIFIED = "unverified"


# What ends a reply that was to leave later, and gives its words back: it does not merely change places.
GIVEN_BACK = frozenset(
    {
        Reason.BUYER_WROTE,
        Reason.CLOSED,
        Reason.SPAM,
        Reason.BY_HAND,
        Reason.OUT_OF_DATE,
        Reason.MAILBOX_REMOVED,
        Reason.SUPPRESSED,
    }
)
UNLESS: dict[ReminderKind, tuple[Reason, ...]] = {
    ReminderKind.ARRIVAL_CHECK: (
        Reason.BUYER_WROTE,
        Reason.ARRIVED,
        Reason.NOT_ARRIVED,
        Reason.REVERSED,
        Reason.CLOSED,
        Reason.BY_HAND,
    ),
    ReminderKind.ARRIVAL_ASSUMED: (
        Reason.BUYER_WROTE,
        Reason.ARRIVED,
        Reason.NOT_ARRIVED,
        Reason.REVERSED,
        Reason.BY_HAND,
    ),
    ReminderKind.SURVEY: (Reason.BUYER_WROTE, Reason.NOT_ARRIVED, Reason.REVERSED, Reason.BY_HAND),
    ReminderKind.CLAIM_REMINDER: (Reason.BUYER_WROTE, Reason.CLAIM_MOVED, Reason.BY_HAND),
    ReminderKind.CLAIM_DUE: (Reason.CLAIM_MOVED,),
    ReminderKind.OFFER_EXPIRY: (Reason.CLAIM_MOVED,),
    ReminderKind.REPLY_LATER: (Reason.BUYER_WROTE, Reason.CLOSED, Reason.SPAM, Reason.BY_HAND),
    ReminderKind.TASK_DUE: (),  # whoever does it takes it back: see actions/tasks.py
}


BY_ITSELF = (ReminderKind.ARRIVAL_CHECK, ReminderKind.SURVEY, ReminderKind.CLAIM_REMINDER)  # the desk writes
MAIL = (*BY_ITSELF, ReminderKind.REPLY_LATER)
WITH_WORDS = (ReminderKind.ARRIVAL_CHECK, ReminderKind.CLAIM_REMINDER)  # nobody aims a survey


def method_of(gateway: str, method: str) -> str:
    """The way (one of ARRIVAL_DAYS) by which money goes back that came by this gateway and method."""
    for name in (method.casefold(), gateway.casefold()):
        found = next((way for word, way in WAYS.items() if word in name), "")
        if found:
            return found
    return "other"


def expected_arrival(method: str, paid_at: datetime, *, country: str = "", zone: tzinfo = UTC) -> datetime:
    """When the money should be there. Without a country only Saturdays and Sundays are left out."""
    return business_days_after(paid_at, ARRIVAL_DAYS[method], country=country, zone=zone)


def business_days_after(start: datetime, days: int, *, country: str = "", zone: tzinfo = UTC) -> datetime:
    """The same time of day so many working days later, as days are counted in that zone."""
    day, left = start, days
    while left:
        day += timedelta(days=1)
        left -= is_working_day(day.astimezone(zone).date(), country)
    return day


def arrival_check_due(expected_at: datetime, *, at: datetime) -> datetime:
    """When the buyer is asked; planned later than it was due, a day from now."""
    return max(expected_at, at) + CHECK_AFTER_EXPECTED


def assumed_due(expected_at: datetime) -> datetime:
    """When silence is taken for a yes, if the question goes out on its day."""
    return expected_at + CHECK_AFTER_EXPECTED + ASSUMED_AFTER_CHECK


def is_too_late(due_at: datetime, *, at: datetime) -> bool:
    return at - due_at > TOO_LATE
