"""A claim that an agent opens: it begins with what the buyer's mails say and enclose, as any other."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actions import claim_evidence, claim_intake, claim_lines, claim_progress, claims, merging
from helpdesk.desk import Desk
from helpdesk.models import Agent, Claim, Entry, Ticket
from helpdesk.rules.claim_terms import REASONS
from helpdesk.rules.states import EntryKind
from helpdesk.rules.wishes import Hints, of_order

MOST_MAILS = 20


def open_for(session: Session, desk: Desk, ticket: Ticket, *, by: Agent, at: datetime) -> Claim:
    """About the one order that is linked for sure, else to be linked; the reason is a guess from the words.

    Raises IllegalMoveError when a live claim is about the same items.
    """
    orders = claim_progress.verified_orders(session, ticket)
    order = orders[0] if len(orders) == 1 else None
    asked_at = claim_intake.last_asked_at(session, ticket, at=at)
    heard = _heard(session, desk, ticket)
    if heard is None:
        asked = claims.Asked(requested_at=asked_at)
    else:
        heard = of_order(heard, claim_lines.wholes(order)) if order is not None else heard
        asked = claim_intake.asked_for(heard, asked_at=asked_at)
    claim = claims.open_claim(
        session, ticket, order=order, lines=None, asked=asked, actor=claims.staff(by), at=at
    )
    claim_evidence.gather(session, desk.blobs, ticket, claim, at=at)
    claim_progress.go_on(session, desk, ticket, claim, at=at)
    return claim


def _heard(session: Session, desk: Desk, ticket: Ticket) -> Hints | None:
    """What the newest of the buyer's mails says that names a reason; of none, the newest mail."""
    mails = session.scalars(
        select(Entry)
        .where(
            Entry.ticket_id.in_(merging.numbers(ticket)),
            Entry.kind == EntryKind.RECEIVED,
            Entry.verb == "received",
        )
        .order_by(Entry.id.desc())
        .limit(MOST_MAILS)
    ).all()
    heard = [claim_intake.heard_in(desk, mail) for mail in mails]
    return next((each for each in heard if each.suggestion.code in REASONS), next(iter(heard), None))
