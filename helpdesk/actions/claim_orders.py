"""The order and the items of a claim that is open already."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from helpdesk.actions import claim_lines, claims, conversation
from helpdesk.actions.claims import Actor
from helpdesk.db import first_comes
from helpdesk.errors import ConflictError
from helpdesk.models import Claim, ClaimLine, Entry, Order, Ticket
from helpdesk.rules.claim_guards import Circumstances
from helpdesk.rules.claim_terms import LinkLevel, Wish
from helpdesk.rules.claims import ClaimState, Event
from helpdesk.rules.money import Money
from helpdesk.rules.states import EntryKind


def attach(
    session: Session,
    ticket: Ticket,
    claim: Claim,
    order: Order,
    *,
    lines: Mapping[int, int] | None = None,
    actor: Actor,
    at: datetime,
) -> None:
    """Say which order a held claim without one is about, and which of its items. Raises IllegalMoveError."""
    if claim.order_id is not None:
        raise ConflictError("this claim is about an order already")
    chosen = claim_lines.chosen(session, order, lines)
    other = claim_lines.other_claim(session, ticket, order, chosen, claim.reason, but=claim.id)
    given = Circumstances(at=at, link=LinkLevel.VERIFIED, other_claim=other)
    claims.move(
        session,
        ticket,
        claim,
        Event.LINK_ORDER,
        actor=actor,
        given=given,
        at=at,
        facts={"order": order.external_no, "lines": [[line, units] for line, units in chosen.items()]},
        order_id=order.id,
        **_wish_of(claim, order),
    )
    with first_comes(session, claims.ITEMS_TAKEN):
        session.add_all(_rows(claim, chosen))


def _wish_of(claim: Claim, order: Order) -> dict[str, Wish]:
    """Who asked for "a part" before the order was known, and named the whole of it, wants the money back."""
    if claim.wish is not Wish.PARTIAL or claim.wish_minor is None:
        return {}
    named = Money(claim.wish_minor, claim.wish_currency)
    return {"wish": Wish.REFUND} if named in claim_lines.wholes(order) else {}


def choose_lines(
    session: Session,
    ticket: Ticket,
    claim: Claim,
    lines: Mapping[int, int],
    *,
    actor: Actor,
    at: datetime,
) -> Entry | None:
    """Say which items, and how many, a held claim is about; None when it is about these already."""
    if claim.state not in (ClaimState.NEW, ClaimState.AWAITING_BUYER, ClaimState.AWAITING_DECISION):
        raise ConflictError("the items of a claim can be changed only before it is decided")
    order = session.get_one(Order, claim.order_id) if claim.order_id else None
    chosen = claim_lines.chosen(session, order, lines)
    before = {line.order_line_id: line.quantity for line in claim.lines}
    if chosen == before:
        return None
    other = claim_lines.other_claim(session, ticket, order, chosen, claim.reason, but=claim.id)
    if other is not None:
        raise ConflictError(f"claim {other} is about the same items: go on there")
    session.execute(delete(ClaimLine).where(ClaimLine.claim_id == claim.id))
    session.expire(claim, ["lines"])
    with first_comes(session, claims.ITEMS_TAKEN):
        session.add_all(_rows(claim, chosen))
    facts = {"before": [list(each) for each in before.items()], "after": [list(e) for e in chosen.items()]}
    return claims.change_claim(session, ticket, claim, "claim_lines", actor=actor, at=at, facts=facts)


def _rows(claim: Claim, chosen: Mapping[int, int]) -> list[ClaimLine]:
    return [
        ClaimLine(claim_id=claim.id, order_line_id=line, quantity=units, matter=claim.reason, live=True)
        for line, units in chosen.items()
    ]


def point_at(session: Session, ticket: Ticket, other: Claim, *, actor: Actor, at: datetime) -> None:
    """Say on a held ticket that the same items are looked at elsewhere, so that an agent may join the two."""
    if ticket.follows_id is None and other.ticket_id != ticket.id:
        ticket.follows_id = other.ticket_id
    conversation.record(
        session,
        ticket,
        EntryKind.EVENT,
        "claim_elsewhere",
        actor=actor.name,
        at=at,
        facts={"claim": other.id, "ticket": other.ticket_id},
    )
