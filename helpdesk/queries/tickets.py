"""The ticket page: facts, conversation, what is planned, what is on its way."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from helpdesk.errors import NotFoundError
from helpdesk.models import Buyer, Entry, Mailbox, Ticket
from helpdesk.models.masking import Mask
from helpdesk.queries import plans, refunds
from helpdesk.queries.entries import EntryView, views
from helpdesk.queries.plans import PlanView
from helpdesk.queries.refunds import RefundView
from helpdesk.rules.masking import masked
from helpdesk.rules.reminders import SNOOZE, Reason
from helpdesk.rules.states import (
    TICKET_MOVES,
    ReminderKind,
    TicketState,
    WaitingOn,
)
from mail.types import key_of

OUT_OF_SIGHT = ("notified",)  # told to a colleague: the export has it
# Told by the claim's own entries; what is still planned stands below the conversation.
OF_CLAIMS = (ReminderKind.CLAIM_DUE, ReminderKind.CLAIM_REMINDER, ReminderKind.OFFER_EXPIRY)
# Letters of the clock that go at once, or not at all, and what somebody is to find out: told likewise.
OF_MONEY = (
    "money_sent",
    "money_delayed",
    "money_looked_for",
    "money_traced",
    "money_chase",
    "money_by_hand",
)
NEWEST = 200  # entries shown at first; a longer conversation is opened as a whole by a link


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointer:
    """Another ticket, as a link shows it."""

    number: int
    subject: str
    state: TicketState


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketView:
    number: int
    tag: str
    subject: str
    buyer: str
    addresses: tuple[str, ...]  # of the buyer, first the one that is written to
    locale: str
    mailbox: str
    state: TicketState
    spam: bool
    waiting_on: WaitingOn | None
    snoozed_until: datetime | None
    assignee_id: int | None
    assignee: str | None
    created_at: datetime
    updated_at: datetime
    last_seq: int
    entries: tuple[EntryView, ...]
    earlier: bool  # there are entries before these
    verified: str  # of the newest mail: "pass", "fail", "none"; "" before any
    doubts: tuple[str, ...]  # about the sender of the newest mail
    plans: tuple[PlanView, ...]
    refunds: tuple[RefundView, ...]
    follows: Pointer | None
    merged_into: Pointer | None
    merged: tuple[Pointer, ...]  # into this one, oldest first
    others: tuple[Pointer, ...]  # of the same buyer, newest first

    @property
    def lines(self) -> tuple[EntryView, ...]:
        """Entries with a line of their own.

        A message itself says when it was handed over, mail that is still planned stands below them all, and
        a merger is told once.
        """
        planned = {plan.id for plan in self.plans}
        return tuple(
            entry
            for entry in self.entries
            if entry.verb != "handed_over"
            and not (
                entry.verb in ("planned", "plan_withdrawn")
                and entry.facts.get("what") in (*OF_CLAIMS, *OF_MONEY, SNOOZE)
                and entry.facts.get("because") != Reason.SUPPRESSED
            )
            and not (entry.verb == "planned" and entry.facts.get("reminder") in planned)
            and (entry.number == self.number or entry.verb not in ("moved", "merged_into"))
        )

    @property
    def coming(self) -> tuple[PlanView, ...]:
        """Plans that do not rest, the next one first; that a ticket sleeps is said by its state."""
        return tuple(plan for plan in self.plans if not plan.paused and plan.about != SNOOZE)

    @property
    def came_back(self) -> bool:
        """Whether mail to the address that is written to came back for good since it was last heard of."""
        were_mail = {entry.facts.get("entry") for entry in self.entries if entry.verb == "report_was_mail"}
        for entry in reversed([each for each in self.entries if each.id not in were_mail]):
            told = key_of(str(entry.facts.get("recipient" if entry.verb == "bounced" else "from") or ""))
            if entry.verb in ("bounced", "received") and told == key_of(self.addresses[0]):
                return entry.verb == "bounced" and bool(entry.facts.get("permanent"))
        return False

    @property
    def moves(self) -> frozenset[TicketState]:
        """Where an agent may move it."""
        return TICKET_MOVES[self.state]


def version(session: Session, number: int) -> str:
    """Another word after every entry on the page, and never one that was used before. Raises NotFoundError.

    Mergers and separations are entries of the ticket itself; between them all of its tickets only grow.
    """
    own = session.scalar(select(Ticket.last_seq).where(Ticket.id == number))
    if own is None:
        raise NotFoundError(f"there is no ticket {number}")
    return f"{own}.{session.scalar(select(func.sum(Ticket.last_seq)).where(one_matter(number)))}"


def load(session: Session, number: int) -> Ticket:
    """The row with its people: whoever asks for it while it is held finds it. Raises NotFoundError."""
    with_addresses = joinedload(Ticket.buyer).selectinload(Buyer.addresses)
    ticket = session.get(Ticket, number, options=[with_addresses, joinedload(Ticket.assignee)])
    if ticket is None:
        raise NotFoundError(f"there is no ticket {number}")
    return ticket


def show(session: Session, number: int, *, whole: bool = False) -> TicketView:
    """Everything the page shows. Raises NotFoundError."""
    ticket = load(session, number)
    merged = _merged(session, ticket)
    matter = (ticket, *merged)
    entries, earlier = _entries(session, matter, whole=whole)
    newest = _newest_mail(entries)
    return TicketView(
        number=ticket.number,
        tag=ticket.tag,
        subject=Mask.over(session, [ticket.subject])(ticket.subject),
        buyer=ticket.buyer.name,
        addresses=_addresses(ticket),
        locale=ticket.locale,
        mailbox=session.get_one(Mailbox, ticket.mailbox_id).name,
        state=ticket.state,
        spam=ticket.spam,
        waiting_on=ticket.waiting_on,
        snoozed_until=ticket.snoozed_until,
        assignee_id=ticket.assignee_id,
        assignee=ticket.assignee.name if ticket.assignee else None,
        created_at=ticket.created_at,
        updated_at=ticket.updated_at,
        last_seq=ticket.last_seq,
        entries=views(session, matter, entries),
        earlier=earlier,
        verified=str(newest.get("verified", "")),
        doubts=tuple(newest.get("doubts", ())),
        plans=plans.of_ticket(session, number),
        refunds=refunds.of_ticket(session, number),
        follows=_follows(session, ticket),
        merged_into=_at(session, ticket.merged_into_id),
        merged=tuple(_pointer(each) for each in merged),
        others=_others(session, ticket),
    )


def one_matter(number: int) -> ColumnElement[bool]:
    """A ticket and what was merged into it."""
    return or_(Ticket.id == number, Ticket.merged_into_id == number)


def _addresses(ticket: Ticket) -> tuple[str, ...]:
    """The one that is written to first."""
    others = (each.email for each in ticket.buyer.addresses)
    return tuple(dict.fromkeys((ticket.address, *others)))


def _merged(session: Session, ticket: Ticket) -> Sequence[Ticket]:
    return session.scalars(
        select(Ticket)
        .where(Ticket.merged_into_id == ticket.id)
        .options(joinedload(Ticket.buyer).selectinload(Buyer.addresses))
        .order_by(Ticket.id)
    ).all()


def _entries(session: Session, matter: Iterable[Ticket], *, whole: bool) -> tuple[list[Entry], bool]:
    """In the order in which they were written, and whether there are earlier ones than these."""
    query = (
        select(Entry)
        .where(Entry.ticket_id.in_([ticket.id for ticket in matter]), Entry.verb.not_in(OUT_OF_SIGHT))
        .options(joinedload(Entry.payload), selectinload(Entry.attachments))
        .order_by(Entry.id.desc())
    )
    found = session.scalars(query if whole else query.limit(NEWEST + 1)).all()
    shown = found if whole else found[:NEWEST]
    return list(reversed(shown)), len(shown) < len(found)


def _newest_mail(entries: Iterable[Entry]) -> dict[str, Any]:
    """What is known of it; nothing before the first."""
    facts = [entry.facts for entry in entries if entry.verb == "received"]
    return facts[-1] if facts else {}


def _follows(session: Session, ticket: Ticket) -> Pointer | None:
    """What it perhaps belongs to; the ticket that one was merged into, as long as that is not this one."""
    before = session.get(Ticket, ticket.follows_id) if ticket.follows_id is not None else None
    if before is not None and before.merged_into_id is not None:
        before = session.get(Ticket, before.merged_into_id)
    return _pointer(before) if before is not None and before is not ticket else None


def _at(session: Session, number: int | None) -> Pointer | None:
    found = session.get(Ticket, number) if number is not None else None
    return _pointer(found) if found is not None else None


def _others(session: Session, ticket: Ticket) -> tuple[Pointer, ...]:
    found = session.scalars(
        select(Ticket)
        .where(
            Ticket.buyer_id == ticket.buyer_id,
            Ticket.id != ticket.id,
            or_(Ticket.merged_into_id.is_(None), Ticket.merged_into_id != ticket.id),
        )
        .order_by(Ticket.id.desc())
        .limit(6)
    )
    return tuple(_pointer(other) for other in found)


def _pointer(ticket: Ticket) -> Pointer:
    return Pointer(number=ticket.number, subject=masked(ticket.subject, cards=False), state=ticket.state)
