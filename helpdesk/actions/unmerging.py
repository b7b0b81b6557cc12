"""A merger that is taken back at once: both tickets are as they were, as long as nobody has spoken since.

Later it is taken apart (`merging.separate`): then it is our turn, whatever the state was.
"""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from helpdesk.actions import conversation, merging, tickets
from helpdesk.models import Agent, Entry, Ticket
from helpdesk.rules.states import EntryKind, TicketState, WaitingOn


def take_back(session: Session, number: int, *, by: Agent, at: datetime) -> Ticket:
    """Take a ticket out again, and give both the states of before where nothing has happened since.

    Raises ConflictError, NotFoundError as `merging.separate` does.
    """
    ticket = merging.separate(session, number, by=by, at=at)
    merged, out = _newest(session, number, "merged_into"), _newest(session, number, "separated")
    target = session.get_one(Ticket, int(out.facts["ticket"]))
    took_in = _newest(session, target.id, "took_in")
    if merged.facts.get("ticket") != target.id or not _nothing_between(session, merged, out, target):
        return ticket
    actor = conversation.agent(by.id)
    _restore(session, ticket, _move_at(session, merged, merged.seq - 1), actor=actor, at=at)
    if (opened := _move_at(session, took_in, took_in.seq + 1)) is not None:
        _restore(session, target, opened, actor=actor, at=at)
    return ticket


def _newest(session: Session, number: int, verb: str) -> Entry:
    query = select(Entry).where(Entry.ticket_id == number, Entry.verb == verb)
    return session.scalars(query.order_by(Entry.seq.desc()).limit(1)).one()


def _nothing_between(session: Session, merged: Entry, out: Entry, target: Ticket) -> bool:
    """Nobody has spoken, and nobody has moved the matter; what the merger itself moved does not count."""
    counts = or_(Entry.kind != EntryKind.EVENT, Entry.verb.in_(tickets.BROUGHT), Entry.verb == "moved")
    both = Entry.ticket_id.in_((merged.ticket_id, target.id))
    between = Entry.id > merged.id, Entry.id < out.id
    news = session.scalars(select(Entry).where(both, *between, counts))
    return all(each.at == merged.at and each.actor == merged.actor for each in news)


def _move_at(session: Session, beside: Entry, seq: int) -> Entry | None:
    """The change of state that belongs to the merger."""
    found = session.scalar(select(Entry).where(Entry.ticket_id == beside.ticket_id, Entry.seq == seq))
    return found if found is not None and found.verb == "moved" and found.at == beside.at else None


def _restore(session: Session, ticket: Ticket, moved: Entry | None, *, actor: str, at: datetime) -> None:
    """The state of before the move; without one it was closed already."""
    said = moved.facts if moved is not None else {"before": TicketState.CLOSED}
    before = TicketState(said.get("before", TicketState.OPEN))
    if before is TicketState.NEW:
        before = TicketState.OPEN
    # Who it waited for is said by the move before that one: the buyer, unless somebody says more.
    on = _waited_on(session, ticket, moved) if before is TicketState.WAITING else None
    if (ticket.state, ticket.waiting_on) != (before, on):
        tickets.move(session, ticket, before, actor=actor, at=at, waiting_on=on)


def _waited_on(session: Session, ticket: Ticket, moved: Entry | None) -> WaitingOn:
    earlier = session.scalars(
        select(Entry)
        .where(Entry.ticket_id == ticket.id, Entry.verb == "moved", Entry.seq < (moved.seq if moved else 0))
        .order_by(Entry.seq.desc())
        .limit(1)
    ).first()
    on = earlier.facts.get("waiting_on") if earlier is not None else None
    return WaitingOn(on) if on else WaitingOn.BUYER
