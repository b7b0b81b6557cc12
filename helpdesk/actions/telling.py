"""The guard of every letter that says something of a claim: only to an address known to be the order's.

    telling.check(session, ticket, claim.order_id)   before such a letter is rendered
    telling.may(session, ticket, claim.order_id)     to choose between it and neutral words

Neutral words are those that say nothing which the reader has not told us: no item, no amount, no state, and
not whether an order exists.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actions import sending
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
    link = session.scalar(
        select(TicketOrder).where(TicketOrder.ticket_id == ticket.id, TicketOrder.order_id == order_id)
    )
    key = key_of(sending.buyer_address(ticket).email)
    on_order = select(OrderAddress.id).where(OrderAddress.order_id == order_id, OrderAddress.key == key)
    return telling.objection(
        level=link.level if link else None,
        how=link.how if link else "",
        on_order=session.scalar(on_order) is not None,
    )
