"""What is planned after a refund, when it is due, and what makes it pointless."""

from datetime import datetime, timedelta
from enum import StrEnum

from helpdesk.rules.states import ReminderKind

# Business days until money is usually there, after reference figures of the methods' own pages.
ARRIVAL_DAYS: dict[str, int] = {
    "alipay": 1,
    "wechat": 1,
    "paypal": 3,
    "bank": 3,
    "card": 5,
    "other": 5,
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
SURVEY_AFTER_YES = timedelta(hours=2)
SURVEY_AFTER_CHECK = timedelta(days=3)  # when nobody answers the check
SURVEY_OPEN_FOR = timedelta(days=30)
TOO_LATE = timedelta(days=7)  # nobody wants an old reminder after a long outage


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
    ReminderKind.TASK_DUE: (),  # whoever does it takes it back: see actions/tasks.py
}


def method_of(gateway: str, method: str) -> str:
    """The way (one of ARRIVAL_DAYS) by which money goes back that came by this gateway and method."""
    for name in (method.casefold(), gateway.casefold()):
        found = next((way for word, way in WAYS.items() if word in name), "")
        if found:
            return found
    return "other"


def expected_arrival(method: str, paid_at: datetime) -> datetime:
    """When the money should be there: business days, Saturdays and Sundays left out."""
    day, left = paid_at, ARRIVAL_DAYS[method]
    while left:
        day += timedelta(days=1)
        if day.weekday() < 5:
            left -= 1
    return day


def arrival_check_due(expected_at: datetime) -> datetime:
    return expected_at + CHECK_AFTER_EXPECTED


def survey_due(expected_at: datetime) -> datetime:
    """When nobody answers the check."""
    return arrival_check_due(expected_at) + SURVEY_AFTER_CHECK


def is_too_late(due_at: datetime, *, at: datetime) -> bool:
    return at - due_at > TOO_LATE
