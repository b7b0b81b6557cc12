"""One-time links to an address on file: whoever reads mail there says whether the ticket is about the order.

To the asker nothing is said but neutral words, the same whether the order exists or not. A link is used once;
a new one goes only where the old one went.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk import letters, links
from helpdesk.actions import conversation, directory, merging, outbox, sending, suppressions
from helpdesk.desk import Desk
from helpdesk.errors import ConflictError, NotFoundError
from helpdesk.links import Purpose
from helpdesk.models import (
    Buyer,
    BuyerAddress,
    Entry,
    Mailbox,
    Order,
    OrderProof,
    OutboxMessage,
    ReceivedMessage,
    Ticket,
)
from helpdesk.rules import answering
from helpdesk.rules.linking import MOST_NEW_LINKS, OPEN_FOR
from helpdesk.rules.states import EntryKind
from mail import references
from mail.compose import can_be_written_to, html_of
from mail.types import Address, Incoming, Outgoing, Verdict, key_of

NO_LINK = "[…]"  # stands in the entry for the link: no colleague may click it for the buyer


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """The mail that leads to a letter, and where that letter comes from."""

    session: Session
    desk: Desk
    ticket: Ticket
    received: ReceivedMessage
    incoming: Incoming
    verdict: Verdict
    forwarded: bool  # a colleague passed it on: the buyer has not written to us

    def withheld(self, *, at: datetime) -> str:
        """Why this mail leads to no letter by itself, "" when it may."""
        if self.received.quiet:
            return "imported"
        if self.forwarded:
            return "forwarded"
        came = self.received.internal_at
        return "older_than_a_day" if came is None or at - came > answering.FRESH else ""


def ask_owner(post: Post, order: Order, *, at: datetime) -> None:
    """Send the one-time link to the order's address, once per ticket and order; or an entry says why not."""
    if _asked(post.session, post.ticket, order.id) or not order.addresses:
        return
    address = order.addresses[0].email
    _send(post.session, post.desk, post.ticket, order, address, withheld=post.withheld(at=at), at=at)


def ask_late(
    session: Session, desk: Desk, ticket: Ticket, order: Order, *, withheld: str, at: datetime
) -> None:
    """The same for an order that was told of after the mail. `withheld`: why no letter goes out, or ""."""
    if not _asked(session, ticket, order.id) and order.addresses:
        _send(session, desk, ticket, order, order.addresses[0].email, withheld=withheld, at=at)


def ask_which(post: Post, sender: str, *, at: datetime) -> None:
    """Send a page with the sender's own orders to the sender's address, once per ticket."""
    if not _asked(post.session, post.ticket, None):
        address = post.incoming.sender.email if post.incoming.sender else sender
        _send(post.session, post.desk, post.ticket, None, address, withheld=post.withheld(at=at), at=at)


def say_neutral(post: Post, *, at: datetime) -> None:
    """Tell the asker, once per ticket, that we wrote to the order's address if there is such an order."""
    reason = f"order-words:{post.ticket.id}"
    known = select(OutboxMessage.id).where(OutboxMessage.reason == reason)
    if post.verdict is Verdict.FAIL or post.session.scalar(known) is not None:
        return
    address = sending.buyer_address(post.ticket).email
    if post.withheld(at=at) or _withheld(post.session, post.ticket, address, at=at):
        return
    ticket = post.ticket
    proof = links.passing_url(post.desk, links.Passing.PROOF, ticket.id, at=at)
    letter = letters.render(
        "order_words",
        ticket.locale,
        subject=ticket.subject or ticket.tag,
        name=ticket.buyer.name,
        shop=post.desk.shop_name,
        proof=proof,
    )
    sending.send(
        post.session,
        post.desk,
        ticket,
        letter,
        verb="order_words_sent",
        actor=conversation.CLOCK,
        at=at,
        due_at=at,
        reason=reason,
        automatic="auto-replied",
        facts={"text": letter.text.replace(proof, NO_LINK)},
    )


def ask_by_hand(session: Session, desk: Desk, ticket: Ticket, order: Order, *, at: datetime) -> None:
    """An agent wants the order's address asked. Raises ConflictError when that is not possible."""
    if not order.addresses:
        raise ConflictError("this order has no address on file")
    if _count(session, ticket, order.id) > MOST_NEW_LINKS:
        raise ConflictError("the address on file was asked often enough")
    address = order.addresses[0].email
    because = _send(session, desk, ticket, order, address, withheld="", at=at)
    if because:
        raise ConflictError("no automatic mail goes to the address on file at the moment")


def send_new(session: Session, desk: Desk, proof_id: int, *, at: datetime) -> None:
    """A new link to where the old one went, a few times; silent when there were enough of them."""
    proof, ticket = held(session, proof_id)
    proof.tries += 1
    if proof.tries > MOST_NEW_LINKS or _count(session, ticket, proof.order_id) > MOST_NEW_LINKS:
        return
    if not is_on_file(session, proof):
        return
    order = session.get_one(Order, proof.order_id) if proof.order_id is not None else None
    _send(session, desk, ticket, order, proof.sent_to, withheld="", at=at)


def is_on_file(session: Session, proof: OrderProof) -> bool:
    """Whether the order that a link is about still has the address to which the link went."""
    order = session.get_one(Order, proof.order_id) if proof.order_id is not None else None
    return order is None or key_of(proof.sent_to) in {each.key for each in order.addresses}


def held(session: Session, proof_id: int) -> tuple[OrderProof, Ticket]:
    """The link, and the ticket that it is about now, held."""
    proof = session.get(OrderProof, proof_id)
    if proof is None:
        raise NotFoundError("there is no such order here")
    ticket = merging.final(session, proof.ticket_id)
    session.refresh(proof)
    return proof, ticket


def _asked(session: Session, ticket: Ticket, order_id: int | None) -> bool:
    return _count(session, ticket, order_id) > 0


def _count(session: Session, ticket: Ticket, order_id: int | None) -> int:
    about = OrderProof.order_id.is_(None) if order_id is None else OrderProof.order_id == order_id
    query = select(func.count(OrderProof.id)).where(OrderProof.ticket_id.in_(merging.numbers(ticket)), about)
    return session.scalar(query) or 0


def _withheld(session: Session, ticket: Ticket, address: str, *, at: datetime) -> str:
    """Why no automatic letter goes to this address now, "" when one may."""
    key = key_of(address)
    if ticket.spam:
        return "spam"
    if session.get_one(Mailbox, ticket.mailbox_id).removed_at is not None:
        return "mailbox_removed"
    if not can_be_written_to(address):
        return "address_not_usable"
    if key in directory.all_addresses(session):
        return "our_own_address"
    if key.partition("@")[0] in answering.NOBODY:
        return "nobody_reads_there"
    standing = suppressions.standing(session, address, at=at)
    if standing.stops_all:
        return "suppressed"
    if standing.automatic_today >= answering.PER_ADDRESS_AND_DAY:
        return "enough_for_today"
    if suppressions.automatic_this_hour(session, at=at) >= answering.PER_HOUR:
        return "too_much_at_once"
    return ""


def _send(
    session: Session,
    desk: Desk,
    ticket: Ticket,
    order: Order | None,
    address: str,
    *,
    withheld: str,
    at: datetime,
) -> str:
    """Write the letter with the link, or an entry that says why not; the reason is returned."""
    because = withheld or _withheld(session, ticket, address, at=at)
    if because:
        if because != "imported":  # an archive says nothing about each of its mails
            facts = {"because": because}
            conversation.record(
                session,
                ticket,
                EntryKind.EVENT,
                "order_link_not_sent",
                actor=conversation.CLOCK,
                at=at,
                facts=facts,
            )
        return because
    proof = OrderProof(
        ticket_id=ticket.id,
        order_id=order.id if order is not None else None,
        sent_to=address,
        sent_at=at,
        expires_at=at + OPEN_FOR,
        tries=0,
    )
    session.add(proof)
    session.flush()
    _write(session, desk, ticket, order, proof, at=at)
    return ""


def _write(
    session: Session, desk: Desk, ticket: Ticket, order: Order | None, proof: OrderProof, *, at: datetime
) -> Entry:
    """It answers nothing and quotes nothing: what the asker wrote is not for the address on file."""
    mailbox = session.get_one(Mailbox, ticket.mailbox_id)
    locale = _locale(session, ticket, proof.sent_to)
    url = links.url(desk, Purpose.ORDERS if order is None else Purpose.ORDER, proof.id)
    letter = letters.render(
        "order_choice" if order is None else "order_link",
        locale,
        number=order.external_no if order is not None else "",
        link=url,
        days=OPEN_FOR.days,
        shop=desk.shop_name,
    )
    facts: dict[str, Any] = {"text": letter.text.replace(url, NO_LINK), "proof": proof.id}
    if order is not None:
        facts |= {"order": order.id, "source": order.source, "number": order.external_no}
    return sending.write(
        session,
        desk,
        ticket,
        Outgoing(
            message_id=references.mint(ticket.id, domain=outbox.domain_of(mailbox), secret=desk.secret),
            sender=Address(email=mailbox.address, name=desk.shop_name),
            to=Address(email=proof.sent_to, name=order.buyer_name if order is not None else ""),
            subject=letter.subject,
            text=letter.text,
            html=html_of(letter.text),
            automatic="auto-generated",
            language=locale,
            sent_at=at,
        ),
        verb="order_link_sent",
        actor=conversation.CLOCK,
        at=at,
        due_at=at,
        reason=f"order-proof:{proof.id}",
        facts=facts,
    )


def _locale(session: Session, ticket: Ticket, address: str) -> str:
    """Of whoever reads at this address, where we know it; else that of the ticket."""
    known = session.scalar(select(Buyer.locale).join(BuyerAddress).where(BuyerAddress.key == key_of(address)))
    return known or ticket.locale
