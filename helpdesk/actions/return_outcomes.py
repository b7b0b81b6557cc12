"""What an inspection makes of a return, and what the clock does about one: reminder, deadline, questions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from helpdesk.actions import (
    claims,
    conversation,
    deductions,
    goods_letters,
    remedy_goods,
    return_rows,
    tasks,
    tickets,
)
from helpdesk.desk import Desk
from helpdesk.errors import ConflictError, InvalidError
from helpdesk.models import (
    Agent,
    AgreedRemedy,
    Claim,
    Entry,
    OrderLine,
    ReturnLine,
    ReturnPhoto,
    ReturnShipment,
    Ticket,
)
from helpdesk.rules import returns as rules
from helpdesk.rules.claim_terms import REASONS, Condition, Fault
from helpdesk.rules.returns import Given, LineSeen, Outcome, ReturnEvent, ReturnState
from helpdesk.rules.states import EntryKind, TicketState
from mail.types import Attachment as File

MOST_PHOTOS = 40
GRACE = timedelta(days=2)  # where the reminder could not be sent in time


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """How the units of one line are. `deduction` in minor units of the order's currency."""

    condition: Condition | None
    resellable: bool | None
    deduction: int = 0
    why: str = ""
    photos: Sequence[File] = ()


def inspect(
    session: Session,
    desk: Desk,
    shipment_id: int,
    looked: Mapping[int, Looked],
    *,
    by: Agent,
    at: datetime,
    seen: int,
) -> Outcome:
    """Write down what was found, by return line id; the money may go, or the claim is decided anew.

    Raises IllegalMoveError with the sentence of the guard.
    """
    shipment, claim, ticket = return_rows.hold(session, shipment_id, seen=seen)
    lines = tuple(_seen(session, line, looked.get(line.id)) for line in shipment.lines)
    fault = REASONS[claim.reason].fault if claim.reason in REASONS else Fault.UNKNOWN
    remedy = session.get_one(AgreedRemedy, shipment.remedy_id, populate_existing=True)
    kept = deductions.of(lines)
    deducts = deductions.may_be(session, remedy, kept)
    disagreeing = rules.disagreements(lines, said=claim.condition, fault=fault, deducts=deducts)
    outcome = rules.outcome(disagreeing)
    actor = claims.staff(by)
    photos = [(line.id, file) for line in shipment.lines for file in _photos(looked.get(line.id))]
    if len(photos) > MOST_PHOTOS:
        raise InvalidError(f"at most {MOST_PHOTOS} photos at a time", field="photos")
    rules.check(ReturnEvent.INSPECT, shipment.state, Given(at=at, who=actor.who, lines=lines))
    entry = _record(session, desk, ticket, shipment, lines, outcome, disagreeing, photos, actor=actor, at=at)
    for row, line in zip(shipment.lines, lines, strict=True):
        row.condition, row.resellable = line.condition, line.resellable
        row.deduction_minor, row.why = line.deduction, line.why.strip()[: rules.LONGEST_WHY]
    for (line_id, _), file in zip(photos, entry.attachments, strict=True):
        session.add(ReturnPhoto(line_id=line_id, attachment_id=file.id))
    tasks.settle(session, ticket, shipment.id, *return_rows.PLANS, actor=actor.name, at=at)
    if outcome is Outcome.AS_AGREED:
        if kept:
            deductions.make(session, desk, ticket, claim, shipment, remedy, kept, actor=actor, at=at)
        remedy_goods.release(session, ticket, claim, shipment.remedy_id, actor=actor, at=at)
    else:
        remedy_goods.decide_anew(
            session,
            ticket,
            claim,
            shipment.remedy_id,
            _why(lines),
            actor=actor,
            at=at,
            because=disagreeing,
            condition=rules.worst(line.condition for line in lines),
        )
    return outcome


def warn(session: Session, desk: Desk, ticket: Ticket, shipment_id: int, *, at: datetime) -> None:
    """The buyer is reminded, once for each deadline."""
    shipment = session.get_one(ReturnShipment, shipment_id, populate_existing=True)
    if shipment.state is not ReturnState.AWAITING or shipment.warned_at is not None:
        return
    claim = session.get_one(Claim, shipment.claim_id)
    try:
        told = goods_letters.return_reminder(session, desk, ticket, claim, shipment, actor=claims.DESK, at=at)
    except ConflictError:
        return  # spam, a mailbox that was removed, a link that was taken back: the deadline tells a person
    if told.kind is EntryKind.SENT:
        shipment.warned_at = at


def expire(session: Session, desk: Desk, ticket: Ticket, shipment_id: int, *, at: datetime) -> None:
    """The time is over. Who was never reminded is reminded now, and has two days more."""
    shipment = session.get_one(ReturnShipment, shipment_id, populate_existing=True)
    if shipment.state is not ReturnState.AWAITING:
        return
    if shipment.warned_at is None:
        shipment.send_by = at + GRACE
        warn(session, desk, ticket, shipment_id, at=at)
        shipment.warned_at = shipment.warned_at or at
        return_rows.plan_deadline(session, ticket, shipment, actor=claims.DESK, at=at)
        return
    claim = session.get_one(Claim, shipment.claim_id)
    return_rows.end(
        session, ticket, shipment, ReturnEvent.EXPIRE, "return_expired", "", actor=claims.DESK, at=at
    )
    remedy_goods.decide_anew(
        session,
        ticket,
        claim,
        shipment.remedy_id,
        "",
        actor=claims.DESK,
        at=at,
        because=(rules.NOT_SENT_IN_TIME,),
    )


def ask_where_it_is(session: Session, desk: Desk, ticket: Ticket, shipment_id: int, *, at: datetime) -> None:
    """It has been on its way for long: somebody asks the carrier."""
    _overdue(session, ticket, shipment_id, ReturnState.IN_TRANSIT, "return_arrival", at=at)


def ask_for_inspection(
    session: Session, desk: Desk, ticket: Ticket, shipment_id: int, *, at: datetime
) -> None:
    """It lies in the house, and nobody has looked at it."""
    _overdue(session, ticket, shipment_id, ReturnState.RECEIVED, "inspection", at=at)


def _overdue(
    session: Session, ticket: Ticket, shipment_id: int, state: ReturnState, what: str, *, at: datetime
) -> None:
    shipment = session.get_one(ReturnShipment, shipment_id, populate_existing=True)
    if shipment.state is not state:
        return
    conversation.record(
        session,
        ticket,
        EntryKind.EVENT,
        "return_overdue",
        actor=conversation.CLOCK,
        at=at,
        facts={"return": shipment.id, "number": shipment.number, "what": what},
    )
    if ticket.state is TicketState.WAITING:
        tickets.move(session, ticket, TicketState.OPEN, actor=conversation.CLOCK, at=at)


def _record(
    session: Session,
    desk: Desk,
    ticket: Ticket,
    shipment: ReturnShipment,
    lines: Sequence[LineSeen],
    outcome: Outcome,
    disagreeing: Sequence[str],
    photos: Sequence[tuple[int, File]],
    *,
    actor: claims.Actor,
    at: datetime,
) -> Entry:
    return return_rows.move(
        session,
        ticket,
        shipment,
        ReturnEvent.INSPECT,
        "return_inspected",
        Given(at=at, lines=tuple(lines)),
        actor=actor,
        at=at,
        facts={
            "outcome": outcome,
            "because": list(disagreeing),
            "lines": [
                {
                    "line": line.line,
                    "received": line.received,
                    "reception": line.reception,
                    "condition": line.condition,
                    "resellable": line.resellable,
                    "deduction_minor": line.deduction,
                    "why": line.why,
                }
                for line in lines
            ],
        },
        files=conversation.keep(desk.blobs, [file for _, file in photos]),
        inspected_at=at,
        outcome=outcome,
        why=_why(lines) if disagreeing else "",
    )


def _seen(session: Session, line: ReturnLine, looked: Looked | None) -> LineSeen:
    order_line = session.get_one(OrderLine, line.order_line_id)
    units = min(max(line.received_quantity, line.quantity), order_line.quantity)
    return LineSeen(
        line=line.order_line_id,
        announced=line.quantity,
        received=line.received_quantity,
        reception=line.reception,
        condition=looked.condition if looked and line.received_quantity else None,
        resellable=looked.resellable if looked and line.received_quantity else None,
        deduction=looked.deduction if looked else 0,
        most=-(-order_line.line_paid_minor * units // order_line.quantity) if order_line.quantity else 0,
        why=(looked.why if looked and looked.why.strip() else line.why),
    )


def _photos(looked: Looked | None) -> Sequence[File]:
    return looked.photos if looked else ()


def _why(lines: Sequence[LineSeen]) -> str:
    """The agent's own words about the lines."""
    said = dict.fromkeys(line.why.strip() for line in lines if line.why.strip())
    return "; ".join(said)[: rules.LONGEST_WHY]
