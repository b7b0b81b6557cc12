"""The guard of every letter that says something of a claim: only to an address known to be the order's.

    telling.check(session, ticket, claim.order_id)   before such a letter is rendered
    telling.may(session, ticket, claim.order_id)     to choose between it and neutral words

Neutral words are those that say nothing which the reader has not told us: no item, no amount, no state, and
not whether an order exists.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actions import merging, sending
from helpdesk.errors import ConflictError
from helpdesk.models import OrderAddress, Ticket, TicketOrder
from helpdesk.rules import telling
from helpdesk.rules.claim_guards import Objection
from mail.types import key_of


def may(session: Session, ticket: Ticket, order_id: int | None) -> bool:
    """Whether facts of this order and its claim may be written to the buyer of the ticket."""
    return _objection(session, ticket, order_id) is None


def check(session: Session, ticket: Ticket, order_id: int | None) -> None:
    """Raises ConflictError with the sentence of the guard."""
    objection = _objection(session, ticket, order_id)
    if objection is not None:
        raise ConflictError(objection.sentence)


def _objection(session: Session, ticket: Ticket, order_id: int | None) -> Objection | None:
    """Of all links of the matter with the order, the surest counts."""
    key = key_of(sending.buyer_address(ticket).email)
    known = select(OrderAddress.id).where(OrderAddress.order_id == order_id, OrderAddress.key == key)
    on_order = session.scalar(known) is not None
    links = session.execute(
        select(TicketOrder.level, TicketOrder.how).where(
            TicketOrder.ticket_id.in_(merging.numbers(ticket)), TicketOrder.order_id == order_id
        )
    ).all()
    objections = [
        telling.objection(level=level, how=how, on_order=on_order)
        for level, how in [*((row.level, row.how) for row in links), (None, "")]
    ]
    return None if None in objections else objections[0]
