"""Money that went back without a promise: paid by hand beside every claim, or outside the desk altogether.

It is taken from the payment that it went back by, so that nothing can be promised of it a second time; who
would take more than is left reads the sum.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from helpdesk.actions import calendars, compensations, conversation, refund_rows
from helpdesk.db import insert_missing
from helpdesk.errors import ConflictError, InvalidError
from helpdesk.models import Order, Payment, Refund, Ticket, TicketOrder
from helpdesk.rules import ceilings
from helpdesk.rules.claim_terms import LinkLevel
from helpdesk.rules.money import Money
from helpdesk.rules.settlement import Shares
from helpdesk.rules.states import EntryKind, RefundState


def payments_of(session: Session, ticket: Ticket) -> Sequence[Payment]:
    """All payments of the orders that are surely this matter's, in their order."""
    matter = or_(Ticket.id == ticket.id, Ticket.merged_into_id == ticket.id)
    orders = (
        select(TicketOrder.order_id)
        .join(Ticket, Ticket.id == TicketOrder.ticket_id)
        .where(matter, TicketOrder.level == LinkLevel.VERIFIED)
    )
    return session.scalars(
        select(Payment)
        .join(Order, Order.id == Payment.order_id)
        .where(Order.id.in_(orders))
        .order_by(Payment.order_id, Payment.position)
        .execution_options(populate_existing=True)
    ).all()


def choose(payments: Sequence[Payment], paid: Money) -> Payment | None:
    """The payment that this went back by: the first that has so much left; None where none is on file.

    Raises InvalidError for another currency, or with the sum that shows that it is more than is left.
    """
    if not payments:
        return None
    fitting = [each for each in payments if each.currency == paid.currency]
    if not fitting:
        known = " / ".join(sorted({each.currency for each in payments}))
        raise InvalidError(
            f"this order was paid in {known}, so nothing goes back in {paid.currency}", field="currency"
        )
    for each in fitting:
        if _left(each) >= paid.minor:
            return each
    raise InvalidError(why_not(max(fitting, key=_left), paid), field="amount")


def why_not(payment: Payment, paid: Money) -> str:
    """The sum that shows that a payment cannot give so much."""
    name = " ".join(each for each in (payment.method or payment.gateway, payment.reference) if each)
    return ceilings.too_much(
        paid.minor,
        paid.currency,
        ceilings.Payment(
            name=name,
            captured=payment.captured_minor,
            refunded=payment.refunded_minor,
            reserved=payment.reserved_minor,
        ),
    )


def note(
    session: Session,
    ticket: Ticket,
    paid: Money,
    payment: Payment | None,
    *,
    gateway: str,
    method: str,
    reference: str,
    paid_at: datetime,
    verb: str,
    actor: str,
    at: datetime,
    proof_sha256: str | None = None,
    said: str = "",
    shares: Shares | None = None,
) -> Refund:
    """The row of money that has left, taken from its payment. The ticket is held.

    `shares` is what it took of a claim's lines and postage beside the payment.

    Raises ConflictError when its reference is noted already, or when somebody took the rest meanwhile.
    """
    expected = calendars.expected_arrival(session, method, paid_at)
    key = refund_rows.new_key(session, ticket, None)
    facts = {
        "key": key,
        "amount_minor": paid.minor,
        "currency": paid.currency,
        "method": method,
        "gateway": gateway,
        "reference": reference,
        "expected_at": expected.isoformat(),
        "said": said,
        **({"proof": proof_sha256} if proof_sha256 else {}),
    }
    if payment is not None:
        compensations.take_paid(session, payment.id, paid.minor)
    entry = conversation.record(session, ticket, EntryKind.EVENT, verb, actor=actor, at=at, facts=facts)
    row = {
        "ticket_id": ticket.id,
        "part": 1,
        "payment_id": payment.id if payment is not None else None,
        "key": key,
        "gateway": gateway,
        "amount_minor": paid.minor,
        "currency": paid.currency,
        "method": method,
        "reference": reference,
        "proof_sha256": proof_sha256,
        "state": RefundState.SUCCEEDED,
        "entry_id": entry.id,
        "recorded_at": at,
        "submitted_at": paid_at,
        "submissions": 1,
        "paid_at": paid_at,
        "expected_at": expected,
        "said": said,
        "shares": shares.to_json() if shares is not None else {},
    }
    if not insert_missing(session, Refund, [row]):
        raise noted_already(method, reference)
    return session.scalars(select(Refund).where(Refund.key == key)).one()


def noted_already(method: str, reference: str) -> ConflictError:
    """Whoever types a reference a second time."""
    return ConflictError(
        f"a refund by {method} with the reference {reference!r} is noted already", field="reference"
    )


def _left(payment: Payment) -> int:
    return payment.captured_minor - payment.refunded_minor - payment.reserved_minor
