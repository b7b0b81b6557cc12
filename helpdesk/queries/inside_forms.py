"""What the forms inside the shop begin with: facts to tell, files to enclose, goods to ask back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from helpdesk.errors import NotFoundError
from helpdesk.models import (
    AgreedRemedy,
    Claim,
    Contact,
    Entry,
    Order,
    OrderLine,
    ReturnAddress,
    ReturnShipment,
    Ticket,
    TicketOrder,
)
from helpdesk.models.masking import Mask
from helpdesk.queries.inside_views import ContactView
from helpdesk.rules.claim_terms import LinkLevel
from helpdesk.rules.proposals import part_of
from helpdesk.rules.states import EntryKind

MOST_FILES = 30
LONGEST_FACT = 1_500


@dataclass(frozen=True, slots=True, kw_only=True)
class Tellable:
    """What a side mail may say besides the agent's words. Values as they are kept, days as ISO."""

    facts: tuple[tuple[str, str], ...]  # (key of inside_words.FACT_LABELS, value)
    files: tuple[tuple[int, str], ...]  # (attachment, name)
    subject: str
    merged_into: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Returnable:
    """What a return of one remedy can ask back."""

    claim: int
    ticket: int
    remedy: int
    lines: tuple[tuple[int, str, int], ...]  # (order line, title, claimed)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicReturn:
    """What the buyer's own page shows of a return: nothing that the letter has not said."""

    id: int
    claim: int
    locale: str
    buyer_id: int
    number: str
    address: str
    send_by: datetime
    state: str
    carrier: str
    tracking: str


def tellable(session: Session, number: int) -> Tellable:
    """Raises NotFoundError. Of an order only when the link is verified."""
    ticket = session.get(Ticket, number, options=[joinedload(Ticket.buyer)])
    if ticket is None:
        raise NotFoundError(f"there is no ticket {number}")
    matter = select(Ticket.id).where(or_(Ticket.id == number, Ticket.merged_into_id == number))
    entries = session.scalars(
        select(Entry)
        .where(Entry.ticket_id.in_(matter), Entry.kind.in_((EntryKind.RECEIVED, EntryKind.CALL)))
        .options(joinedload(Entry.payload), selectinload(Entry.attachments))
        .order_by(Entry.id.desc())
        .limit(50)
    ).all()
    claim = session.scalar(
        select(Claim).where(Claim.ticket_id.in_(matter)).order_by(Claim.live.desc(), Claim.id.desc()).limit(1)
    )
    files = [file for entry in entries for file in entry.attachments][:MOST_FILES]
    return Tellable(
        facts=tuple(_facts(session, ticket, matter, claim, entries)),
        files=tuple((file.id, file.filename) for file in files),
        subject=ticket.subject,
        merged_into=ticket.merged_into_id,
    )


def returnable(session: Session, remedy_id: int) -> Returnable:
    """Raises NotFoundError."""
    remedy = session.get(AgreedRemedy, remedy_id)
    claim = session.get(Claim, remedy.claim_id) if remedy is not None else None
    if remedy is None or claim is None:
        raise NotFoundError("there is no such remedy on this ticket")
    agreed = dict(part_of(1, remedy.remedy, 0, remedy.goods).lines)
    lines = agreed or {line.order_line_id: line.quantity for line in claim.lines}
    titles = session.execute(
        select(OrderLine.id, OrderLine.title, OrderLine.sku).where(OrderLine.id.in_(list(lines)))
    )
    return Returnable(
        claim=claim.id,
        ticket=claim.ticket_id,
        remedy=remedy.id,
        lines=tuple((row.id, row.title or row.sku or "?", lines[row.id]) for row in titles),
    )


def public_return(session: Session, return_id: int) -> PublicReturn:
    """Raises NotFoundError."""
    row = session.get(ReturnShipment, return_id, options=[joinedload(ReturnShipment.address)])
    if row is None:
        raise NotFoundError("there is no such return")
    ticket = session.get_one(Ticket, session.get_one(Claim, row.claim_id).ticket_id)
    return PublicReturn(
        id=row.id,
        claim=row.claim_id,
        locale=ticket.locale,
        buyer_id=ticket.buyer_id,
        number=row.number,
        address=row.address.text,
        send_by=row.send_by,
        state=str(row.state),
        carrier=row.carrier,
        tracking=row.tracking,
    )


def contacts(session: Session, *, only_active: bool = False) -> tuple[ContactView, ...]:
    """Those who are asked first, then by name."""
    wanted = select(Contact).order_by(Contact.active.desc(), Contact.name, Contact.id)
    rows = session.scalars(wanted.where(Contact.active) if only_active else wanted)
    return tuple(
        ContactView(
            id=row.id,
            name=row.name,
            email=row.email,
            role=row.role,
            locale=row.locale,
            active=row.active,
            unreached=row.unreached,
        )
        for row in rows
    )


def addresses(session: Session) -> Sequence[ReturnAddress]:
    """Those that a new return may be sent to."""
    return session.scalars(
        select(ReturnAddress).where(ReturnAddress.is_current).order_by(ReturnAddress.label)
    ).all()


def _facts(
    session: Session,
    ticket: Ticket,
    matter: Select[int],
    claim: Claim | None,
    entries: Sequence[Entry],
) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    order = _order(session, matter, claim)
    if order is not None:
        found.append(("order", order.external_no))
        found.append(("items", "; ".join(f"{row.quantity} × {row.title or row.sku}" for row in order.lines)))
        if order.shipped_at is not None:
            found.append(("shipped", order.shipped_at.date().isoformat()))
        for parcel in order.shipments:
            found.append(("shipment", f"{parcel.carrier} {parcel.tracking}".strip()))
        found.append(("region", f"{order.ship_country} {order.ship_region}".strip()))
    if claim is not None and claim.reason:
        found.append(("reason", claim.reason))
    found.append(("buyer", ticket.buyer.name))
    newest = next((entry for entry in entries if entry.kind is EntryKind.RECEIVED), None)
    if newest is not None:
        words = str(newest.facts.get("new") or newest.facts.get("text") or "").strip()
        found.append(("words", Mask.over(session, [words])(words)))  # no warehouse needs such a number
    return [(key, value[:LONGEST_FACT]) for key, value in found if value]


def _order(session: Session, matter: Select[int], claim: Claim | None) -> Order | None:
    if claim is not None and claim.order_id is not None:
        return session.get(Order, claim.order_id)
    return session.scalar(
        select(Order)
        .join(TicketOrder, TicketOrder.order_id == Order.id)
        .where(TicketOrder.ticket_id.in_(matter), TicketOrder.level == LinkLevel.VERIFIED)
        .limit(1)
    )
