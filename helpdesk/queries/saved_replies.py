"""Saved replies as the composer and the settings show them, and the values of their variables on a ticket."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, selectinload

from helpdesk.errors import NotFoundError
from helpdesk.letters import words
from helpdesk.models import AgreedRemedy, Claim, Offer, Order, Refund, SavedReply, Ticket, TicketOrder
from helpdesk.queries.tickets import one_matter
from helpdesk.rules import placeholders
from helpdesk.rules.claim_terms import LinkLevel
from helpdesk.rules.money import Money
from helpdesk.rules.offers import OfferState, RemedyState

MOST = 200  # that one person is offered


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyView:
    id: int
    name: str
    shared: bool
    text_en: str
    text_zh: str
    updated_at: datetime

    def text(self, locale: str) -> str:
        """In this language, or in the other where it is not said in this one."""
        return text_in(self.text_en, self.text_zh, locale)

    def is_in(self, locale: str) -> bool:
        return bool(self.text_zh if locale == "zh-CN" else self.text_en)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """One of them, filled for a ticket."""

    id: int
    name: str
    shared: bool
    text: str
    missing: tuple[str, ...]  # variables without a value here
    other_language: bool


def of_agent(session: Session, agent_id: int) -> tuple[ReplyView, ...]:
    """Her own and everybody's, by name."""
    return tuple(_view(row) for row in session.scalars(_of(agent_id)))


def one(session: Session, reply_id: int, agent_id: int) -> ReplyView:
    """Raises NotFoundError for somebody else's."""
    row = session.scalar(_of(agent_id).where(SavedReply.id == reply_id))
    if row is None:
        raise NotFoundError("there is no such saved reply")
    return _view(row)


def offered(
    session: Session, number: int, agent_id: int, agent: str, shop: str, zone: tzinfo
) -> tuple[Offered, ...]:
    """All of them as they would stand in a reply on this ticket. Raises NotFoundError without the ticket."""
    ticket = session.get(Ticket, number)
    if ticket is None:
        raise NotFoundError(f"there is no ticket {number}")
    values = values_of(session, ticket, agent=agent, shop=shop, zone=zone)
    return tuple(_offered(each, ticket.locale, values) for each in of_agent(session, agent_id))


def text_in(text_en: str, text_zh: str, locale: str) -> str:
    """In this language, or in the other where it is not said in this one."""
    first, second = (text_zh, text_en) if locale == "zh-CN" else (text_en, text_zh)
    return first or second


def values_of(session: Session, ticket: Ticket, *, agent: str, shop: str, zone: tzinfo) -> dict[str, str]:
    """What each variable says here, in the language of the letters; "" where there is nothing to say.

    Of an order, and of money about it, only where that is verified: about no other may anything be said.
    """
    found = dict.fromkeys(placeholders.NAMES, "")
    found |= {
        "buyer.name": ticket.buyer.name,
        "buyer.email": ticket.address,
        "ticket.number": str(ticket.number),
        "ticket.subject": ticket.subject,
        "agent.name": agent,
        "shop.name": shop,
    }
    found |= _of_order(session, ticket)
    found |= _of_claim(session, ticket)
    found |= _of_refund(session, ticket, zone)
    return {name: " ".join(value.split()) for name, value in found.items()}


def _of(agent_id: int) -> Select[SavedReply]:
    return (
        select(SavedReply)
        .where(or_(SavedReply.owner_id.is_(None), SavedReply.owner_id == agent_id))
        .order_by(SavedReply.name, SavedReply.id)
        .limit(MOST)
    )


def _view(row: SavedReply) -> ReplyView:
    return ReplyView(
        id=row.id,
        name=row.name,
        shared=row.owner_id is None,
        text_en=row.text_en,
        text_zh=row.text_zh,
        updated_at=row.updated_at,
    )


def _offered(reply: ReplyView, locale: str, values: Mapping[str, str]) -> Offered:
    filled = placeholders.fill(reply.text(locale), values)
    return Offered(
        id=reply.id,
        name=reply.name,
        shared=reply.shared,
        text=filled.text,
        missing=filled.missing,
        other_language=not reply.is_in(locale),
    )


def _of_order(session: Session, ticket: Ticket) -> dict[str, str]:
    order = session.scalar(
        select(Order)
        .join(TicketOrder, TicketOrder.order_id == Order.id)
        .join(Ticket, Ticket.id == TicketOrder.ticket_id)
        .where(one_matter(ticket.id), TicketOrder.level == LinkLevel.VERIFIED)
        .options(selectinload(Order.lines), selectinload(Order.shipments))
        .order_by(TicketOrder.id.desc())
        .limit(1)
    )
    if order is None:
        return {}
    total = sum(line.line_paid_minor for line in order.lines) + order.shipping_paid_minor + order.fees_minor
    parcel = order.shipments[-1] if order.shipments else None
    return {
        "order.number": order.external_no,
        "order.total": words.amount(Money(total, order.currency), ticket.locale),
        "order.carrier": parcel.carrier if parcel else "",
        "order.tracking": parcel.tracking if parcel else "",
    }


def _of_claim(session: Session, ticket: Ticket) -> dict[str, str]:
    """The newest; its amount is what was agreed, else what the open offer says."""
    claim = session.scalar(
        select(Claim)
        .join(Ticket, Ticket.id == Claim.ticket_id)
        .where(one_matter(ticket.id))
        .order_by(Claim.id.desc())
        .limit(1)
    )
    if claim is None:
        return {}
    said = {"claim.number": str(claim.id)}
    amounts = [*_agreed(session, claim.id)] or [*_proposed(session, claim.id)]
    currencies = {each.currency for each in amounts}
    total = sum(each.minor for each in amounts)
    if total and len(currencies) == 1 and _may_be_told(session, ticket, claim.order_id):
        said["claim.amount"] = words.amount(Money(total, currencies.pop()), ticket.locale)
    return said


def _agreed(session: Session, claim_id: int) -> Iterator[Money]:
    live = AgreedRemedy.state != RemedyState.CANCELED
    for row in session.scalars(select(AgreedRemedy).where(AgreedRemedy.claim_id == claim_id, live)):
        yield Money(row.amount_minor, row.currency)


def _proposed(session: Session, claim_id: int) -> Iterator[Money]:
    """Of an open offer without alternatives: of several nobody can say which."""
    offer = session.scalar(
        select(Offer)
        .where(Offer.claim_id == claim_id, Offer.state == OfferState.OPEN)
        .options(selectinload(Offer.parts))
    )
    if offer is not None and len({part.option for part in offer.parts}) == 1:
        yield from (Money(part.amount_minor, part.currency) for part in offer.parts)


def _of_refund(session: Session, ticket: Ticket, zone: tzinfo) -> dict[str, str]:
    refund = session.scalar(
        select(Refund)
        .join(Ticket, Ticket.id == Refund.ticket_id)
        .where(one_matter(ticket.id))
        .order_by(Refund.id.desc())
        .limit(1)
    )
    if refund is None or not _may_be_told(session, ticket, _order_of(session, refund)):
        return {}
    expected = words.day(refund.expected_at, ticket.locale, zone) if refund.expected_at else ""
    return {
        "refund.amount": words.amount(Money(refund.amount_minor, refund.currency), ticket.locale),
        "refund.expected_on": expected,
        "refund.reference": refund.reference,
    }


def _order_of(session: Session, refund: Refund) -> int | None:
    """The order that its claim is about; None for money without a claim."""
    return session.scalar(
        select(Claim.order_id)
        .join(AgreedRemedy, AgreedRemedy.claim_id == Claim.id)
        .where(AgreedRemedy.id == refund.remedy_id)
    )


def _may_be_told(session: Session, ticket: Ticket, order_id: int | None) -> bool:
    verified = (
        select(TicketOrder.id)
        .join(Ticket, Ticket.id == TicketOrder.ticket_id)
        .where(
            one_matter(ticket.id),
            TicketOrder.order_id == order_id,
            TicketOrder.level == LinkLevel.VERIFIED,
        )
    )
    return order_id is None or session.scalar(verified.limit(1)) is not None
