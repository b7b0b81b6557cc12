"""Money that a person has sent back by hand, and whether money arrived."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from helpdesk.actions import (
    calendars,
    claims,
    conversation,
    refund_arrivals,
    refund_plans,
    refund_rows,
    remedy_money,
    statements,
    tickets,
    unpromised,
)
from helpdesk.errors import ConflictError, InvalidError, together
from helpdesk.models import Agent, GatewayNotice, Refund, StatementLine, Ticket
from helpdesk.rules import money
from helpdesk.rules.currencies import EXPONENTS
from helpdesk.rules.money import Money
from helpdesk.rules.refunds import BY_HAND, LEFT, OUTSIDE
from helpdesk.rules.reminders import ARRIVAL_DAYS, Reason
from helpdesk.rules.states import RefundState, Role, TicketState, WaitingOn, may

LONGEST_REFERENCE = 120  # characters
LONGEST_WHY = 500


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
    proof_sha256: str | None = None,
) -> Refund:
    """Note a refund that was paid by hand; plan the question whether it arrived.

    `remedy` is what a claim was promised and this carries out; without one it comes off a payment of the
    ticket's order. `proof_sha256` is a kept file that shows the payment. Raises InvalidError with every
    complaint, ConflictError when this reference is noted already.
    """
    reference = reference.strip()
    paid = _read(amount, currency, method, reference)
    if remedy is None:
        return _note_unpromised(session, ticket, paid, method, reference, proof_sha256, by=by, at=at)
    actor = conversation.agent(by.id)
    refund = remedy_money.to_pay_by_hand(session, ticket, remedy, paid, by=by, at=at)
    _check_reference(session, method, reference)
    if refund.state is RefundState.RESERVED:
        told = {"gateway": BY_HAND, "submitted_at": at, "submissions": 1}
        refund_rows.move(session, ticket, refund, RefundState.SUBMITTED, actor=actor, at=at, values=told)
    before = refund.state
    expected = calendars.expected_arrival(session, method, at)
    try:
        with session.begin_nested():
            refund_rows.move(
                session,
                ticket,
                refund,
                RefundState.SUCCEEDED,
                actor=actor,
                at=at,
                facts={
                    "method": method,
                    "reference": reference,
                    "expected_at": expected.isoformat(),
                    **({"proof": proof_sha256} if proof_sha256 else {}),
                },
                values={
                    "method": method,
                    "reference": reference,
                    "proof_sha256": proof_sha256,
                    "paid_at": at,
                    "expected_at": expected,
                    "look_at": None,
                },
            )
    except IntegrityError as error:
        raise unpromised.noted_already(method, reference) from error
    _wait_for_bank(session, ticket, actor=actor, at=at)
    remedy_money.follow(session, ticket, refund, before, actor=claims.staff(by), at=at)
    refund_plans.note_left(session, ticket, refund, actor=actor, at=at)
    return refund


def _note_unpromised(
    session: Session,
    ticket: Ticket,
    paid: Money,
    method: str,
    reference: str,
    proof_sha256: str | None,
    *,
    by: Agent,
    at: datetime,
) -> Refund:
    """A refund without any claim: what was done stands, with its question."""
    actor = conversation.agent(by.id)
    refund = unpromised.note(
        session,
        ticket,
        paid,
        unpromised.choose(unpromised.payments_of(session, ticket), paid),
        gateway=BY_HAND,
        method=method,
        reference=reference,
        paid_at=at,
        verb="refunded",
        actor=actor,
        at=at,
        proof_sha256=proof_sha256,
    )
    _wait_for_bank(session, ticket, actor=actor, at=at)
    refund_plans.note_left(session, ticket, refund, actor=actor, at=at)
    return refund


def _wait_for_bank(session: Session, ticket: Ticket, *, actor: str, at: datetime) -> None:
    tickets.wait(session, ticket, WaitingOn.BANK, actor=actor, at=at, because=tickets.REFUND)


def _check_reference(session: Session, method: str, reference: str) -> None:
    noted = select(Refund.id).where(
        Refund.method == method,
        Refund.reference == reference,
        Refund.gateway == BY_HAND,
        Refund.state.in_((RefundState.SUCCEEDED, RefundState.ARRIVED)),
    )
    if session.scalar(noted.limit(1)) is not None:
        raise unpromised.noted_already(method, reference)


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


def cancel(session: Session, refund_id: int, *, by: Agent, at: datetime, why: str = "") -> Ticket:
    """It was noted by mistake: nobody is asked about it, and it is our turn again. Twice changes nothing.

    Its reference may be noted again, with the right amount. What was taken as external a lead takes back, and
    says why: what told of it is to be seen to once more. Raises ConflictError for what arrived, or a gateway
    has sent, InvalidError without the reason.
    """
    refund, ticket = refund_rows.hold(session, refund_id)
    if refund.mistaken:
        return ticket
    why = " ".join(why.split())[:LONGEST_WHY]
    _check_can_be_a_mistake(refund, by, why)
    if statements.has_shown(session, refund):
        raise ConflictError("a statement shows that this was paid: note how it came back, if it did")
    before, actor = refund.state, conversation.agent(by.id)
    refund_rows.move(
        session,
        ticket,
        refund,
        RefundState.REVERSED,
        actor=actor,
        at=at,
        verb="refund_canceled",
        facts={"why": why} if why else None,
        values={"mistaken": True, "chased_at": None},
    )
    refund_plans.forget(session, ticket, refund, Reason.BY_HAND, actor=actor, at=at)
    remedy_money.follow(session, ticket, refund, before, actor=claims.staff(by), at=at)
    if refund.gateway == OUTSIDE:
        _is_to_be_seen_again(session, refund)
    if ticket.state is not TicketState.OPEN:
        tickets.move(session, ticket, TicketState.OPEN, actor=actor, at=at)
    return ticket


def _check_can_be_a_mistake(refund: Refund, by: Agent, why: str) -> None:
    if refund.gateway == OUTSIDE and refund.state in LEFT:
        if not may(by.role, Role.LEAD):
            raise ConflictError("a lead has taken this as external: only a lead takes it back")
        if not why:
            raise InvalidError("say why", field="why")
    elif refund.gateway != BY_HAND or refund.state is not RefundState.SUCCEEDED:
        raise ConflictError("only what a person has noted, and nobody has received, can be a mistake")


def _is_to_be_seen_again(session: Session, refund: Refund) -> None:
    """Notices and lines that it was taken from wait for a lead once more: it may be another ticket's."""
    unsettled = {"settled_at": None, "settled_by_id": None, "refund_id": None}
    for table in (GatewayNotice, StatementLine):
        session.execute(
            update(table)
            .where(table.refund_id == refund.id)
            .values(unsettled)
            .execution_options(synchronize_session=False)
        )


def answer_arrival(session: Session, refund_id: int, *, arrived: bool, actor: str, at: datetime) -> Ticket:
    """Somebody says whether the money is there. The same answer twice changes nothing.

    Yes to the last one that was on its way: the matter is solved and the survey follows soon. No: it is our
    turn again, and nothing is asked about this one.
    """
    refund, ticket = refund_rows.hold(session, refund_id)
    note = refund_arrivals.note_arrived if arrived else refund_arrivals.note_missing
    return note(session, ticket, refund, actor=actor, at=at)
