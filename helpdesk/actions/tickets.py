"""Open a ticket, take it in hand, move it, give it to somebody."""

from datetime import datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from helpdesk.actions import conversation, reminders, turns
from helpdesk.errors import ConflictError, InvalidError, NotFoundError
from helpdesk.models import Agent, Buyer, Claim, Entry, Mailbox, OutboxMessage, Ticket
from helpdesk.rules.claims import ENDED
from helpdesk.rules.masking import masked
from helpdesk.rules.matching import SUBJECT_TAG
from helpdesk.rules.reminders import Reason
from helpdesk.rules.states import (
    EntryKind,
    IllegalMoveError,
    OutboxState,
    TicketState,
    WaitingOn,
    check_ticket_move,
)
from helpdesk.rules.turns import ANSWER_WITHIN
from mail.subjects import bare

LONGEST_SUBJECT = 300
SPOKEN = (EntryKind.RECEIVED, EntryKind.SENT, EntryKind.NOTE, EntryKind.CALL)
CLAIM, REFUND = "claim", "refund"  # for what a closed ticket was opened again
BROUGHT = ("took_in", "wrote_there")  # events of a matter behind which words stand, on a merged ticket


def hold(session: Session, ticket_id: int) -> Ticket:
    """The ticket, locked until the transaction ends, so that its chain grows one entry at a time."""
    ticket = session.get(Ticket, ticket_id, with_for_update=True, populate_existing=True)
    if ticket is None:
        raise NotFoundError(f"there is no ticket {ticket_id}")
    return ticket


def title(subject: str) -> str:
    """A subject as the ticket shows it: without prefixes, gateway tags and our own number; may be "".

    It stands in queues, letters and pages, so numbers of people are masked in it for good.
    """
    return masked(bare(SUBJECT_TAG.sub(" ", subject)), cards=False)[:LONGEST_SUBJECT]


def open_ticket(
    session: Session,
    mailbox: Mailbox,
    buyer: Buyer,
    *,
    subject: str,
    locale: str,
    at: datetime,
    follows_id: int | None = None,
    write_to: str | None = None,
) -> Ticket:
    """A new ticket without entries: the caller records the first one at once.

    `write_to`: the buyer acted from, or is written to at, another address than her first.
    """
    ticket = Ticket(
        mailbox_id=mailbox.id,
        buyer_id=buyer.id,
        buyer=buyer,
        subject=title(subject),
        locale=locale,
        state=TicketState.NEW,
        follows_id=follows_id,
        write_to=write_to,
        created_at=at,
        updated_at=at,
        answer_by=at + ANSWER_WITHIN,
        next_due_at=at + ANSWER_WITHIN,  # as the trigger would find: it has nothing to do then
        last_seq=0,
        head_hash="",
    )
    session.add(ticket)
    session.flush()
    return ticket


def move(
    session: Session,
    ticket: Ticket,
    to: TicketState,
    *,
    actor: str,
    at: datetime,
    waiting_on: WaitingOn | None = None,
    because: str = "",
) -> Entry | None:
    """Change the state; no entry when nothing changes.

    Raises IllegalMoveError, also where a ticket would be closed over a claim that has not ended.
    """
    if to is TicketState.WAITING and waiting_on is None:
        raise InvalidError("say on whom the ticket waits", field="waiting_on")
    check_stands_alone(ticket)
    target = waiting_on if to is TicketState.WAITING else None
    if (ticket.state, ticket.waiting_on) == (to, target):
        return None
    if ticket.state is not to:
        check_ticket_move(ticket.state, to)
    if to is TicketState.CLOSED:
        _check_no_claim_goes_on(session, ticket)
    facts: dict[str, object] = {"before": ticket.state, "after": to, "waiting_on": target}
    if because:
        facts["because"] = because
    was, ticket.state, ticket.waiting_on = ticket.state, to, target
    turns.note_move(ticket, was, at=at)
    entry = conversation.record(session, ticket, EntryKind.EVENT, "moved", actor=actor, at=at, facts=facts)
    if to is TicketState.CLOSED:
        reminders.withdraw(session, ticket, Reason.CLOSED, actor=actor, at=at)
    return entry


def wait(
    session: Session, ticket: Ticket, on: WaitingOn, *, actor: str, at: datetime, because: str = CLAIM
) -> None:
    """It is somebody else's turn. A closed ticket is opened again first, and its conversation says so."""
    open_again(session, ticket, actor=actor, at=at, because=because)
    move(session, ticket, TicketState.WAITING, actor=actor, at=at, waiting_on=on)


def open_again(session: Session, ticket: Ticket, *, actor: str, at: datetime, because: str = CLAIM) -> None:
    """Something goes on, on a closed ticket: it is open, and `because` says for what."""
    if ticket.state is TicketState.CLOSED and ticket.merged_into_id is None:
        move(session, ticket, TicketState.OPEN, actor=actor, at=at, because=because)


def assign(
    session: Session, ticket: Ticket, agent_id: int | None, *, by: Agent, at: datetime
) -> Entry | None:
    """Give the ticket to a colleague, or to nobody."""
    check_stands_alone(ticket)
    if agent_id == ticket.assignee_id:
        return None
    assignee = session.get(Agent, agent_id) if agent_id is not None else None
    if agent_id is not None and (assignee is None or not assignee.active):
        raise InvalidError("this colleague does not work here any more", field="assignee")
    facts = {"before": ticket.assignee_id, "after": agent_id, "name": assignee.name if assignee else None}
    ticket.assignee_id = agent_id
    return conversation.record(
        session, ticket, EntryKind.EVENT, "assigned", actor=conversation.agent(by.id), at=at, facts=facts
    )


def check_stands_alone(ticket: Ticket) -> None:
    """Raises ConflictError for a merged ticket: whoever acts on it means the one that it became."""
    if ticket.merged_into_id is not None:
        raise ConflictError(f"this ticket was merged into {ticket.merged_into_id}: go on there")


def _check_no_claim_goes_on(session: Session, ticket: Ticket) -> None:
    """Raises IllegalMoveError: a claim that waits for somebody must not wait where nobody looks."""
    claim = session.scalar(
        select(Claim.id).where(Claim.ticket_id == ticket.id, Claim.state.not_in(ENDED)).limit(1)
    )
    if claim is not None:
        raise IllegalMoveError(f"claim {claim} has not ended: end it first, or leave the ticket solved")


def has_moved_on(session: Session, ticket: Ticket, seen_seq: int, *, by: Agent) -> bool:
    """Whether the buyer or a colleague has spoken since the agent looked.

    A ticket that was merged into this one, and mail that came for it, are words that she has not seen. One
    that she has taken back herself is no news: her page may be the one from before it.
    """
    taken_back = exists().where(
        OutboxMessage.entry_id == Entry.id,
        OutboxMessage.state == OutboxState.WITHDRAWN,
        Entry.actor == conversation.agent(by.id),
    )
    newer = (
        session.query(Entry.id)
        .filter(Entry.ticket_id == ticket.id, Entry.seq > seen_seq)
        .filter(or_(Entry.kind.in_(SPOKEN), Entry.verb.in_(BROUGHT)))
        .filter(~taken_back)
        .first()
    )
    return newer is not None
