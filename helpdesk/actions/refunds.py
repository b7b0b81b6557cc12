"""Money that an agent has sent back by hand, and whether it arrived."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actions import claims, conversation, remedy_money, reminders, tickets
from helpdesk.db import insert_missing
from helpdesk.errors import ConflictError, InvalidError, NotFoundError, together
from helpdesk.models import Agent, Refund, Reminder, Ticket
from helpdesk.rules import money
from helpdesk.rules.currencies import EXPONENTS
from helpdesk.rules.money import Money
from helpdesk.rules.reminders import (
    ARRIVAL_DAYS,
    SURVEY_AFTER_YES,
    Reason,
    arrival_check_due,
    expected_arrival,
    survey_due,
)
from helpdesk.rules.states import (
    EntryKind,
    RefundState,
    ReminderKind,
    TicketState,
    WaitingOn,
    check_refund_move,
)

LONGEST_REFERENCE = 120  # characters


def record_refund(
    session: Session,
    ticket: Ticket,
    *,
    amount: str,
    currency: str,
    method: str,
    reference: str,
    by: Agent,
    at: datetime,
    remedy: int | None = None,
) -> Refund:
    """Note a refund that was paid by hand; plan the question whether it arrived, and the survey.

    `remedy` is what a claim was promised and this carries out. Raises InvalidError with every complaint,
    ConflictError when this reference is noted already.
    """
    reference = reference.strip()
    paid = _read(amount, currency, method, reference)
    promised = remedy_money.check(session, ticket, remedy, paid) if remedy is not None else None
    expected = expected_arrival(method, at)
    actor = conversation.agent(by.id)
    entry = conversation.record(
        session,
        ticket,
        EntryKind.EVENT,
        "refunded",
        actor=actor,
        at=at,
        facts={
            "amount_minor": paid.minor,
            "currency": paid.currency,
            "method": method,
            "reference": reference,
            "expected_at": expected.isoformat(),
            **({"claim": promised.claim_id, "remedy": promised.id} if promised else {}),
        },
    )
    row = {
        "ticket_id": ticket.id,
        "amount_minor": paid.minor,
        "currency": paid.currency,
        "method": method,
        "reference": reference,
        "state": RefundState.SUCCEEDED,
        "entry_id": entry.id,
        "remedy_id": promised.id if promised else None,
        "recorded_at": at,
        "expected_at": expected,
    }
    if not insert_missing(session, Refund, [row]):
        raise ConflictError(
            f"a refund by {method} with the reference {reference!r} is noted already", field="reference"
        )
    refund = session.scalars(
        select(Refund).where(
            Refund.method == method, Refund.reference == reference, Refund.state != RefundState.CANCELED
        )
    ).one()
    tickets.wait(session, ticket, WaitingOn.BANK, actor=actor, at=at, because=tickets.REFUND)
    if promised is not None:
        remedy_money.begin(session, ticket, promised, actor=claims.staff(by), at=at)
    for kind, due_at in (
        (ReminderKind.ARRIVAL_CHECK, arrival_check_due(expected)),
        (ReminderKind.SURVEY, survey_due(expected)),
    ):
        reminders.plan(session, ticket, kind, due_at=due_at, actor=actor, at=at, facts={"refund": refund.id})
    return refund


def _read(amount: str, currency: str, method: str, reference: str) -> Money:
    """The amount. Raises InvalidError with everything that is wrong with the form."""
    wrong: list[InvalidError] = []
    paid = None
    try:
        paid = money.read(amount, currency)
    except money.AmountError as error:
        field = "amount" if currency in EXPONENTS else "currency"
        wrong.append(InvalidError(str(error) if currency else "choose a currency", field=field))
    if not method:
        wrong.append(InvalidError("choose how it was paid", field="method"))
    elif method not in ARRIVAL_DAYS:
        wrong.append(InvalidError(f"{method!r} is not a way to pay", field="method"))
    if not reference:
        wrong.append(
            InvalidError("give the reference of the payment, so that it can be traced", field="reference")
        )
    elif len(reference) > LONGEST_REFERENCE:
        wrong.append(InvalidError(f"at most {LONGEST_REFERENCE} characters fit here", field="reference"))
    if wrong or paid is None:
        raise together(wrong)
    return paid


def cancel(session: Session, refund_id: int, *, by: Agent, at: datetime) -> Ticket:
    """It was noted by mistake: nobody is asked about it, and it is our turn again. Twice changes nothing.

    Its reference may be noted again, with the right amount. Raises IllegalMoveError for one that arrived.
    """
    refund, ticket = _held(session, refund_id)
    if refund.state is RefundState.CANCELED:
        return ticket
    check_refund_move(refund.state, RefundState.CANCELED)
    refund.state, actor = RefundState.CANCELED, conversation.agent(by.id)
    conversation.record(
        session,
        ticket,
        EntryKind.EVENT,
        "refund_canceled",
        actor=actor,
        at=at,
        facts={
            "refund": refund.id,
            "amount_minor": refund.amount_minor,
            "currency": refund.currency,
            "method": refund.method,
            "reference": refund.reference,
        },
    )
    _withdraw(session, ticket, reminders.of_refund(session, refund.id), Reason.BY_HAND, actor=actor, at=at)
    remedy_money.take_back(session, refund, actor=claims.staff(by), at=at)
    if ticket.state is not TicketState.OPEN:
        tickets.move(session, ticket, TicketState.OPEN, actor=actor, at=at)
    return ticket


def answer_arrival(session: Session, refund_id: int, *, arrived: bool, actor: str, at: datetime) -> Ticket:
    """Somebody says whether the money is there. The same answer twice changes nothing.

    Yes to the last one that was on its way: the matter is solved and the survey follows soon. No: it is our
    turn again, and nothing is asked about this one.
    """
    refund, ticket = _held(session, refund_id)
    to = RefundState.ARRIVED if arrived else RefundState.NOT_ARRIVED
    if refund.state is to:
        return ticket
    check_refund_move(refund.state, to)
    refund.state, refund.answered_at = to, at
    verb = "arrived" if arrived else "not_arrived"
    conversation.record(
        session, ticket, EntryKind.EVENT, verb, actor=actor, at=at, facts={"refund": refund.id}
    )
    remedy_money.note_answer(session, refund, actor=claims.named(actor), at=at)
    reason = Reason.ARRIVED if arrived else Reason.NOT_ARRIVED
    about_it = [plan for plan in reminders.of_refund(session, refund.id) if reason in plan.unless]
    _withdraw(session, ticket, about_it, reason, actor=actor, at=at)
    if not arrived:
        reminders.withdraw(session, ticket, reason, actor=actor, at=at, kind=ReminderKind.SURVEY)
    elif _more_is_on_its_way(session, ticket):
        return ticket
    else:
        reminders.plan(
            session,
            ticket,
            ReminderKind.SURVEY,
            due_at=at + SURVEY_AFTER_YES,
            actor=actor,
            at=at,
            facts={"refund": refund.id},
        )
    after = TicketState.SOLVED if arrived else TicketState.OPEN
    if ticket.state is not after and not (arrived and ticket.state is TicketState.CLOSED):
        tickets.move(session, ticket, after, actor=actor, at=at)
    return ticket


def _withdraw(
    session: Session,
    ticket: Ticket,
    plans: Sequence[Reminder],
    reason: Reason,
    *,
    actor: str,
    at: datetime,
) -> None:
    """Take plans back, each on its own ticket; `ticket` is held already."""
    for plan in plans:
        its_own = ticket if plan.ticket_id == ticket.id else tickets.hold(session, plan.ticket_id)
        reminders.withdraw(session, its_own, reason, actor=actor, at=at, reminder_id=plan.id)


def _more_is_on_its_way(session: Session, ticket: Ticket) -> bool:
    """Whether there are refunds that nobody has answered for: those of tickets that were merged, mostly."""
    unanswered = select(Refund.id).where(Refund.ticket_id == ticket.id, Refund.state == RefundState.SUCCEEDED)
    return session.scalar(unanswered.limit(1)) is not None


def _held(session: Session, refund_id: int) -> tuple[Refund, Ticket]:
    """The refund as it is once its ticket is held; it may change tickets meanwhile. Raises NotFoundError."""
    refund = session.get(Refund, refund_id)
    if refund is None:
        raise NotFoundError("there is no such refund")
    ticket = tickets.hold(session, refund.ticket_id)
    session.refresh(refund)
    while refund.ticket_id != ticket.id:
        ticket = tickets.hold(session, refund.ticket_id)
        session.refresh(refund)
    return refund, ticket
