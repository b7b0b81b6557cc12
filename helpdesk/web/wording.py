"""How values are said on a page: states, moments, spans, money, sizes."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from babel.dates import format_timedelta
from flask_babel import format_date, format_datetime, format_time, get_locale, to_user_timezone

from helpdesk import clock
from helpdesk.letters import words
from helpdesk.queries.entries import Delivery
from helpdesk.queries.failed import Unwritten
from helpdesk.queries.plans import PlanView
from helpdesk.queries.queue import Queue
from helpdesk.queries.queue_rows import Row
from helpdesk.queries.tickets import TicketView
from helpdesk.rules.money import Money
from helpdesk.rules.next_things import Due
from helpdesk.rules.refunds import Shown
from helpdesk.rules.states import (
    OutboxState,
    ReminderKind,
    Role,
    TicketState,
    WaitingOn,
)
from helpdesk.web import reasons, troubles_said
from helpdesk.web.translate import _, _l

STATES = {
    TicketState.NEW: _l("new"),
    TicketState.OPEN: _l("open"),
    TicketState.WAITING: _l("waiting"),
    TicketState.SOLVED: _l("solved"),
    TicketState.CLOSED: _l("closed"),
}
WAITS = {
    WaitingOn.BUYER: _l("waiting for the buyer"),
    WaitingOn.CARRIER: _l("waiting for the carrier"),
    WaitingOn.BANK: _l("waiting for the bank"),
    WaitingOn.COLLEAGUE: _l("waiting for a colleague"),
}
QUEUES = {
    Queue.OURS: _l("Waiting for us"),
    Queue.APPROVE: _l("To approve"),
    Queue.MINE: _l("Mine"),
    Queue.UNASSIGNED: _l("Unassigned"),
    Queue.BUYER: _l("Waiting for buyer"),
    Queue.EVIDENCE: _l("Evidence missing"),
    Queue.MONEY: _l("Money under way"),
    Queue.OVERDUE: _l("Overdue"),
    Queue.SNOOZED: _l("Snoozed"),
    Queue.WAITING: _l("Waiting for others"),
    Queue.SOLVED: _l("Solved"),
    Queue.CLOSED: _l("Closed"),
    Queue.ALL: _l("All"),
    Queue.SPAM: _l("Spam"),
}
REFUNDS = {
    Shown.RESERVED: _l("set aside"),
    Shown.SUBMITTED: _l("being sent"),
    Shown.PENDING: _l("at the bank"),
    Shown.UNKNOWN: _l("unknown, being asked"),
    Shown.NEEDS_ACTION: _l("to be paid by hand"),
    Shown.SUCCEEDED: _l("paid, on its way"),
    Shown.ARRIVED: _l("arrived"),
    Shown.ASSUMED: _l("assumed to have arrived"),
    Shown.NOT_ARRIVED: _l("has not arrived"),
    Shown.FAILED: _l("failed, nothing was paid"),
    Shown.CANCELED: _l("taken back"),
    Shown.REVERSED: _l("came back"),
    Shown.MISTAKEN: _l("noted by mistake"),
}
METHODS = {
    "alipay": _l("Alipay"),
    "wechat": _l("WeChat Pay"),
    "paypal": _l("PayPal"),
    "bank": _l("bank transfer"),
    "card": _l("card"),
    "other": _l("the way it was paid"),
}
ROLES = {Role.AGENT: _l("agent"), Role.LEAD: _l("lead"), Role.OWNER: _l("owner")}
VERIFIED = {
    "pass": _l("sender verified"),
    "fail": _l("sender not genuine: the check failed"),
    "none": _l("sender not verified"),
}
DOUBTS = {
    "name": _l("the name shows another address than the one behind it"),
    "reply_to": _l("asks for answers at another domain; they go to the sender"),
    "from": _l("it is not clear who wrote this"),
}
STUCK = {
    OutboxState.FAILED: _l("refused for good"),
    OutboxState.UNKNOWN: _l("nobody knows whether it went out"),
}
LETTERS_IN = {"zh-CN": _l("letters in Chinese"), "en": _l("letters in English")}
KIB = 1024


def word(value: str) -> str:
    """A state or method as a reader knows it; anything else as it is."""
    tables: tuple[Mapping[Any, Any], ...] = (STATES, REFUNDS, METHODS)
    return next((str(table[value]) for table in tables if value in table), value)


def state_of(ticket: Row | TicketView) -> str:
    """The state in words; a waiting ticket says on whom."""
    return str(WAITS[ticket.waiting_on] if ticket.waiting_on else STATES[ticket.state])


def moment(at: datetime) -> str:
    """Day and time, of the reader's zone."""
    return str(format_datetime(at, _("d MMM y, HH:mm")))


def day(at: datetime) -> str:
    return str(format_date(at, _("d MMM y")))


def short(at: datetime) -> str:
    """Today's time, this year's day, or the date: as short as it can be said."""
    here, today = to_user_timezone(at), to_user_timezone(clock.now())
    if here.date() == today.date():
        return str(format_time(at, "HH:mm"))
    if here.year == today.year:
        return str(format_datetime(at, _("d MMM")))
    return str(format_datetime(at, "y-MM-dd"))


def stamp(at: datetime) -> str:
    """Day and minute; the year only when it is another one."""
    here, today = to_user_timezone(at), to_user_timezone(clock.now())
    if here.date() == today.date():
        return str(format_time(at, "HH:mm"))
    return str(format_datetime(at, _("d MMM, HH:mm"))) if here.year == today.year else moment(at)


def span(length: timedelta) -> str:
    """ "3 hours", "2 days"."""
    return format_timedelta(length, locale=get_locale(), threshold=1)


def brief(length: timedelta) -> str:
    """ "40 min", "2 hr", "3 days": for narrow places."""
    return format_timedelta(length, locale=get_locale(), threshold=1, format="short")


def due(at: datetime) -> str:
    """ "in 2 days", or that it is due now."""
    left = at - clock.now()
    if left < timedelta(seconds=30):
        return _("now")
    return _("in %(span)s", span=span(left))


def planned(planned: Due) -> str:
    """What the clock does next, and when."""
    if planned.kind is ReminderKind.ARRIVAL_CHECK:
        return _("asks %(when)s if the money arrived", when=due(planned.at))
    if planned.kind is ReminderKind.ARRIVAL_ASSUMED:
        return _("takes the money for arrived %(when)s", when=due(planned.at))
    if planned.kind is ReminderKind.CLAIM_REMINDER:
        return _("reminds the buyer %(when)s", when=due(planned.at))
    if planned.kind is ReminderKind.CLAIM_DUE:
        return _("claim due %(when)s", when=due(planned.at))
    if planned.kind is ReminderKind.OFFER_EXPIRY:
        return _("offer ends %(when)s", when=due(planned.at))
    if planned.kind is ReminderKind.TASK_DUE:
        return _("something is due %(when)s", when=due(planned.at))
    if planned.kind is ReminderKind.REPLY_LATER:
        return _("reply leaves %(when)s", when=due(planned.at))
    return _("asks %(when)s how it was", when=due(planned.at))


def next_plan(plan: PlanView) -> str:
    """The next mail of the clock, for the facts above a conversation."""
    return planned(Due(kind=plan.kind, at=plan.due_at))


def plan_trouble(plan: PlanView) -> str:
    """Why planned mail has not been written yet, and what comes next."""
    if plan.again_at is None:
        return _(
            "It could not be written and waits for a lead to run it again: %(why)s",
            why=troubles_said.sentence(plan.problem),
        )
    return _(
        "It could not be written, next try %(when)s: %(why)s",
        when=due(plan.again_at),
        why=troubles_said.sentence(plan.problem),
    )


def plan_sentence(plan: PlanView | Unwritten) -> str:
    """Planned mail, at the end of a conversation."""
    if plan.kind is ReminderKind.ARRIVAL_CHECK:
        return _("On %(when)s the buyer is asked if the money arrived", when=moment(plan.due_at))
    if plan.kind is ReminderKind.ARRIVAL_ASSUMED:
        return _("On %(when)s the money is taken for arrived if nobody denies it", when=moment(plan.due_at))
    if plan.kind is ReminderKind.CLAIM_REMINDER:
        return _("On %(when)s the buyer is reminded of what is missing", when=moment(plan.due_at))
    if plan.kind is ReminderKind.CLAIM_DUE:
        return _("The claim is to move on by %(when)s", when=moment(plan.due_at))
    if plan.kind is ReminderKind.OFFER_EXPIRY:
        return _("The offer ends on %(when)s", when=moment(plan.due_at))
    if plan.kind is ReminderKind.TASK_DUE:
        about = plan.about if isinstance(plan, PlanView) else ""
        return _("On %(when)s: %(what)s", when=moment(plan.due_at), what=reasons.PLANS.get(about, ""))
    if plan.kind is ReminderKind.REPLY_LATER:
        return _("On %(when)s this reply leaves", when=moment(plan.due_at))
    return _("On %(when)s the buyer is asked how it was", when=moment(plan.due_at))


def money(value: Money) -> str:
    return words.in_currency(value, get_locale())


def size(count: int) -> str:
    if count < KIB:
        return f"{count} B"
    if count < KIB * KIB:
        return f"{count / KIB:.0f} kB"
    return f"{count / KIB / KIB:.1f} MB"


def delivery(sent: Delivery) -> str:
    """What has become of a message to the buyer."""
    if sent.delayed:
        return _(
            "delayed: tried %(count)s times, next try %(when)s", count=sent.attempts, when=due(sent.due_at)
        )
    return {
        OutboxState.QUEUED: _("waiting to leave"),
        OutboxState.LEASED: _("leaving now"),
        OutboxState.SENDING: _("leaving now"),
        OutboxState.SENT: _("handed over"),
        OutboxState.UNKNOWN: _("nobody knows whether it went out"),
        OutboxState.FAILED: _("failed"),
        OutboxState.WITHDRAWN: _("taken back"),
    }[sent.state]
