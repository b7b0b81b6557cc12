"""The right edge of a row in words: what is due next. Which thing that is, rules/next_things.py decides."""

from datetime import datetime

from flask_babel import ngettext

from helpdesk import clock
from helpdesk.actions import tasks
from helpdesk.queries.queue_rows import Row
from helpdesk.rules.money_days import MoneyDay
from helpdesk.rules.next_things import Due, NextKind, NextThing
from helpdesk.web import wording
from helpdesk.web.translate import _, _l

PLAIN = {
    NextKind.NOTHING: "",
    NextKind.TROUBLE: _l("a message did not get through"),
    NextKind.HELD: _l("held by the stop"),
    NextKind.MONEY_STANDS_STILL: _l("money stands still"),
    NextKind.MONEY_UNKNOWN: _l("money unknown"),
    NextKind.MONEY_FAILED: _l("money failed"),
    NextKind.MONEY_CAME_BACK: _l("money came back"),
    NextKind.MONEY_NOT_THERE: _l("money has not arrived"),
}
TASKS = {
    tasks.ANSWER: _l("answer of a colleague due"),
    tasks.RETURN_WARNING: _l("reminder of the return"),
    tasks.RETURN_DEADLINE: _l("return due"),
    tasks.RETURN_ARRIVAL: _l("goods expected"),
    tasks.INSPECTION: _l("inspection due"),
    tasks.PROMISE: _l("goods have to leave"),
    tasks.COUPON_END: _l("coupon ends"),
    tasks.PLATFORM_DEADLINE: _l("platform's deadline"),
    tasks.MONEY_SENT: _l("letter on money that has left"),
    tasks.MONEY_DELAYED: _l("letter on late money"),
    tasks.MONEY_LOOKED_FOR: _l("letter on the search for money"),
    tasks.MONEY_TRACED: _l("letter on what the bank says"),
    tasks.MONEY_CHASE: _l("money to be found"),
    tasks.STOP_PARCEL: _l("parcel to be stopped"),
    tasks.REFUND_DUE: _l("refund promised"),
}


def said(row: Row) -> str:
    """ "reply in 40 min", "money day 3 of 5", "2 proofs missing", "overdue 2 hr"; "" for nothing."""
    at = clock.now()
    match row.next.kind:
        case NextKind.APPROVE if row.asked is not None:
            return _("approve %(amount)s", amount=wording.money(row.asked))
        case NextKind.PAY_BY_HAND if row.paid is not None:
            return _("pay %(amount)s by hand", amount=wording.money(row.paid.money))
        case NextKind.PROOFS:
            count = row.next.count
            return str(ngettext("%(num)d proof missing", "%(num)d proofs missing", count))
        case _:
            return _in_time(row.next, at)


def day(way: MoneyDay) -> str:
    """ "money day 3 of 5"."""
    if way.late:
        return _("money late: day %(day)s of %(of)s", day=way.day, of=way.of)
    return _("money day %(day)s of %(of)s", day=way.day, of=way.of)


def _planned(plan: Due) -> str:
    if plan.about not in TASKS:
        return wording.planned(plan)
    return _("%(what)s: %(when)s", what=TASKS[plan.about], when=wording.due(plan.at))


def _in_time(next_thing: NextThing, at: datetime) -> str:
    if next_thing.kind is NextKind.MONEY_DAY and next_thing.day is not None:
        return day(next_thing.day)
    if next_thing.at is None:
        return str(PLAIN.get(next_thing.kind, ""))
    if next_thing.plan is not None:
        return _planned(next_thing.plan)
    span = wording.brief(abs(next_thing.at - at))
    match next_thing.kind:
        case NextKind.REPLY:
            return _("reply in %(span)s", span=span)
        case NextKind.SNOOZED:
            return _("wakes %(when)s", when=wording.due(next_thing.at))
        case NextKind.OVERDUE:
            return _("overdue %(span)s", span=span)
    return _("our turn: %(span)s left", span=span)
