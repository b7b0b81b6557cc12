"""Take from an order what is promised on a claim, and give it back: guarded updates, so nothing goes twice.

The sums are decided in rules/settlement.py from what was read; each UPDATE checks again in the database, so a
second promise that was made at the same moment finds nothing left and changes nothing.
"""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from helpdesk.errors import ConflictError
from helpdesk.models import Claim, ClaimLine, Order, OrderLine, Payment
from helpdesk.rules import settlement
from helpdesk.rules.settlement import LineLeft, Shares

TOO_MUCH = "this is more than is left to refund on this order"
COMPENSATED = "these items are compensated already"


def lines_of(session: Session, claim: Claim) -> list[LineLeft]:
    """The order lines of a claim, with what is left of each."""
    rows = session.execute(
        select(OrderLine, ClaimLine.quantity)
        .join(ClaimLine, ClaimLine.order_line_id == OrderLine.id)
        .where(ClaimLine.claim_id == claim.id)
        .order_by(OrderLine.position)
        .execution_options(populate_existing=True)
    )
    return [
        LineLeft(
            line=line.id,
            quantity=line.quantity,
            paid=line.line_paid_minor,
            claimed=claimed,
            compensated=line.compensated_quantity,
            given=line.given_minor,
        )
        for line, claimed in rows
    ]


def shipping_left(session: Session, claim: Claim) -> int:
    """Postage of the claim's order that may still go back."""
    order = session.get(Order, claim.order_id, populate_existing=True) if claim.order_id else None
    return order.shipping_paid_minor - order.shipping_given_minor if order else 0


def money_left(session: Session, claim: Claim) -> int:
    """The most that may still be given on this claim in money: by its lines, and by what was paid."""
    by_lines = settlement.money_left(lines_of(session, claim), shipping_left(session, claim))
    payments = _payments_left(session, claim)
    return min(by_lines, sum(left for _, left in payments)) if payments else by_lines


def take_money(
    session: Session, claim: Claim, amount: int, *, shipping: int = 0, units: Sequence[tuple[int, int]] = ()
) -> Shares:
    """Reserve a sum on lines (only these units of them, where some are named), postage and payments.

    Raises SettlementError or ConflictError, nothing done.
    """
    shares = settlement.of_money(
        amount,
        settlement.narrowed(lines_of(session, claim), units),
        shipping=shipping,
        shipping_left=shipping_left(session, claim),
    )
    taken = settlement.over_payments(amount, _payments_left(session, claim))
    _take_of_lines(session, shares)
    _take_of_shipping(session, claim, shares)
    for payment_id, minor in taken:
        _change(
            session,
            Payment,
            Payment.id == payment_id,
            Payment.refunded_minor + Payment.reserved_minor + minor <= Payment.captured_minor,
            refusal=TOO_MUCH,
            reserved_minor=Payment.reserved_minor + minor,
        )
    return Shares(lines=shares.lines, shipping=shares.shipping, payments=taken)


def take_coupon(
    session: Session, claim: Claim, value: int, *, units: Sequence[tuple[int, int]] = ()
) -> Shares:
    """Take the money that a coupon stands for from lines and postage; the payments keep it. Raises as
    take_money."""
    lines = settlement.narrowed(lines_of(session, claim), units)
    shares = settlement.of_money(value, lines, shipping_left=shipping_left(session, claim))
    _take_of_lines(session, shares)
    _take_of_shipping(session, claim, shares)
    return shares


def take_goods(session: Session, claim: Claim, units: Sequence[tuple[int, int]]) -> Shares:
    """Mark units as replaced by goods or a coupon. Raises SettlementError or ConflictError."""
    shares = settlement.of_goods(units, lines_of(session, claim))
    for line_id, quantity in shares.goods:
        remain = OrderLine.quantity - OrderLine.compensated_quantity - quantity
        _change(
            session,
            OrderLine,
            OrderLine.id == line_id,
            remain >= 0,
            OrderLine.given_minor * OrderLine.quantity <= OrderLine.line_paid_minor * remain,
            refusal=COMPENSATED,
            compensated_quantity=OrderLine.compensated_quantity + quantity,
        )
    return shares


def give_back(session: Session, order_id: int | None, shares: Shares) -> None:
    """What was promised will not happen: its lines, postage and payments are free again."""
    for line_id, minor in shares.lines:
        session.execute(
            update(OrderLine)
            .where(OrderLine.id == line_id)
            .values(given_minor=OrderLine.given_minor - minor)
            .execution_options(synchronize_session=False)
        )
    for line_id, quantity in shares.goods:
        session.execute(
            update(OrderLine)
            .where(OrderLine.id == line_id)
            .values(compensated_quantity=OrderLine.compensated_quantity - quantity)
            .execution_options(synchronize_session=False)
        )
    if shares.shipping:
        session.execute(
            update(Order)
            .where(Order.id == order_id)
            .values(shipping_given_minor=Order.shipping_given_minor - shares.shipping)
            .execution_options(synchronize_session=False)
        )
    for payment_id, minor in shares.payments:
        session.execute(
            update(Payment)
            .where(Payment.id == payment_id)
            .values(reserved_minor=Payment.reserved_minor - minor)
            .execution_options(synchronize_session=False)
        )


def note_paid(session: Session, payment_id: int, minor: int) -> None:
    """Money has left: what was reserved on its payment is refunded."""
    _change(
        session,
        Payment,
        Payment.id == payment_id,
        Payment.reserved_minor >= minor,
        refusal="this was not reserved",
        reserved_minor=Payment.reserved_minor - minor,
        refunded_minor=Payment.refunded_minor + minor,
    )


def take_paid(session: Session, payment_id: int, minor: int) -> None:
    """Money that left without a promise comes off its payment. Raises ConflictError when it is not there."""
    _change(
        session,
        Payment,
        Payment.id == payment_id,
        Payment.refunded_minor + Payment.reserved_minor + minor <= Payment.captured_minor,
        refusal=TOO_MUCH,
        refunded_minor=Payment.refunded_minor + minor,
    )


def free_paid(session: Session, payment_id: int, minor: int) -> None:
    """The same undone: it never left."""
    _change(
        session,
        Payment,
        Payment.id == payment_id,
        Payment.refunded_minor >= minor,
        refusal="this was not refunded",
        refunded_minor=Payment.refunded_minor - minor,
    )


def note_unpaid(session: Session, payment_id: int, minor: int) -> None:
    """It came back, or was noted by mistake: the money is only promised again."""
    _change(
        session,
        Payment,
        Payment.id == payment_id,
        Payment.refunded_minor >= minor,
        refusal="this was not refunded",
        reserved_minor=Payment.reserved_minor + minor,
        refunded_minor=Payment.refunded_minor - minor,
    )


def _take_of_lines(session: Session, shares: Shares) -> None:
    for line_id, minor in shares.lines:
        _change(
            session,
            OrderLine,
            OrderLine.id == line_id,
            (OrderLine.given_minor + minor) * OrderLine.quantity
            <= OrderLine.line_paid_minor * (OrderLine.quantity - OrderLine.compensated_quantity),
            refusal=TOO_MUCH,
            given_minor=OrderLine.given_minor + minor,
        )


def _take_of_shipping(session: Session, claim: Claim, shares: Shares) -> None:
    if shares.shipping:
        _change(
            session,
            Order,
            Order.id == claim.order_id,
            Order.shipping_given_minor + shares.shipping <= Order.shipping_paid_minor,
            refusal=TOO_MUCH,
            shipping_given_minor=Order.shipping_given_minor + shares.shipping,
        )


def _payments_left(session: Session, claim: Claim) -> list[tuple[int, int]]:
    """Of those in the order's own currency: what is promised in it cannot go back by any other."""
    rows = session.execute(
        select(Payment.id, Payment.captured_minor - Payment.refunded_minor - Payment.reserved_minor)
        .join(Order, Order.id == Payment.order_id)
        .where(Payment.order_id == claim.order_id, Payment.currency == Order.currency)
        .order_by(Payment.position)
    )
    return [(payment, left) for payment, left in rows]


def _change(
    session: Session,
    table: type[OrderLine] | type[Order] | type[Payment],
    *conditions: ColumnElement[bool],
    refusal: str,
    **values: object,
) -> None:
    won = session.execute(
        update(table).where(*conditions).values(**values).execution_options(synchronize_session=False)
    )
    if getattr(won, "rowcount", 0) != 1:
        raise ConflictError(refusal)
