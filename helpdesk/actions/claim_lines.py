"""Which items a claim may be about, and who is about them already."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.errors import InvalidError
from helpdesk.models import Claim, ClaimLine, Order, OrderLine, Ticket, goods_here
from helpdesk.rules import wishes
from helpdesk.rules.money import Money
from helpdesk.rules.proposals import Part


def wholes(order: Order) -> frozenset[Money]:
    """Amounts that are no part of it: see rules/wishes.py."""

    def money(minor: int) -> Money:
        return Money(minor, order.currency)

    paid = [money(line.line_paid_minor) for line in order.lines if line.quantity]
    return wishes.wholes(paid, shipping=money(order.shipping_paid_minor), fees=money(order.fees_minor))


def chosen(session: Session, order: Order | None, lines: Mapping[int, int] | None) -> dict[int, int]:
    """Order line ids to quantities; None: all that was bought. Raises InvalidError for impossible ones.

    A line that its source took away stays with a quantity of 0, and nothing of it was bought.
    """
    if order is None:
        if lines:
            raise InvalidError("choose the order first", field="order")
        return {}
    bought = {
        row.id: row.quantity
        for row in session.execute(
            select(OrderLine.id, OrderLine.quantity)
            .where(OrderLine.order_id == order.id, OrderLine.quantity > 0)
            .order_by(OrderLine.position)
        )
    }
    wanted = dict(lines) if lines is not None else bought
    for line, quantity in wanted.items():
        if line not in bought:
            raise InvalidError("this item is not on that order", field="lines")
        if not 1 <= quantity <= bought[line]:
            raise InvalidError(f"choose between 1 and {bought[line]} of this item", field="lines")
    if not wanted and bought:
        raise InvalidError("choose at least one item", field="lines")
    return wanted


def other_claim(
    session: Session,
    ticket: Ticket,
    order: Order | None,
    lines: Iterable[int],
    reason: str,
    *,
    but: int | None = None,
) -> int | None:
    """The live claim with one of these lines and the same reason; without an order, the ticket's own."""
    if order is None:
        query = select(Claim.id).where(Claim.ticket_id == ticket.id, Claim.order_id.is_(None), Claim.live)
    else:
        query = select(ClaimLine.claim_id).where(
            ClaimLine.order_line_id.in_(list(lines)), ClaimLine.matter == reason, ClaimLine.live
        )
    found = session.scalars(query)
    return next((number for number in found if number != but), None)


def about_the_same(session: Session, ticket: Ticket, order: Order, reason: str) -> Claim | None:
    """The live claim about any item of an order, for the same reason."""
    lines = session.scalars(select(OrderLine.id).where(OrderLine.order_id == order.id)).all()
    number = other_claim(session, ticket, order, lines, reason)
    return session.get(Claim, number) if number is not None else None


def named(session: Session, claim: Claim, parts: Sequence[Part]) -> list[Part]:
    """The parts of a proposal with the names of the goods that they are for, as the order calls them now, and
    with what of them has come back already."""
    parts = goods_here.noted(session, claim, parts)
    wanted = {line for part in parts for line, _ in part.lines}
    rows = session.scalars(select(OrderLine).where(OrderLine.id.in_(wanted))) if wanted else ()
    titles = {row.id: row.title or row.sku or "?" for row in rows}
    return [
        replace(part, named=", ".join(f"{units} × {titles.get(line, '?')}" for line, units in part.lines))
        for part in parts
    ]
