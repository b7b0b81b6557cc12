"""The one thing that a row of a queue says at its right edge: what is due next, and for whom.

What comes first in this list is said, and nothing else:

 1  spam                       nothing: nobody is waited for
 2  a message to the buyer     it failed, or nobody knows whether it went out
 3  an approval                that the reader may give
 4  money that we stopped      it would go, and the stop of all money holds it
 5  money that needs us        to be paid by hand, standing still, unknown, failed, come back, not arrived
 6  a ticket that sleeps       when it wakes; but while our turn on it is overdue, that
 7  the buyer waits for us     reply by then, or overdue
 8  a ticket that is done      on which day of its way money is; else a question or a task that is planned.
                               Not what its claim is due for: nobody has to do that any more
 9  proofs that are missing    of the buyer: how many
10  money on its way           on which day of it
11  our turn, or a plan        whichever comes first

Where a queue stands in the order of what is due next, it stands by `next_due_at`: the earliest of 7 and of
all plans. So a row may say more than when it is due, and never less.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from helpdesk.rules.money_days import MoneyDay
from helpdesk.rules.refunds import Shown
from helpdesk.rules.states import ReminderKind, TicketState
from helpdesk.rules.turns import DONE, OURS


class NextKind(StrEnum):
    NOTHING = "nothing"
    TROUBLE = "trouble"
    APPROVE = "approve"
    HELD = "held"  # by the stop of all money
    PAY_BY_HAND = "pay_by_hand"
    MONEY_STANDS_STILL = "money_stands_still"
    MONEY_UNKNOWN = "money_unknown"
    MONEY_FAILED = "money_failed"
    MONEY_CAME_BACK = "money_came_back"
    MONEY_NOT_THERE = "money_not_there"
    REPLY = "reply"
    OVERDUE = "overdue"
    MONEY_DAY = "money_day"
    PROOFS = "proofs"
    PLANNED = "planned"
    OUR_TURN = "our_turn"
    SNOOZED = "snoozed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """The earliest thing that the clock will do on a ticket."""

    kind: ReminderKind
    at: datetime
    about: str = ""  # of a task: which one, see actions/tasks.py


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyFacts:
    """The one refund that a row speaks of."""

    state: Shown
    by_hand: bool
    day: MoneyDay | None  # None: it is not on its way


@dataclass(frozen=True, slots=True, kw_only=True)
class RowFacts:
    state: TicketState
    spam: bool = False
    trouble: bool = False
    may_approve: bool = False
    money: MoneyFacts | None = None
    stopped: bool = False  # all money is
    unanswered: bool = False
    answer_by: datetime | None = None
    proofs_missing: int = 0
    plan: Due | None = None
    snoozed_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NextThing:
    kind: NextKind
    at: datetime | None = None  # when it is due, or has been
    day: MoneyDay | None = None
    count: int = 0
    plan: Due | None = None

    @property
    def is_alarm(self) -> bool:
        """Somebody is late, or something went wrong."""
        return self.kind in ALARMS or (self.day is not None and self.day.late)


ALARMS = (
    NextKind.TROUBLE,
    NextKind.OVERDUE,
    NextKind.MONEY_FAILED,
    NextKind.MONEY_CAME_BACK,
    NextKind.MONEY_NOT_THERE,
)
NEEDS_US = {
    Shown.UNKNOWN: NextKind.MONEY_UNKNOWN,
    Shown.FAILED: NextKind.MONEY_FAILED,
    Shown.REVERSED: NextKind.MONEY_CAME_BACK,
    Shown.NOT_ARRIVED: NextKind.MONEY_NOT_THERE,
}
OF_A_CLAIM = (ReminderKind.CLAIM_DUE, ReminderKind.CLAIM_REMINDER, ReminderKind.OFFER_EXPIRY)


def next_thing(facts: RowFacts, *, at: datetime) -> NextThing:
    """What a row says, in the order of the list above."""
    if facts.spam:
        return NextThing(kind=NextKind.NOTHING)
    if facts.trouble:
        return NextThing(kind=NextKind.TROUBLE)
    if facts.may_approve:
        return NextThing(kind=NextKind.APPROVE)
    money = _money_for_us(facts)
    if money is not None:
        return NextThing(kind=money, day=facts.money.day if facts.money else None)
    if facts.snoozed_until is not None and not _is_overdue(facts, at):
        return NextThing(kind=NextKind.SNOOZED, at=facts.snoozed_until)
    if facts.state in OURS and facts.unanswered:
        return _our_turn(NextKind.REPLY, facts.answer_by, at)
    if facts.proofs_missing and facts.state not in DONE:
        return NextThing(kind=NextKind.PROOFS, count=facts.proofs_missing)
    if facts.money is not None and facts.money.day is not None:
        return NextThing(kind=NextKind.MONEY_DAY, day=facts.money.day)
    return _sooner(facts, at)


def _is_overdue(facts: RowFacts, at: datetime) -> bool:
    return facts.state in OURS and facts.answer_by is not None and facts.answer_by <= at


def _money_for_us(facts: RowFacts) -> NextKind | None:
    money = facts.money
    if money is None:
        return None
    to_pay = money.state is Shown.NEEDS_ACTION and money.by_hand
    if facts.stopped and (money.state is Shown.RESERVED or to_pay):
        return NextKind.HELD
    if money.state is Shown.NEEDS_ACTION:
        return NextKind.PAY_BY_HAND if to_pay else NextKind.MONEY_STANDS_STILL
    return NEEDS_US.get(money.state)


def _sooner(facts: RowFacts, at: datetime) -> NextThing:
    plan = facts.plan
    if plan is not None and facts.state in DONE and plan.kind in OF_A_CLAIM:
        plan = None
    turn = facts.answer_by if facts.state in OURS else None
    if plan is not None and (turn is None or plan.at <= turn):
        return NextThing(kind=NextKind.PLANNED, at=plan.at, plan=plan)
    return _our_turn(NextKind.OUR_TURN, turn, at) if turn is not None else NextThing(kind=NextKind.NOTHING)


def _our_turn(kind: NextKind, by: datetime | None, at: datetime) -> NextThing:
    late = by is not None and by <= at
    return NextThing(kind=NextKind.OVERDUE if late else kind, at=by)
