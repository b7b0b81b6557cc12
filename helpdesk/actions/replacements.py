"""Goods that go out instead of money, or the late order itself: promised for a day, shipped, delivered.

Each is the completion of one agreed remedy. A promise is a task of its day: not kept, it shows on the ticket.
"""

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from helpdesk.actions import (
    claims,
    conversation,
    goods_letters,
    remedy_goods,
    replacement_rows,
    tasks,
    tickets,
)
from helpdesk.actions.claims import Actor
from helpdesk.desk import Desk
from helpdesk.errors import ConflictError, InvalidError
from helpdesk.models import Claim, Entry, Replacement, ReplacementLine, Ticket
from helpdesk.rules import carriers
from helpdesk.rules.replacements import (
    KIND_OF,
    REMEDY_OF,
    ReplacementState,
)
from helpdesk.rules.states import TicketState

LONGEST_WORDS = 500
FARTHEST = timedelta(days=366)


def promise(
    session: Session,
    desk: Desk,
    ticket: Ticket,
    claim: Claim,
    remedy_id: int,
    *,
    promised_on: date,
    actor: Actor,
    at: datetime,
    words: str = "",
    tell: bool = True,
) -> Replacement:
    """Name the day by which an agreed exchange, redelivery or late order leaves the house; the buyer is told.

    Raises InvalidError for a day that has passed, ConflictError where it was promised already.
    """
    remedy = remedy_goods.of_claim(session, claim, remedy_id, *KIND_OF)
    _check_day(desk, promised_on, at=at)
    if replacement_rows.live(session, remedy.id) is not None:
        raise ConflictError("this was promised already: change its day")
    replacement = Replacement(
        claim_id=claim.id,
        remedy_id=remedy.id,
        kind=KIND_OF[remedy.remedy],
        state=ReplacementState.PROMISED,
        version=1,
        promised_on=promised_on,
        words=(words.strip() or str(remedy.goods.get("words", "")))[:LONGEST_WORDS],
        created_by=actor.name,
        created_at=at,
        lines=[
            ReplacementLine(order_line_id=line, quantity=quantity)
            for line, quantity in replacement_rows.units_of(claim, remedy)
        ],
    )
    session.add(replacement)
    session.flush()
    facts = {"promised_on": promised_on.isoformat(), "words": replacement.words}
    replacement_rows.record(
        session, ticket, replacement, "replacement_promised", actor=actor, at=at, facts=facts
    )
    replacement_rows.plan(session, desk, ticket, replacement, actor=actor, at=at)
    if tell:
        goods_letters.promised(session, desk, ticket, claim, replacement, actor=actor, at=at)
    return replacement


def change_day(
    session: Session,
    desk: Desk,
    replacement_id: int,
    *,
    promised_on: date,
    actor: Actor,
    at: datetime,
    seen: int,
) -> Entry:
    """Another day: also after it was lost. The buyer is told."""
    replacement, claim, ticket = replacement_rows.hold(session, replacement_id, seen=seen)
    _check_day(desk, promised_on, at=at)
    before, was_lost = replacement.promised_on, replacement.state is ReplacementState.FAILED
    entry = replacement_rows.move(
        session,
        ticket,
        replacement,
        ReplacementState.PROMISED,
        "replacement_promised",
        actor=actor,
        at=at,
        facts={"promised_on": promised_on.isoformat(), "before_on": before.isoformat()},
        promised_on=promised_on,
        overdue_at=None,
        carrier="",
        tracking="",
        shipped_at=None,
    )
    if was_lost:
        _follow(session, ticket, claim, replacement, actor=actor, at=at)
    tasks.settle(session, ticket, replacement.id, tasks.PROMISE, actor=actor.name, at=at)
    replacement_rows.plan(session, desk, ticket, replacement, actor=actor, at=at)
    goods_letters.promised(session, desk, ticket, claim, replacement, actor=actor, at=at)
    return entry


def ship(
    session: Session,
    desk: Desk,
    replacement_id: int,
    *,
    carrier: str,
    number: str,
    actor: Actor,
    at: datetime,
    seen: int,
) -> Entry:
    """It has left: the buyer has the number. Again, to correct the number. Raises InvalidError."""
    replacement, claim, ticket = replacement_rows.hold(session, replacement_id, seen=seen)
    try:
        carrier, number = carriers.read(carrier, number)
    except carriers.TrackingError as error:
        raise InvalidError(str(error), field="tracking") from error
    entry = replacement_rows.move(
        session,
        ticket,
        replacement,
        ReplacementState.SHIPPED,
        "replacement_shipped",
        actor=actor,
        at=at,
        facts={"carrier": carrier, "tracking": number},
        carrier=carrier,
        tracking=number,
        shipped_at=replacement.shipped_at or at,
    )
    tasks.settle(session, ticket, replacement.id, tasks.PROMISE, actor=actor.name, at=at)
    goods_letters.shipped(session, desk, ticket, claim, replacement, actor=actor, at=at)
    _follow(session, ticket, claim, replacement, actor=actor, at=at)
    return entry


def deliver(session: Session, replacement_id: int, *, actor: Actor, at: datetime, seen: int) -> Entry:
    """The buyer has it: the remedy is complete."""
    return _end(
        session, replacement_id, ReplacementState.DELIVERED, "replacement_delivered", "", actor, at, seen
    )


def fail(session: Session, replacement_id: int, *, why: str, actor: Actor, at: datetime, seen: int) -> Entry:
    """It was lost or came back: promise it anew, or decide the claim anew."""
    return _end(session, replacement_id, ReplacementState.FAILED, "replacement_failed", why, actor, at, seen)


def cancel(
    session: Session, replacement_id: int, *, why: str, actor: Actor, at: datetime, seen: int
) -> Entry:
    """It will not be sent: the claim is decided anew."""
    replacement, claim, ticket = replacement_rows.hold(session, replacement_id, seen=seen)
    entry = replacement_rows.move(
        session,
        ticket,
        replacement,
        ReplacementState.CANCELED,
        "replacement_canceled",
        actor=actor,
        at=at,
        facts={"why": _why(why)},
        why=_why(why),
        delivered_at=None,
    )
    tasks.settle(session, ticket, replacement.id, tasks.PROMISE, actor=actor.name, at=at)
    remedy_goods.decide_anew(session, ticket, claim, replacement.remedy_id, _why(why), actor=actor, at=at)
    return entry


def note_overdue(session: Session, desk: Desk, ticket: Ticket, replacement_id: int, *, at: datetime) -> None:
    """The promised day has passed, and nothing has left: it is our turn, and it shows."""
    replacement = session.get_one(Replacement, replacement_id, populate_existing=True)
    if replacement.state is not ReplacementState.PROMISED:
        return
    replacement.overdue_at = at
    replacement_rows.record(
        session,
        ticket,
        replacement,
        "promise_overdue",
        actor=claims.DESK,
        at=at,
        facts={"promised_on": replacement.promised_on.isoformat()},
    )
    if ticket.state in (TicketState.WAITING, TicketState.SOLVED):
        tickets.move(session, ticket, TicketState.OPEN, actor=conversation.CLOCK, at=at)


def _end(
    session: Session,
    replacement_id: int,
    to: ReplacementState,
    verb: str,
    why: str,
    actor: Actor,
    at: datetime,
    seen: int,
) -> Entry:
    replacement, claim, ticket = replacement_rows.hold(session, replacement_id, seen=seen)
    failed = to is ReplacementState.FAILED
    entry = replacement_rows.move(
        session,
        ticket,
        replacement,
        to,
        verb,
        actor=actor,
        at=at,
        facts={"why": _why(why)} if failed else {},
        why=_why(why) if failed else "",
        delivered_at=None if failed else at,
    )
    _follow(session, ticket, claim, replacement, actor=actor, at=at)
    if failed and ticket.state in (TicketState.WAITING, TicketState.SOLVED):
        tickets.move(session, ticket, TicketState.OPEN, actor=actor.name, at=at)
    return entry


def _follow(
    session: Session, ticket: Ticket, claim: Claim, replacement: Replacement, *, actor: Actor, at: datetime
) -> None:
    to = REMEDY_OF[replacement.state]
    remedy_goods.move(session, ticket, claim, replacement.remedy_id, to, actor=actor, at=at)


def _check_day(desk: Desk, promised_on: date, *, at: datetime) -> None:
    today = at.astimezone(desk.zone).date()
    if promised_on < today:
        raise InvalidError("this day has passed already", field="promised_on")
    if promised_on > today + FARTHEST:
        raise InvalidError("this day is more than a year away", field="promised_on")


def _why(why: str) -> str:
    if not why.strip():
        raise InvalidError("say why", field="why")
    return why.strip()[:LONGEST_WORDS]
