"""What the pages of a claim show its buyer: as little as a page needs, no facts to whom none may be told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.errors import NotFoundError
from helpdesk.models import (
    Attachment,
    Claim,
    ClaimLine,
    Entry,
    Evidence,
    EvidenceAsked,
    Offer,
    Order,
    OrderLine,
    Reminder,
    Ticket,
)
from helpdesk.queries import promises, status_ways
from helpdesk.queries.letters import LetterView, letters_with
from helpdesk.rules import evidence
from helpdesk.rules.claim_moves import possible
from helpdesk.rules.claim_terms import EvidenceKind
from helpdesk.rules.claims import ClaimState, Event, Who
from helpdesk.rules.evidence import OURS, EvidenceState
from helpdesk.rules.offers import OfferState
from helpdesk.rules.states import ReminderKind, ReminderState

_NO_WAYS = status_ways.Ways()
TIMERS = (ReminderKind.CLAIM_DUE, ReminderKind.OFFER_EXPIRY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One line of an order."""

    id: int
    title: str
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderChoice:
    id: int
    number: str  # as printed
    ordered_at: datetime | None
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FormView:
    locale: str
    tag: str
    orders: tuple[OrderChoice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonView:
    locale: str
    reason: str  # "" while unknown
    source: str
    live: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FileView:
    """A file that we have; nobody can open it from the page."""

    name: str
    kind: EvidenceKind
    at: datetime
    state: EvidenceState
    why: str  # it will not do


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceView:
    locale: str
    tag: str
    live: bool
    needed: tuple[
        tuple[EvidenceKind, bool], ...
    ]  # and whether it is there; what is ours to fetch is left out
    files: tuple[FileView, ...]

    @property
    def complete(self) -> bool:
        return all(there for _, there in self.needed)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusView:
    ticket: int
    locale: str
    tag: str
    state: ClaimState
    since: datetime
    opened_at: datetime
    reason: str
    order: str  # "" when it may not be told, or is not known
    items: tuple[Item, ...]
    agreed: tuple[promises.AgreedView, ...]
    ways: status_ways.Ways  # what is on its way, and what was refused
    due_at: datetime | None  # of what happens next
    offer: int | None  # that waits for an answer
    missing: tuple[EvidenceKind, ...]
    letters: tuple[LetterView, ...]
    may_withdraw: bool
    needs_order: bool
    typed: bool  # a number was typed into the form, and nobody has shown yet whose order that is


def form(session: Session, ticket_id: int, orders: Sequence[Order]) -> FormView:
    """The form on a ticket, with the orders that its reader may choose from. Raises NotFoundError."""
    ticket = _ticket(session, ticket_id)
    return FormView(
        locale=ticket.locale,
        tag=ticket.tag,
        orders=tuple(
            OrderChoice(
                id=order.id,
                number=order.external_no,
                ordered_at=order.ordered_at,
                items=tuple(_item(line, line.quantity) for line in order.lines if line.quantity),
            )
            for order in orders
        ),
    )


def reason(session: Session, claim_id: int) -> ReasonView:
    """Raises NotFoundError."""
    claim, ticket = _both(session, claim_id)
    return ReasonView(locale=ticket.locale, reason=claim.reason, source=claim.reason_source, live=claim.live)


def evidence_of(session: Session, claim_id: int) -> EvidenceView:
    """What is needed, what is there by name, what is missing. Raises NotFoundError."""
    claim, ticket = _both(session, claim_id)
    rows = session.execute(
        select(Evidence, Attachment.filename)
        .join(Attachment, Attachment.id == Evidence.attachment_id)
        .where(Evidence.claim_id == claim.id)
        .order_by(Evidence.id)
    ).all()
    missing = _missing(session, claim)
    asked = session.scalars(select(EvidenceAsked.kind).where(EvidenceAsked.claim_id == claim.id)).all()
    kinds = dict.fromkeys((*evidence.needed(claim.reason), *asked))
    return EvidenceView(
        locale=ticket.locale,
        tag=ticket.tag,
        live=claim.live,
        needed=tuple((kind, kind not in missing) for kind in kinds if kind not in OURS),
        files=tuple(
            FileView(name=name, kind=row.kind, at=row.at, state=row.state, why=row.why) for row, name in rows
        ),
    )


def status(session: Session, claim_id: int, *, tells: bool) -> StatusView:
    """How a claim stands. `tells`: whether facts of the order may be told (actions/telling.py)."""
    claim, ticket = _both(session, claim_id)
    order = session.get(Order, claim.order_id) if claim.order_id is not None and tells else None
    offer = session.scalar(select(Offer).where(Offer.claim_id == claim.id, Offer.state == OfferState.OPEN))
    agreed = promises.told(session, claim) if tells else ()
    return StatusView(
        ticket=ticket.id,
        locale=ticket.locale,
        tag=ticket.tag,
        state=claim.state,
        since=claim.since,
        opened_at=claim.opened_at,
        reason=claim.reason,
        order=order.external_no if order else "",
        items=_items(session, claim) if tells else (),
        agreed=agreed,
        ways=status_ways.of(session, claim, tuple(each.id for each in agreed)) if tells else _NO_WAYS,
        due_at=offer.expires_at if offer else _due_at(session, claim),
        offer=offer.id if offer and tells else None,
        missing=_missing(session, claim),
        letters=letters_with(session, ticket),
        may_withdraw=any(move.event is Event.WITHDRAW for move in possible(claim.state, Who.BUYER))
        and not promises.any_begun(session, claim),
        needs_order=claim.order_id is None and claim.live,
        typed=claim.order_id is None and _was_typed(session, claim),
    )


def _was_typed(session: Session, claim: Claim) -> bool:
    """A form that names no order is not sent. Whether there is such an order is told to nobody here."""
    forms = select(Entry.id).where(Entry.ticket_id == claim.ticket_id, Entry.verb == "form_sent")
    return session.scalar(forms.limit(1)) is not None


def locale_of(session: Session, *, ticket_id: int | None = None, claim_id: int | None = None) -> str:
    """In which language its buyer is written to; "" when there is no such matter."""
    claim = session.get(Claim, claim_id) if claim_id is not None else None
    ticket = session.get(Ticket, claim.ticket_id if claim else ticket_id or 0)
    return ticket.locale if ticket else ""


def newest_claim(session: Session, ticket_id: int) -> int | None:
    """Of a ticket: where a form that was sent twice leads."""
    return session.scalar(
        select(Claim.id).where(Claim.ticket_id == ticket_id).order_by(Claim.id.desc()).limit(1)
    )


def _ticket(session: Session, ticket_id: int) -> Ticket:
    """The one that it was merged into, if it was."""
    ticket = session.get(Ticket, ticket_id)
    if ticket is not None and ticket.merged_into_id is not None:
        ticket = session.get(Ticket, ticket.merged_into_id)
    if ticket is None:
        raise NotFoundError(f"there is no ticket {ticket_id}")
    return ticket


def _both(session: Session, claim_id: int) -> tuple[Claim, Ticket]:
    claim = session.get(Claim, claim_id)
    if claim is None:
        raise NotFoundError("there is no such claim")
    return claim, session.get_one(Ticket, claim.ticket_id)


def _item(line: OrderLine, quantity: int) -> Item:
    return Item(id=line.id, title=line.title or line.sku, quantity=quantity)


def _items(session: Session, claim: Claim) -> tuple[Item, ...]:
    rows = session.execute(
        select(OrderLine, ClaimLine.quantity)
        .join(ClaimLine, ClaimLine.order_line_id == OrderLine.id)
        .where(ClaimLine.claim_id == claim.id)
        .order_by(OrderLine.position)
    )
    return tuple(_item(line, quantity) for line, quantity in rows)


def _missing(session: Session, claim: Claim) -> tuple[EvidenceKind, ...]:
    there = session.scalars(
        select(Evidence.kind).where(Evidence.claim_id == claim.id, Evidence.state != EvidenceState.REFUSED)
    )
    return evidence.missing(claim.reason, there).from_buyer


def _due_at(session: Session, claim: Claim) -> datetime | None:
    """When something happens by itself in this state."""
    return session.scalar(
        select(Reminder.due_at)
        .where(
            Reminder.claim_id == claim.id,
            Reminder.kind.in_(TIMERS),
            Reminder.state == ReminderState.PLANNED,
        )
        .order_by(Reminder.due_at)
        .limit(1)
    )
