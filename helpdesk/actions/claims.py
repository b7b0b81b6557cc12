"""Open a claim, and change it: by a line of the table, once, with an entry.

Every change takes the claim at the version that it was read at, under the lock of its ticket, and makes it
one more. Whoever looked at an older one is refused with a sentence.
"""

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from helpdesk.actions import claim_lines, conversation, tickets
from helpdesk.db import first_comes
from helpdesk.errors import ConflictError, InvalidError, NotFoundError
from helpdesk.models import Agent, Claim, ClaimLine, Entry, Order, Ticket
from helpdesk.rules import claim_moves
from helpdesk.rules.claim_guards import Circumstances
from helpdesk.rules.claim_terms import REASONS, Wish
from helpdesk.rules.claims import ENDED, LIVE, Event, Who
from helpdesk.rules.money import Money
from helpdesk.rules.states import EntryKind


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does it: for the table, and as the entry names them."""

    who: Who
    name: str  # "agent:3", "buyer:7", "clock"
    agent_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the buyer asks for, as far as it is known."""

    reason: str = ""  # a code of REASONS
    reason_source: str = ""  # "rule", "buyer", "agent"
    may_be: tuple[str, ...] = ()  # without a reason: codes of which one is meant; () for any
    wish: Wish | None = None
    amount: Money | None = None
    urgent: str = ""  # "legal", "angry"
    requested_at: datetime | None = None  # None: now


# Two tickets, one item: neither claim was there when the other looked.
ITEMS_TAKEN = "another claim about the same items was opened a moment ago: look again"
DESK = Actor(Who.DESK, conversation.CLOCK)


def buyer(ticket: Ticket) -> Actor:
    """The person who wrote this ticket."""
    return Actor(Who.BUYER, conversation.buyer(ticket.buyer_id))


def staff(agent: Agent) -> Actor:
    """A colleague, with the rights of her role."""
    return Actor(Who(agent.role), conversation.agent(agent.id), agent.id)


def named(name: str) -> Actor:
    """Whoever an entry names so, with the rights of what needs none beyond being there."""
    kinds = {"agent": Who.AGENT, "buyer": Who.BUYER}
    return Actor(kinds.get(name.partition(":")[0], Who.DESK), name)


def hold(session: Session, claim_id: int) -> tuple[Claim, Ticket]:
    """The claim as it is once its ticket is held; it may change tickets meanwhile. Raises NotFoundError."""
    claim = session.get(Claim, claim_id)
    if claim is None:
        raise NotFoundError("there is no such claim")
    ticket = tickets.hold(session, claim.ticket_id)
    session.refresh(claim)
    while claim.ticket_id != ticket.id:
        ticket = tickets.hold(session, claim.ticket_id)
        session.refresh(claim)
    return claim, ticket


def live_of(session: Session, ticket: Ticket) -> Claim | None:
    """The newest claim of a ticket that still holds its lines: what new mail on the ticket is about."""
    return session.scalar(
        select(Claim).where(Claim.ticket_id == ticket.id, Claim.live).order_by(Claim.id.desc()).limit(1)
    )


def open_claim(
    session: Session,
    ticket: Ticket,
    *,
    order: Order | None,
    lines: Mapping[int, int] | None,
    asked: Asked,
    actor: Actor,
    at: datetime,
) -> Claim:
    """A new claim on a held ticket. `lines` maps order line ids to quantities; None: the whole order.

    Raises IllegalMoveError when a live claim is about the same items, InvalidError for impossible lines.
    """
    if asked.reason and asked.reason not in REASONS:
        raise InvalidError(f"{asked.reason!r} is no reason", field="reason")
    chosen = claim_lines.chosen(session, order, lines)
    other = claim_lines.other_claim(session, ticket, order, chosen, asked.reason)
    given = Circumstances(at=at, other_claim=other)
    move = claim_moves.check(Event.OPEN, None, who=actor.who, given=given)
    entry = conversation.record(
        session,
        ticket,
        EntryKind.EVENT,
        "claim_opened",
        actor=actor.name,
        at=at,
        facts={
            "order": order.external_no if order else "",
            "order_id": order.id if order else None,
            "lines": [[line, quantity] for line, quantity in chosen.items()],
            "reason": asked.reason,
            "source": asked.reason_source,
            "wish": asked.wish,
            **({"may_be": list(asked.may_be)} if asked.may_be and not asked.reason else {}),
            **(
                {"amount_minor": asked.amount.minor, "currency": asked.amount.currency}
                if asked.amount
                else {}
            ),
        },
    )
    claim = Claim(
        ticket_id=ticket.id,
        order_id=order.id if order else None,
        state=move.after,
        live=True,
        version=1,
        since=at,
        reason=asked.reason,
        reason_source=asked.reason_source,
        wish=asked.wish,
        wish_minor=asked.amount.minor if asked.amount else None,
        wish_currency=asked.amount.currency if asked.amount else "",
        urgent=asked.urgent,
        requested_at=asked.requested_at or at,
        opened_by=actor.name,
        opened_at=at,
        entry_id=entry.id,
        lines=[
            ClaimLine(order_line_id=line, quantity=quantity, matter=asked.reason, live=True)
            for line, quantity in chosen.items()
        ],
    )
    with first_comes(session, ITEMS_TAKEN) if chosen else nullcontext():
        session.add(claim)
        session.flush()
    tickets.open_again(session, ticket, actor=actor.name, at=at)
    return claim


def move(
    session: Session,
    ticket: Ticket,
    claim: Claim,
    event: Event,
    *,
    actor: Actor,
    given: Circumstances,
    at: datetime,
    facts: Mapping[str, Any] | None = None,
    **values: Any,
) -> Entry:
    """Make a move of the table on a held claim; `values` are columns that change with it.

    Raises IllegalMoveError with the sentence of the guard, ConflictError when somebody was faster.
    """
    found = claim_moves.check(event, claim.state, who=actor.who, given=given)
    before = claim.state
    change = {"state": found.after, "since": at, **values}  # asked or offered anew: the time runs anew
    if (found.after in LIVE) is not claim.live:
        change["live"] = found.after in LIVE
        _hold_lines(session, claim, found.after in LIVE, if_free=event is Event.UNDO_COMPLETION)
    if (found.after in ENDED) is not (before in ENDED):
        change["ended_at"] = at if found.after in ENDED else None
    said = {"before": before, "after": found.after, **(facts or {})}
    return change_claim(session, ticket, claim, f"claim_{event}", actor=actor, at=at, facts=said, **change)


def change_claim(
    session: Session,
    ticket: Ticket,
    claim: Claim,
    verb: str,
    *,
    actor: Actor,
    at: datetime,
    facts: Mapping[str, Any],
    **values: Any,
) -> Entry:
    """One change of a held claim with its entry: compare-and-swap on the version."""
    won = session.execute(
        update(Claim)
        .where(Claim.id == claim.id, Claim.version == claim.version)
        .values(version=claim.version + 1, **values)
        .execution_options(synchronize_session=False)
    )
    if getattr(won, "rowcount", 0) != 1:
        raise ConflictError("this claim has moved on: look again")
    session.refresh(claim)
    return conversation.record(
        session,
        ticket,
        EntryKind.EVENT,
        verb,
        actor=actor.name,
        at=at,
        facts={"claim": claim.id, "version": claim.version, **facts},
    )


def check_seen(claim: Claim, seen_version: int) -> None:
    """Raises ConflictError when the claim is not what the page had shown."""
    if claim.version != seen_version:
        raise ConflictError("this claim has moved on: look again")


def _hold_lines(session: Session, claim: Claim, live: bool, *, if_free: bool) -> None:
    """Its items are its own from here on, or anybody's again.

    `if_free`: it was complete and is not after all, as its money came back. That is true whoever has the
    items by now: then that claim keeps them, and what was promised here is still set aside on the order.
    """
    change = update(ClaimLine).where(ClaimLine.claim_id == claim.id).values(live=live)
    try:
        with first_comes(session, ITEMS_TAKEN):
            session.execute(change)
    except ConflictError:
        if not if_free:
            raise
