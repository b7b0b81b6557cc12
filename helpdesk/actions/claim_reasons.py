"""The reason of a claim is chosen, by the buyer on a page or by an agent: each choice is kept as a label."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from helpdesk.actions import claim_lines, claims
from helpdesk.actions.claims import Actor
from helpdesk.db import first_comes
from helpdesk.errors import ConflictError, InvalidError
from helpdesk.models import Claim, ClaimLine, Entry, Order, ReasonCorrection, Ticket
from helpdesk.rules.claim_terms import REASONS

BUYER, AGENT, RULE = "buyer", "agent", "rule"


def choose(
    session: Session, ticket: Ticket, claim: Claim, reason: str, *, source: str, actor: Actor, at: datetime
) -> Entry | None:
    """Give a held claim its reason; None when it had this one from the same source already.

    Raises InvalidError for no reason at all, ConflictError when the claim has ended or when another live
    claim is about the same items for that reason.
    """
    if reason not in REASONS:
        raise InvalidError("choose one of the reasons", field="reason")
    if not claim.live:
        raise ConflictError("this claim has ended: nothing can be changed any more")
    if (claim.reason, claim.reason_source) == (reason, source):
        return None
    lines = session.scalars(select(ClaimLine.order_line_id).where(ClaimLine.claim_id == claim.id)).all()
    order = session.get(Order, claim.order_id) if claim.order_id is not None else None
    other = claim_lines.other_claim(session, ticket, order, lines, reason, but=claim.id)
    if order is not None and other is not None:
        raise ConflictError(f"claim {other} is about the same items for that reason: go on there")
    note(session, claim, reason, source=source, actor=actor, at=at)
    with first_comes(session, claims.ITEMS_TAKEN):
        session.execute(update(ClaimLine).where(ClaimLine.claim_id == claim.id).values(matter=reason))
    return claims.change_claim(
        session,
        ticket,
        claim,
        "reason_chosen",
        actor=actor,
        at=at,
        facts={"before": claim.reason, "after": reason, "source": source},
        reason=reason,
        reason_source=source,
    )


def note(session: Session, claim: Claim, reason: str, *, source: str, actor: Actor, at: datetime) -> None:
    """Keep what was chosen beside what the words had suggested: the rules learn from it."""
    session.add(
        ReasonCorrection(
            claim_id=claim.id,
            entry_id=claim.entry_id,
            suggested=claim.reason if claim.reason_source == RULE else "",
            chosen=reason,
            source=source,
            by=actor.name,
            at=at,
        )
    )
