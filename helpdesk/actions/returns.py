"""Goods on their way back: begun by an agent, sent by the buyer, received; or late, lost, called off.

Every change is made under the lock of the ticket, from the version that the page showed, by a line of the
table in rules/returns.py. Inspection, which decides about the money, has a room of its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk.actions import (
    claim_waits,
    claims,
    goods_letters,
    refund_promises,
    remedy_goods,
    remedy_terms,
    return_addresses,
    return_rows,
    tasks,
    tickets,
)
from helpdesk.actions.claims import Actor
from helpdesk.desk import Desk
from helpdesk.errors import ConflictError, InvalidError, NotFoundError
from helpdesk.models import Agent, AgreedRemedy, Claim, Entry, ReturnLine, ReturnShipment, Ticket
from helpdesk.rules import carriers, proposals, returns
from helpdesk.rules.claim_terms import Remedy
from helpdesk.rules.offers import RemedyState
from helpdesk.rules.proposals import MONEY
from helpdesk.rules.returns import Given, LineSeen, Payer, Reception, ReturnEvent, ReturnState
from helpdesk.rules.states import TicketState, WaitingOn
from mail.types import Attachment

MAY_WANT_GOODS = (Remedy.RETURN_REFUND, Remedy.FULL_REFUND, Remedy.EXCHANGE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What has arrived of one line so far."""

    quantity: int
    reception: Reception = Reception.RECEIVED  # or WRONG_ITEM, DAMAGED
    why: str = ""


def start(
    session: Session,
    desk: Desk,
    ticket: Ticket,
    claim: Claim,
    remedy_id: int,
    *,
    address_id: int,
    units: Sequence[tuple[int, int]],
    payer: Payer,
    send_by: datetime,
    by: Agent,
    at: datetime,
    label: Sequence[Attachment] = (),
    note: str = "",
) -> ReturnShipment:
    """Ask the buyer of an approved claim to send goods back; `units` are (order line, how many).

    Raises ConflictError when a return of this remedy runs already, InvalidError, NotFoundError.
    """
    remedy = remedy_goods.of_claim(session, claim, remedy_id, *MAY_WANT_GOODS)
    terms = remedy_terms.of(session, remedy)
    if remedy.remedy is Remedy.FULL_REFUND and not terms.wants_goods(remedy.remedy):
        raise NotFoundError("there is no such remedy on this ticket")
    if "returned" in remedy.goods:
        raise ConflictError("the goods for this are here already")
    if return_rows.running(session, remedy.id) is not None:
        raise ConflictError("a return for this is under way already")
    if send_by <= at:
        raise InvalidError("the new deadline lies in the past", field="send_by")
    address = return_addresses.current(session, address_id)
    _check_units(claim, remedy, units)
    count = session.scalar(select(func.count()).where(ReturnShipment.claim_id == claim.id)) or 0
    shipment = ReturnShipment(
        claim_id=claim.id,
        remedy_id=remedy.id,
        number=f"RT-{claim.id}-{count + 1}",
        address_id=address.id,
        state=ReturnState.AWAITING,
        version=1,
        since=at,
        payer=payer,
        send_by=send_by,
        created_by_id=by.id,
        created_at=at,
        entry_id=claim.entry_id,  # until the letter is written, which names the return
        lines=[
            ReturnLine(order_line_id=line, quantity=quantity, reception=Reception.AWAITING)
            for line, quantity in units
        ],
    )
    session.add(shipment)
    session.flush()
    actor = claims.staff(by)
    entry = goods_letters.instructions(
        session, desk, ticket, claim, shipment, actor=actor, at=at, files=label, note=note
    )
    shipment.entry_id = entry.id
    remedy_goods.move(session, ticket, claim, remedy.id, RemedyState.UNDER_WAY, actor=actor, at=at)
    return_rows.plan_deadline(session, ticket, shipment, actor=actor, at=at)
    return_rows.wait_for(session, ticket, WaitingOn.BUYER, actor=actor, at=at)
    return shipment


def give_tracking(
    session: Session,
    shipment_id: int,
    *,
    carrier: str,
    number: str,
    actor: Actor,
    at: datetime,
    seen: int | None = None,
) -> Entry | None:
    """The buyer or an agent says how it was sent. The same number twice changes nothing (None).

    Raises InvalidError for a number that cannot be one of this carrier's.
    """
    shipment, claim, ticket = return_rows.hold(session, shipment_id, seen=seen)
    try:
        carrier, number = carriers.read(carrier, number)
    except carriers.TrackingError as error:
        raise InvalidError(str(error), field="tracking") from error
    if (shipment.carrier, shipment.tracking) == (carrier, number):
        return None
    entry = return_rows.move(
        session,
        ticket,
        shipment,
        ReturnEvent.GIVE_TRACKING,
        "return_sent",
        Given(at=at, tracking=number),
        actor=actor,
        at=at,
        facts={"carrier": carrier, "tracking": number},
        carrier=carrier,
        tracking=number,
        tracked_at=at,
    )
    return_rows.unplan(session, ticket, shipment, actor=actor, at=at)
    _free_money(session, ticket, claim, shipment, actor=actor, at=at)
    plan = claim_waits.look_at(session, claim, "return_in_transit", returns.ON_THE_WAY_FOR, since=at)
    tasks.plan(
        session,
        ticket,
        tasks.RETURN_ARRIVAL,
        shipment.id,
        due_at=plan,
        actor=actor.name,
        at=at,
        claim_id=claim.id,
    )
    if not _money_is_free(session, shipment):
        return_rows.wait_for(session, ticket, WaitingOn.CARRIER, actor=actor, at=at)
    return entry


def prolong(
    session: Session, shipment_id: int, *, send_by: datetime, by: Agent, at: datetime, seen: int
) -> Entry:
    """The buyer has more time."""
    shipment, _, ticket = return_rows.hold(session, shipment_id, seen=seen)
    actor = claims.staff(by)
    entry = return_rows.move(
        session,
        ticket,
        shipment,
        ReturnEvent.PROLONG,
        "return_prolonged",
        Given(at=at, new_send_by=send_by),
        actor=actor,
        at=at,
        facts={"send_by": send_by.isoformat()},
        send_by=send_by,
        warned_at=None,
    )
    return_rows.unplan(session, ticket, shipment, actor=actor, at=at)
    return_rows.plan_deadline(session, ticket, shipment, actor=actor, at=at)
    return entry


def receive(
    session: Session,
    desk: Desk,
    shipment_id: int,
    counted: Mapping[int, Counted],
    *,
    by: Agent,
    at: datetime,
    seen: int,
) -> Entry:
    """Goods are in the house: `counted` maps return line ids to all that has arrived of each by now."""
    shipment, claim, ticket = return_rows.hold(session, shipment_id, seen=seen)
    lines = tuple(_as_counted(line, counted.get(line.id)) for line in shipment.lines)
    first = shipment.received_at is None
    actor = claims.staff(by)
    entry = return_rows.move(
        session,
        ticket,
        shipment,
        ReturnEvent.RECEIVE,
        "return_received",
        Given(at=at, lines=lines),
        actor=actor,
        at=at,
        facts={"lines": [[line.line, line.received, returns.reception(line), line.why] for line in lines]},
        received_at=shipment.received_at or at,
    )
    _free_money(session, ticket, claim, shipment, actor=actor, at=at)
    for row, line in zip(shipment.lines, lines, strict=True):
        row.received_quantity, row.reception = line.received, returns.reception(line)
        row.why = line.why.strip()[: returns.LONGEST_WHY]
    return_rows.unplan(session, ticket, shipment, actor=actor, at=at)
    tasks.plan(
        session,
        ticket,
        tasks.INSPECTION,
        shipment.id,
        due_at=claim_waits.look_at(session, claim, "inspecting", returns.INSPECT_WITHIN, since=at),
        actor=actor.name,
        at=at,
        claim_id=claim.id,
    )
    if first:
        goods_letters.received(session, desk, ticket, claim, shipment, actor=actor, at=at)
    if ticket.state is not TicketState.OPEN:
        tickets.move(session, ticket, TicketState.OPEN, actor=actor.name, at=at)
    return entry


def cancel(session: Session, shipment_id: int, *, why: str, by: Agent, at: datetime, seen: int) -> Entry:
    """The goods need not come: what was agreed stands as if no return had been begun."""
    shipment, claim, ticket = return_rows.hold(session, shipment_id, seen=seen)
    actor = claims.staff(by)
    entry = return_rows.end(
        session, ticket, shipment, ReturnEvent.CANCEL, "return_canceled", why, actor=actor, at=at
    )
    remedy_goods.release(session, ticket, claim, shipment.remedy_id, actor=actor, at=at)
    return entry


def lose(session: Session, shipment_id: int, *, why: str, by: Agent, at: datetime, seen: int) -> Entry:
    """The carrier has lost it: who bears that is decided anew."""
    shipment, claim, ticket = return_rows.hold(session, shipment_id, seen=seen)
    actor = claims.staff(by)
    entry = return_rows.end(
        session, ticket, shipment, ReturnEvent.LOSE, "return_lost", why, actor=actor, at=at
    )
    remedy_goods.decide_anew(session, ticket, claim, shipment.remedy_id, why.strip(), actor=actor, at=at)
    return entry


def _money_is_free(session: Session, shipment: ReturnShipment) -> bool:
    """Whether the clause lets the money go before the goods were looked at, and it is still to be sent."""
    remedy = session.get_one(AgreedRemedy, shipment.remedy_id, populate_existing=True)
    if remedy.remedy not in MONEY or remedy.state not in (RemedyState.AGREED, RemedyState.UNDER_WAY):
        return False
    return not remedy_terms.why_money_waits(session, remedy) and not refund_promises.is_made(session, remedy)


def _free_money(
    session: Session, ticket: Ticket, claim: Claim, shipment: ReturnShipment, *, actor: Actor, at: datetime
) -> None:
    """With the proof of sending, or the goods, here: where the clause waits for no more, the money may go."""
    if _money_is_free(session, shipment):
        remedy_goods.release(session, ticket, claim, shipment.remedy_id, actor=actor, at=at)


def _check_units(claim: Claim, remedy: AgreedRemedy, units: Sequence[tuple[int, int]]) -> None:
    """Units of what the remedy is for: what it names, else all that is claimed."""
    agreed = dict(proposals.part_of(1, remedy.remedy, 0, remedy.goods).lines)
    claimed = agreed or {line.order_line_id: line.quantity for line in claim.lines}
    if not units:
        raise InvalidError("choose at least one item", field="lines")
    for line, quantity in units:
        if line not in claimed:
            raise InvalidError("this item is not part of the claim", field="lines")
        if not 1 <= quantity <= claimed[line]:
            raise InvalidError(f"choose between 1 and {claimed[line]} of this item", field="lines")


def _as_counted(line: ReturnLine, counted: Counted | None) -> LineSeen:
    if counted is not None and counted.quantity < 0:
        raise InvalidError("a quantity cannot be negative", field="quantity")
    return LineSeen(
        line=line.order_line_id,
        announced=line.quantity,
        received=counted.quantity if counted else line.received_quantity,
        reception=counted.reception if counted else line.reception,
        why=counted.why if counted else line.why,
    )
