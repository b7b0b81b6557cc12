"""Every amount that may rightly be said to a buyer of a matter: of its claims, offers, refunds and orders."""

from collections.abc import Iterable, Iterator
from itertools import chain

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, selectinload

from helpdesk.actions import merging
from helpdesk.models import (
    AgreedRemedy,
    Claim,
    Coupon,
    Decision,
    Offer,
    Order,
    OrderLine,
    Refund,
    Ticket,
    TicketOrder,
)
from helpdesk.rules.money import Money

MOST_SUMS = 2_000  # of the pieces of one order
MOST_PIECES = 20  # of one line


def of_matter(session: Session, ticket: Ticket) -> tuple[Money, ...]:
    """What was agreed and paid first, then what could be, then the order's own; each once."""
    here = merging.numbers(ticket)
    claims = session.scalars(select(Claim).where(Claim.ticket_id.in_(here)).order_by(Claim.id.desc())).all()
    linked = set(session.scalars(select(TicketOrder.order_id).where(TicketOrder.ticket_id.in_(here))))
    linked |= {each.order_id for each in claims if each.order_id is not None}
    orders = _orders(session, linked)
    currencies = {each.id: each.currency for each in orders}
    found = chain(
        _refunds(session, Refund.ticket_id.in_(here)),
        _agreed(session, claims),
        _offered(session, claims),
        _decided(session, claims, currencies),
        *(_of_order(order) for order in orders),
    )
    return tuple(dict.fromkeys(each for each in found if each.minor > 0))


def _refunds(session: Session, of_ticket: ColumnElement[bool]) -> Iterator[Money]:
    rows = session.scalars(select(Refund).where(of_ticket).order_by(Refund.id.desc())).all()
    amounts = [Money(row.amount_minor, row.currency) for row in rows]
    yield from amounts
    yield from _totals(amounts)


def _agreed(session: Session, claims: Iterable[Claim]) -> Iterator[Money]:
    ids = [each.id for each in claims]
    rows = session.scalars(select(AgreedRemedy).where(AgreedRemedy.claim_id.in_(ids))).all() if ids else ()
    amounts = [Money(row.amount_minor, row.currency) for row in rows]
    yield from amounts
    yield from _totals(amounts)
    yield from (Money(row.worth_minor, row.currency) for row in rows)
    coupons = session.scalars(select(Coupon).where(Coupon.claim_id.in_(ids))) if ids else ()
    yield from (Money(row.face_minor, row.currency) for row in coupons)


def _offered(session: Session, claims: Iterable[Claim]) -> Iterator[Money]:
    """Each part, and what the parts of one option come to."""
    ids = [each.id for each in claims]
    if not ids:
        return
    query = select(Offer).where(Offer.claim_id.in_(ids)).options(selectinload(Offer.parts))
    for offer in session.scalars(query.order_by(Offer.id.desc())):
        for option in dict.fromkeys(part.option for part in offer.parts):
            amounts = [
                Money(part.amount_minor, part.currency) for part in offer.parts if part.option == option
            ]
            yield from amounts
            yield from _totals(amounts)


def _decided(session: Session, claims: Iterable[Claim], currencies: dict[int, str]) -> Iterator[Money]:
    """What the policy allows, and what the buyer had named where it was taken up as a wish."""
    for claim in claims:
        currency = currencies.get(claim.order_id or 0, "")
        newest = select(Decision).where(Decision.claim_id == claim.id).order_by(Decision.id.desc()).limit(1)
        decision = session.scalar(newest)
        if decision is not None and currency:
            amounts = decision.outcome.get("amounts", {}).values()
            yield from (Money(each, currency) for each in amounts if type(each) is int)
        if claim.wish_minor is not None:
            yield Money(claim.wish_minor, claim.wish_currency)


def _orders(session: Session, ids: Iterable[int]) -> list[Order]:
    wanted = select(Order).where(Order.id.in_(list(ids))).order_by(Order.id.desc())
    return list(session.scalars(wanted.options(selectinload(Order.lines), selectinload(Order.payments))))


def _of_order(order: Order) -> Iterator[Money]:
    """The whole, what its pieces come to with and without what was paid for sending them, its payments."""
    extras = (0, order.shipping_paid_minor, order.shipping_paid_minor + order.fees_minor)
    lines = [line for line in order.lines if line.quantity]
    paid = sum(each.captured_minor for each in order.payments)
    back = sum(each.refunded_minor for each in order.payments)
    reserved = sum(each.reserved_minor for each in order.payments)
    own = (
        sum(line.line_paid_minor for line in lines) + extras[2],
        *sorted({each + extra for each in _sums(lines) for extra in extras}, reverse=True),
        order.discount_minor,
        *(paid, back, reserved, back + reserved, paid - back, paid - back - reserved),
        *(each.captured_minor for each in order.payments),
        *(each.refunded_minor for each in order.payments),
    )
    yield from (Money(each, order.currency) for each in own)


def _sums(lines: list[OrderLine]) -> set[int]:
    """What any choice of pieces comes to; of an order of very many things only each line by itself."""
    sums = {0}
    for line in lines:
        sums |= {before + piece for before in sums for piece in _pieces(line)}
        if len(sums) > MOST_SUMS:
            return {0, *(piece for each in lines for piece in _pieces(each))}
    return sums


def _pieces(line: OrderLine) -> set[int]:
    """So many of a line, by its share rounded either way and by the price of one."""
    found = set()
    for count in range(1, min(line.quantity, MOST_PIECES) + 1):
        share = line.line_paid_minor * count
        found |= {share // line.quantity, -(-share // line.quantity), line.unit_paid_minor * count}
    return found | {line.line_paid_minor}


def _totals(amounts: list[Money]) -> Iterator[Money]:
    for currency in dict.fromkeys(each.currency for each in amounts):
        yield Money(sum(each.minor for each in amounts if each.currency == currency), currency)
