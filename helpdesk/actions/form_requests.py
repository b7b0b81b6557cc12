"""What anybody may ask of the desk: a link to the claim form, by address and order number.

Nothing tells whether the address or the order is known. Mail goes to the address that was typed if it is on
file for that order, a few times a day at most.
"""

import hmac
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actions import (
    asking,
    buyers,
    claims,
    conversation,
    directory,
    once,
    suppressions,
    tickets,
)
from helpdesk.db import wait_for_names
from helpdesk.desk import Desk
from helpdesk.errors import ConflictError
from helpdesk.models import Buyer, Entry, Mailbox, Order, OrderAddress, Ticket, TicketOrder
from helpdesk.rules import answering
from helpdesk.rules.claim_terms import LinkLevel
from helpdesk.rules.order_numbers import normal
from helpdesk.rules.states import EntryKind, TicketState
from mail.compose import can_be_written_to
from mail.types import Address, key_of

A_DAY = timedelta(days=1)
SUBJECT = {"zh-CN": "退款申请 {order}", "en": "Refund request, order {order}"}


def ask(
    session: Session, desk: Desk, email: str, order_no: str, *, locale: str, at: datetime
) -> Entry | None:
    """Mail the link to the claim form, if this address is on file for this order; else nothing.

    The caller says the same in either case.
    """
    address, number = key_of(email.strip()), normal(order_no)
    wait_for_names(session, [f"claim form for {address}"])
    order = order_of(session, number, address) if number else None
    if order is None or withheld_because(session, email.strip(), at=at):
        return None
    if not once.count(
        session, key(desk, "form", address), most=answering.PER_ADDRESS_AND_DAY, within=A_DAY, at=at
    ):
        return None
    on_file = next(each.email for each in order.addresses if each.key == address)
    acts = Address(email=on_file, name=order.buyer_name)
    buyer = buyers.of_address(session, acts, locale=locale, at=at, else_key=address)
    ticket = ticket_about(session, buyer, order)
    if ticket is None or key_of(ticket.address) != address:  # answered at another address of that buyer
        subject = SUBJECT[locale].format(order=order.external_no)
        ticket = new_ticket(session, buyer, acts, subject=subject, locale=locale, at=at)
    conversation.record(
        session,
        ticket,
        EntryKind.EVENT,
        "form_asked",
        actor=conversation.buyer(buyer.id),
        at=at,
        facts={"order": order.external_no},
    )
    return asking.invite(session, desk, ticket, actor=claims.buyer(ticket), at=at)


def withheld_because(session: Session, address: str, *, at: datetime) -> str:
    """Why a machine does not write to an address that somebody typed, "" when it may."""
    if not can_be_written_to(address):
        return "address_not_usable"
    if key_of(address) in directory.all_addresses(session):
        return "our_own_address"
    standing = suppressions.standing(session, address, at=at)
    if standing.stops_all:
        return "suppressed"
    if standing.automatic_today >= answering.PER_ADDRESS_AND_DAY:
        return "enough_for_today"
    if suppressions.automatic_this_hour(session, at=at) >= answering.PER_HOUR:
        return "too_much_at_once"
    return ""


def new_ticket(
    session: Session, buyer: Buyer, address: Address, *, subject: str, locale: str, at: datetime
) -> Ticket:
    """A ticket that no mail has opened, answered at the address that was typed.

    Raises ConflictError when there is no mailbox to answer from.
    """
    mailbox = session.scalar(
        select(Mailbox)
        .where(Mailbox.removed_at.is_(None))
        .order_by(Mailbox.active.desc(), Mailbox.id)
        .limit(1)
    )
    if mailbox is None:
        raise ConflictError("there is no mailbox yet that could answer")
    return tickets.open_ticket(
        session,
        mailbox,
        buyer,
        subject=subject,
        locale=locale,
        at=at,
        write_to=buyers.other_address(buyer, address),
    )


def key(desk: Desk, *parts: str) -> str:
    """What a day's count is kept under: neither an address nor a number can be read from it."""
    return hmac.digest(desk.secret, repr(parts).encode(), "sha256").hex()


def order_of(session: Session, number: str, address: str) -> Order | None:
    """The newest order with this number (compared form) that has this address (its key) on file."""
    return session.scalar(
        select(Order)
        .join(OrderAddress)
        .where(Order.external_no_norm == number, OrderAddress.key == address)
        .order_by(Order.id.desc())
        .limit(1)
    )


def ticket_about(session: Session, buyer: Buyer, order: Order) -> Ticket | None:
    """The buyer's newest ticket that is about this order for sure, and not over, held."""
    known = session.scalar(
        select(Ticket.id)
        .join(TicketOrder, TicketOrder.ticket_id == Ticket.id)
        .where(
            Ticket.buyer_id == buyer.id,
            TicketOrder.order_id == order.id,
            TicketOrder.level == LinkLevel.VERIFIED,
            Ticket.state != TicketState.CLOSED,
            ~Ticket.spam,
        )
        .order_by(Ticket.id.desc())
        .limit(1)
    )
    return tickets.hold(session, known) if known is not None else None
