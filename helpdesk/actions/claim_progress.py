"""What a claim needs no person for: find its order, ask the policy, approve where a clause says so."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actions import (
    approvals,
    claim_circumstances,
    claim_lines,
    claim_orders,
    claim_steps,
    claims,
    deciding,
    merging,
)
from helpdesk.desk import Desk
from helpdesk.models import Claim, Decision, Order, Ticket, TicketOrder
from helpdesk.rules.claim_moves import find, objections
from helpdesk.rules.claim_terms import LinkLevel, Remedy
from helpdesk.rules.claims import ClaimState, Event, Who
from helpdesk.rules.proposals import Part


def go_on(
    session: Session,
    desk: Desk,
    ticket: Ticket,
    claim: Claim,
    *,
    at: datetime,
    verified: Sequence[Order] | None = None,
) -> None:
    """Take a held claim as far as it goes without a person; safe to ask again at any time.

    `verified` are its verified orders, where the caller has just asked for them.
    """
    if claim.state in (ClaimState.NEW, ClaimState.NEEDS_LINK):
        _link(session, ticket, claim, verified, at=at)
    if claim.state is not ClaimState.AWAITING_DECISION:
        return
    decision = deciding.evaluate(session, ticket, claim, actor=claims.DESK, at=at)
    if decision is not None:
        _approve_if_a_clause_says_so(session, desk, ticket, claim, decision, at=at)


def order_was_linked(session: Session, desk: Desk, ticket: Ticket, *, at: datetime) -> None:
    """A held ticket is about an order now, for sure: whichever claim of it waited for that goes on."""
    waiting = select(Claim).where(
        Claim.ticket_id == ticket.id, Claim.state.in_((ClaimState.NEW, ClaimState.NEEDS_LINK))
    )
    for claim in session.scalars(waiting.order_by(Claim.id)).all():
        go_on(session, desk, ticket, claim, at=at)


def _link(
    session: Session, ticket: Ticket, claim: Claim, verified: Sequence[Order] | None, *, at: datetime
) -> None:
    """The one verified order of the matter is the claim's; with none or several, somebody has to say."""
    if claim.order_id is None:
        verified = verified_orders(session, ticket) if verified is None else verified
        if len(verified) == 1 and not _is_elsewhere(session, ticket, claim, verified[0], at=at):
            claim_orders.attach(session, ticket, claim, verified[0], actor=claims.DESK, at=at)
            claim_steps.settle_ticket(session, ticket, claim, actor=claims.DESK, at=at)
            return
    elif claim_circumstances.link_level(session, ticket, claim) is LinkLevel.VERIFIED:
        claim_steps.move(session, ticket, claim, Event.LINK_ORDER, actor=claims.DESK, at=at)
        return
    if claim.state is ClaimState.NEW:
        claim_steps.move(session, ticket, claim, Event.MISS_ORDER, actor=claims.DESK, at=at)


def _is_elsewhere(session: Session, ticket: Ticket, claim: Claim, order: Order, *, at: datetime) -> bool:
    """Another live claim has these items for the same reason: a person joins the two, or chooses others."""
    other = claim_lines.about_the_same(session, ticket, order, claim.reason)
    if other is not None and claim.state is ClaimState.NEW:
        claim_orders.point_at(session, ticket, other, actor=claims.DESK, at=at)
    return other is not None


def verified_orders(session: Session, ticket: Ticket) -> list[Order]:
    """Orders that this buyer has been shown to speak for, on any ticket of the matter."""
    return list(
        session.scalars(
            select(Order)
            .join(TicketOrder, TicketOrder.order_id == Order.id)
            .where(
                TicketOrder.ticket_id.in_(merging.numbers(ticket)), TicketOrder.level == LinkLevel.VERIFIED
            )
            .distinct()
            .order_by(Order.id)
        )
    )


def _approve_if_a_clause_says_so(
    session: Session, desk: Desk, ticket: Ticket, claim: Claim, decision: Decision, *, at: datetime
) -> None:
    outcome = decision.outcome
    if not outcome.get("auto") or Remedy.FULL_REFUND not in outcome["remedies"]:
        return
    amounts = outcome["amounts"]
    part = Part(option=1, remedy=Remedy.FULL_REFUND, amount=amounts["full"], shipping=amounts["shipping"])
    given = claim_circumstances.gather(session, ticket, claim, at=at, parts=[part])
    if not objections(find(Event.APPROVE_BY_ITSELF, claim.state), Who.DESK, given):
        approvals.approve_by_itself(session, desk, ticket, claim, [part], at=at)
