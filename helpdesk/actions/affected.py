"""What an event of force majeure does to open claims: time, a new decision, and a choice for the buyer.

Which claims get time is written down together with the event; each is its own transaction then, of the page
or of the clock: one that cannot move stops none of the others, and who dies leaves them to whoever is next.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from helpdesk.actions import claim_progress, claim_timers, claims, deciding, offers
from helpdesk.actions.claims import DESK
from helpdesk.db import insert_missing
from helpdesk.desk import Desk
from helpdesk.errors import ConflictError
from helpdesk.models import Agent, Claim, EventClaim, ForceMajeureEvent, Offer, Order
from helpdesk.rules import regions, retry
from helpdesk.rules.claim_terms import Remedy
from helpdesk.rules.claims import ENDED, ClaimState
from helpdesk.rules.offers import last_moment
from helpdesk.rules.policy_amounts import MONEY_BACK
from helpdesk.rules.policy_deciding import Decision
from helpdesk.rules.policy_gathering import DeclaredEvent
from helpdesk.rules.proposals import Part
from helpdesk.rules.states import ReminderKind

OPEN_END = timedelta(days=7)  # of an event that nobody knows the end of: a claim gets so much time at once


def claims_of(session: Session, event: ForceMajeureEvent) -> list[tuple[int, int]]:
    """(claim, ticket) of every claim that has not ended, on an order to the regions of the event."""
    declared = DeclaredEvent(
        zh=event.name_zh,
        en=event.name_en,
        regions=frozenset(event.regions),
        since=event.starts_at,
        until=event.ends_at,
    )
    rows = session.execute(
        select(Claim.id, Claim.ticket_id, Order.ship_country, Order.ship_region)
        .join(Order, Order.id == Claim.order_id)
        .where(Claim.state.not_in(ENDED))
        .order_by(Claim.id)
    )
    return [
        (claim, ticket)
        for claim, ticket, country, region in rows
        if declared.covers(event.starts_at, country or None, regions.code_of(country, region) or None)
    ]


def line_up(session: Session, event: ForceMajeureEvent, *, at: datetime) -> None:
    """Write down which claims the event gives time, from its first moment on."""
    due_at = max(event.starts_at, at)
    rows = [
        {"event_id": event.id, "claim_id": claim, "due_at": due_at} for claim, _ in claims_of(session, event)
    ]
    insert_missing(session, EventClaim, rows)


def due(session: Session, *, at: datetime, limit: int = 50) -> list[tuple[int, int]]:
    """(row, claim) of what is to get its time now, oldest first."""
    rows = session.execute(
        select(EventClaim.id, EventClaim.claim_id)
        .where(
            EventClaim.done_at.is_(None),
            EventClaim.due_at <= at,
            or_(EventClaim.problem == "", EventClaim.again_at <= at),
        )
        .order_by(EventClaim.id)
        .limit(limit)
    )
    return [(row.id, row.claim_id) for row in rows]


def carry_out(session: Session, desk: Desk, row_id: int, claim_id: int, *, at: datetime) -> bool:
    """Give one claim its time; False when somebody else has."""
    won = session.execute(
        update(EventClaim).where(EventClaim.id == row_id, EventClaim.done_at.is_(None)).values(done_at=at)
    )
    if getattr(won, "rowcount", 0) != 1:
        return False
    event_id = session.scalars(select(EventClaim.event_id).where(EventClaim.id == row_id)).one()
    give_time(session, desk, claim_id, event_id, at=at)
    return True


def note_failure(session: Session, row_id: int, problem: str, *, at: datetime) -> None:
    """It could not be carried out: later again, or not before the event is looked at by a person."""
    row = session.get_one(EventClaim, row_id, with_for_update=True)
    if row.done_at is None:
        row.attempts += 1
        row.problem = problem[:1000]
        row.again_at = retry.plan_again(row.attempts, at=at)


def run_again(session: Session, event_id: int) -> None:
    """Somebody has looked: what failed is due as if nothing had happened."""
    session.execute(
        update(EventClaim)
        .where(EventClaim.event_id == event_id, EventClaim.done_at.is_(None))
        .values(attempts=0, problem="", again_at=None)
    )


def forget(session: Session, event_id: int) -> None:
    """The event was called off before it began: nobody gets time."""
    session.execute(delete(EventClaim).where(EventClaim.event_id == event_id))


def give_time(session: Session, desk: Desk, claim_id: int, event_id: int, *, at: datetime) -> bool:
    """Ask the policy again, and let the claim run at least as long as the event; whether it got time."""
    event = session.get(ForceMajeureEvent, event_id)
    claim, ticket = claims.hold(session, claim_id)
    if event is None or claim.state in ENDED:
        return False
    claim_progress.go_on(session, desk, ticket, claim, at=at)
    until = event.ends_at or at + OPEN_END
    running = claim_timers.running(session, claim, ReminderKind.CLAIM_DUE)
    if running is None or running.due_at >= until:
        return False
    claims.change_claim(
        session,
        ticket,
        claim,
        "claim_extended",
        actor=DESK,
        at=at,
        facts={
            "event": event.id,
            "name_zh": event.name_zh,
            "name_en": event.name_en,
            "until": until.isoformat(),
        },
    )
    then = str(running.facts.get("then", "escalate"))
    claim_timers.put(session, ticket, claim, ReminderKind.CLAIM_DUE, until, then, actor=DESK, at=at)
    return True


def offer_choice(
    session: Session, desk: Desk, claim_id: int, event_id: int, *, by: Agent, at: datetime
) -> Offer:
    """Offer all that the decided clause grants, each as an option of its own, to a claim of the event.

    Raises ConflictError for a claim that no clause of force majeure decides now, and what make_offer raises.
    """
    event = session.get(ForceMajeureEvent, event_id)
    claim, ticket = claims.hold(session, claim_id)
    row = deciding.newest(session, claim)
    decision = Decision.from_json(row.outcome) if row else None
    if (
        event is None
        or decision is None
        or not decision.facts.event_active
        or claim.state is not ClaimState.AWAITING_DECISION
    ):
        raise ConflictError("no clause of force majeure decides this claim now")
    if event.ends_at is not None and event.ends_at <= at:
        raise ConflictError("this event is over already")  # its last day would be promised
    until = (event.ends_at or at + OPEN_END).astimezone(desk.zone).date()
    parts = [
        Part(
            option=option,
            remedy=remedy,
            amount=decision.amounts.of(remedy),
            shipping=decision.amounts.shipping if remedy in MONEY_BACK else 0,
            by=until if remedy is Remedy.WAIT_WITH_DATE else None,
        )
        for option, remedy in enumerate(decision.remedies, 1)
    ]
    expires_at = last_moment(at, deciding.offer_days(session, claim, at=at), desk.zone)
    return offers.make_offer(session, desk, ticket, claim, parts, by=by, expires_at=expires_at, at=at)
