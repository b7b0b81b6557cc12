"""An answer came back: an agent types the address that is right, and the next letter goes there.

What is known of the wrong address stays with it. The right one is the buyer's from now on, so that her
answers join; but an order on which it does not stand gives no money without a second person.
"""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from helpdesk.actions import buyers, conversation, directory, merging, tickets
from helpdesk.db import insert_missing
from helpdesk.errors import ConflictError, InvalidError
from helpdesk.models import Agent, BuyerAddress, Entry, OrderAddress, Ticket, TicketOrder
from helpdesk.rules.states import EntryKind
from mail.compose import can_be_written_to
from mail.types import Address

OF_ANOTHER = "this address is of another buyer: merge the two tickets, or write there"


def correct(session: Session, number: int, written: str, *, by: Agent, at: datetime) -> Entry:
    """From now on the buyer of this ticket is written to at `written`.

    Raises InvalidError naming the field, ConflictError for another buyer's address or a merged ticket.
    """
    ticket = tickets.hold(session, number)
    tickets.check_stands_alone(ticket)
    address = Address(email=written.strip())
    if not can_be_written_to(address.email):
        raise InvalidError(f"{written!r} is not an address that mail can be sent to", field="address")
    if address.key in directory.all_addresses(session):
        raise InvalidError("this is an address of our own", field="address")
    before = ticket.address
    if address.email == before:
        raise InvalidError("this is the address that is written to already", field="address")
    _give_to_buyer(session, ticket, address, at=at)
    ticket.write_to = address.email
    _doubt(session, ticket, address)
    facts = {"before": before, "after": address.email}
    actor = conversation.agent(by.id)
    return conversation.record(
        session, ticket, EntryKind.EVENT, "address_corrected", actor=actor, at=at, facts=facts
    )


def _give_to_buyer(session: Session, ticket: Ticket, address: Address, *, at: datetime) -> None:
    row = {"buyer_id": ticket.buyer_id, "email": address.email, "key": address.key, "created_at": at}
    if insert_missing(session, BuyerAddress, [row]):
        session.expire(ticket.buyer, ["addresses"])
        return
    owner = buyers.owner(session, address.key)
    if owner is None or owner.id != ticket.buyer_id:
        raise ConflictError(OF_ANOTHER)


def _doubt(session: Session, ticket: Ticket, address: Address) -> None:
    """Nobody at the address on file has said that the new one may ask for money."""
    on_it = select(OrderAddress.order_id).where(OrderAddress.key == address.key)
    session.execute(
        update(TicketOrder)
        .where(TicketOrder.ticket_id.in_(merging.numbers(ticket)), TicketOrder.order_id.not_in(on_it))
        .values(other_address=True)
    )
