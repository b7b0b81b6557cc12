"""A return as its rows: held, moved by a line of the table with an entry, planned for, waited for."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from helpdesk.actions import claim_waits, claims, conversation, deciding, refund_promises, tasks, tickets
from helpdesk.actions.claims import Actor
from helpdesk.errors import ConflictError, NotFoundError
from helpdesk.models import Attachment, Claim, Entry, ReturnShipment, Ticket
from helpdesk.rules import policy_counting, returns
from helpdesk.rules.claims import Who
from helpdesk.rules.returns import Given, Reception, ReturnEvent, ReturnState
from helpdesk.rules.states import EntryKind, TicketState, WaitingOn

LINE_OF = {
    ReturnState.IN_TRANSIT: Reception.IN_TRANSIT,
    ReturnState.EXPIRED: Reception.EXPIRED,
    ReturnState.LOST_IN_TRANSIT: Reception.LOST_IN_TRANSIT,
    ReturnState.CANCELED: Reception.CANCELED,
}
PLANS = (tasks.RETURN_WARNING, tasks.RETURN_DEADLINE, tasks.RETURN_ARRIVAL, tasks.INSPECTION)


def hold(
    session: Session, shipment_id: int, *, seen: int | None = None
) -> tuple[ReturnShipment, Claim, Ticket]:
    """The return, its claim and its ticket, held. Raises NotFoundError; ConflictError when the page that
    was looked at, showing version `seen`, is out of date."""
    shipment = session.get(ReturnShipment, shipment_id)
    if shipment is None:
        raise NotFoundError("there is no such return")
    claim, ticket = claims.hold(session, shipment.claim_id)
    session.refresh(shipment)
    if seen is not None and shipment.version != seen:
        raise ConflictError("this return has moved on: look again")
    return shipment, claim, ticket


def running(session: Session, remedy_id: int) -> ReturnShipment | None:
    """The return of a remedy that is under way."""
    return session.scalar(
        select(ReturnShipment).where(
            ReturnShipment.remedy_id == remedy_id, ReturnShipment.state.in_(returns.LIVE)
        )
    )


def move(
    session: Session,
    ticket: Ticket,
    shipment: ReturnShipment,
    event: ReturnEvent,
    verb: str,
    given: Given,
    *,
    actor: Actor,
    at: datetime,
    facts: Mapping[str, Any],
    files: Sequence[Attachment] = (),
    **values: Any,
) -> Entry:
    """One line of the table: state, version and entry together. Raises IllegalMoveError, ConflictError."""
    found = returns.check(event, shipment.state, replace(given, who=actor.who))
    before = shipment.state
    if found.after is not before:
        values["since"] = at
    won = session.execute(
        update(ReturnShipment)
        .where(ReturnShipment.id == shipment.id, ReturnShipment.version == shipment.version)
        .values(state=found.after, version=shipment.version + 1, **values)
        .execution_options(synchronize_session=False)
    )
    if getattr(won, "rowcount", 0) != 1:
        raise ConflictError("this return has moved on: look again")
    session.refresh(shipment)
    if found.after in LINE_OF:
        for line in shipment.lines:
            line.reception = LINE_OF[found.after]
    claim = session.get_one(Claim, shipment.claim_id)
    claim_waits.follow(session, ticket, claim, actor=actor, at=at)
    refund_promises.follow(session, ticket, claim, actor=actor, at=at)
    about = {"return": shipment.id, "number": shipment.number, "before": before, "after": found.after}
    return conversation.record(
        session,
        ticket,
        EntryKind.EVENT,
        verb,
        actor=actor.name,
        at=at,
        facts={**about, **facts},
        attachments=files,
    )


def end(
    session: Session,
    ticket: Ticket,
    shipment: ReturnShipment,
    event: ReturnEvent,
    verb: str,
    why: str,
    *,
    actor: Actor,
    at: datetime,
) -> Entry:
    """It ends without goods; what was planned about it is taken back."""
    why = why.strip()[: returns.LONGEST_WHY]
    given = Given(at=at, why=why, send_by=shipment.send_by, warned=shipment.warned_at is not None)
    entry = move(
        session, ticket, shipment, event, verb, given, actor=actor, at=at, facts={"why": why}, why=why
    )
    unplan(session, ticket, shipment, actor=actor, at=at)
    return entry


def plan_deadline(
    session: Session, ticket: Ticket, shipment: ReturnShipment, *, actor: Actor, at: datetime
) -> None:
    """A reminder before the deadline, and the deadline."""
    claim = session.get_one(Claim, shipment.claim_id)
    policy = deciding.policy_of(session, claim, at=at)
    timer = policy.timer("awaiting_return") if policy else None
    ahead = timer.warn[0] if timer and timer.warn else None
    before = policy_counting.span(ahead) if ahead else returns.WARN_BEFORE
    warning = max(shipment.send_by - before, at + (shipment.send_by - at) / 2)
    for about, due_at in ((tasks.RETURN_WARNING, warning), (tasks.RETURN_DEADLINE, shipment.send_by)):
        tasks.plan(
            session,
            ticket,
            about,
            shipment.id,
            due_at=due_at,
            actor=actor.name,
            at=at,
            claim_id=shipment.claim_id,
        )


def wait_for(session: Session, ticket: Ticket, on: WaitingOn, *, actor: Actor, at: datetime) -> None:
    """It is their turn; but what a buyer says on a page answers no mail of hers that waits for us."""
    if actor.who is Who.BUYER and ticket.state in (TicketState.NEW, TicketState.OPEN):
        return
    if ticket.merged_into_id is None:
        tickets.wait(session, ticket, on, actor=actor.name, at=at)


def unplan(session: Session, ticket: Ticket, shipment: ReturnShipment, *, actor: Actor, at: datetime) -> None:
    tasks.settle(session, ticket, shipment.id, *PLANS, actor=actor.name, at=at)
