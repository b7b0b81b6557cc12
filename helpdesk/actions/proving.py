"""What somebody answers behind a one-time link: yes, no, or which order. The first answer counts."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session, selectinload

from helpdesk.actions import conversation, order_links, order_proofs
from helpdesk.errors import ConflictError, NotFoundError
from helpdesk.models import Order, OrderAddress, OrderProof, Ticket
from helpdesk.rules.claim_terms import LinkLevel
from helpdesk.rules.linking import How, Link
from mail.types import key_of


def confirm(session: Session, proof_id: int, *, at: datetime, order_id: int | None = None) -> Ticket:
    """Whoever has the link says yes; the ticket. Of two at once one wins; ConflictError for the other.

    `order_id` is the choice on a page of several. Raises NotFoundError when that is not one of them.
    """
    proof, ticket = order_proofs.held(session, proof_id)
    if proof.order_id is None:
        if order_id not in [order.id for order in orders_of(session, proof.sent_to)]:
            raise NotFoundError("there is no such order here")
    elif order_id is not None:
        raise NotFoundError("there is no such order here")
    elif not order_proofs.is_on_file(session, proof):
        raise ConflictError("this link was used already, or is too old")
    _use(session, proof, at=at)
    order = session.get_one(Order, proof.order_id or order_id)
    asker = {address.key for address in ticket.buyer.addresses}
    on_order = {address.key for address in order.addresses}
    order_links.link(
        session,
        ticket,
        order,
        Link(
            order_id=order.id,
            level=LinkLevel.VERIFIED,
            how=How.PICKER if proof.order_id is None else How.LINK,
            other_address=not asker & on_order,
        ),
        actor=conversation.buyer(ticket.buyer_id) if key_of(proof.sent_to) in asker else conversation.SERVER,
        at=at,
    )
    return ticket


def deny(session: Session, proof_id: int, *, at: datetime) -> None:
    """Whoever has the link says: that was not me. Raises ConflictError for a link that was used."""
    proof, ticket = order_proofs.held(session, proof_id)
    if proof.order_id is None:
        raise NotFoundError("there is no such order here")
    _use(session, proof, at=at)
    order_links.deny(session, ticket, session.get_one(Order, proof.order_id), at=at)


def _use(session: Session, proof: OrderProof, *, at: datetime) -> None:
    unused = (OrderProof.id == proof.id, OrderProof.used_at.is_(None), OrderProof.expires_at > at)
    won = session.execute(update(OrderProof).where(*unused).values(used_at=at))
    if getattr(won, "rowcount", 0) != 1:
        raise ConflictError("this link was used already, or is too old")


def orders_of(session: Session, address: str) -> list[Order]:
    """Orders with this address on file, newest first: what its reader may choose from."""
    query = (
        select(Order)
        .join(OrderAddress, OrderAddress.order_id == Order.id)
        .where(OrderAddress.key == key_of(address))
        .options(selectinload(Order.lines), selectinload(Order.addresses))
        .order_by(Order.ordered_at.desc(), Order.id.desc())
        .limit(20)
    )
    return list(session.scalars(query))
