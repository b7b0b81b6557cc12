"""The rows of a queue: what each of its tickets says in two lines. One question for each kind of fact."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from helpdesk.models import Agent, Buyer, BuyerAddress, OutboxMessage, Reminder, Ticket
from helpdesk.models.masking import Mask
from helpdesk.queries import approvals, queue_claims, queue_money
from helpdesk.queries import tags as words_of
from helpdesk.queries.failed import is_stuck
from helpdesk.queries.queue_claims import Matter
from helpdesk.queries.refunds import RefundView
from helpdesk.rules.approving import Approver
from helpdesk.rules.money import Money
from helpdesk.rules.next_things import Due, MoneyFacts, NextThing, RowFacts, next_thing
from helpdesk.rules.states import ReminderState, TicketState, WaitingOn
from helpdesk.rules.turns import NEVER, OURS


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    number: int
    subject: str
    preview: str
    buyer: str
    order_number: str  # "" for none
    amount: Money | None  # of the refund it speaks of, else of the claim, else of the order
    reason: str  # a code of claim_terms.REASONS; "": unknown
    state: TicketState
    waiting_on: WaitingOn | None
    assignee_id: int | None
    assignee: str | None
    updated_at: datetime
    unanswered_since: datetime | None  # when the buyer wrote what nobody has answered, and it is our turn
    asked: Money | None  # that the reader is to approve
    paid: RefundView | None  # what needs us of its money, else the newest refund
    tags: tuple[str, ...]
    snoozed_until: datetime | None
    trouble: bool  # a message to the buyer failed, or nobody knows
    next: NextThing


def tickets(key: InstrumentedAttribute[datetime]) -> Select[*tuple[Any, ...]]:
    """What is read of every ticket; `key` is the moment by which they are ordered."""
    address = (
        select(BuyerAddress.email)
        .where(BuyerAddress.buyer_id == Ticket.buyer_id)
        .order_by(BuyerAddress.id)
        .limit(1)
        .scalar_subquery()
    )
    query = select(
        Ticket.id,
        Ticket.subject,
        Ticket.preview,
        Ticket.state,
        Ticket.spam,
        Ticket.waiting_on,
        Ticket.assignee_id,
        Ticket.updated_at,
        Ticket.unanswered_since,
        Ticket.answer_by,
        Ticket.snoozed_until,
        key.label("key"),
        Buyer.name.label("buyer"),
        address.label("address"),
        Agent.name.label("assignee"),
        exists().where(OutboxMessage.ticket_id == Ticket.id, is_stuck()).label("trouble"),
    )
    return query.join(Buyer, Buyer.id == Ticket.buyer_id).outerjoin(Agent, Agent.id == Ticket.assignee_id)


def rows(
    session: Session, found: Sequence[Any], approver: Approver | None, *, stopped: bool, at: datetime
) -> tuple[Row, ...]:
    """The tickets of one page, dressed."""
    numbers = [row.id for row in found]
    if not numbers:
        return ()
    due, paid = _due(session, numbers), queue_money.telling(session, numbers)
    asked = approvals.asked_of(session, approver, numbers)
    matters = queue_claims.matters(session, numbers)
    words = words_of.of(session, numbers)
    mask = Mask.over(session, (text for row in found for text in (row.subject, row.preview)))
    return tuple(
        _row(
            row,
            matters.get(row.id, Matter()),
            asked.get(row.id),
            paid.get(row.id),
            due.get(row.id),
            mask,
            tags=words.get(row.id, ()),
            stopped=stopped,
            at=at,
        )
        for row in found
    )


def _row(
    row: Any,
    matter: Matter,
    asked: Money | None,
    paid: RefundView | None,
    due: Due | None,
    mask: Mask,
    *,
    tags: tuple[str, ...],
    stopped: bool,
    at: datetime,
) -> Row:
    turn = row.state in OURS and not row.spam
    facts = RowFacts(
        state=row.state,
        spam=row.spam,
        trouble=row.trouble,
        may_approve=asked is not None,
        money=MoneyFacts(state=paid.state, by_hand=paid.by_hand, day=paid.day(at)) if paid else None,
        stopped=stopped,
        unanswered=row.unanswered_since is not None,
        answer_by=row.answer_by,
        snoozed_until=row.snoozed_until,
        proofs_missing=matter.proofs_missing,
        plan=due,
    )
    return Row(
        number=row.id,
        subject=mask(row.subject),
        preview=mask(row.preview),
        buyer=row.buyer or row.address or "",
        order_number=matter.order_number,
        amount=paid.money if paid else matter.amount,
        reason=matter.reason,
        state=row.state,
        waiting_on=row.waiting_on,
        assignee_id=row.assignee_id,
        assignee=row.assignee,
        updated_at=row.updated_at,
        unanswered_since=row.unanswered_since if turn else None,
        asked=asked,
        paid=paid,
        tags=tags,
        snoozed_until=row.snoozed_until,
        trouble=row.trouble,
        next=next_thing(facts, at=at),
    )


def _due(session: Session, numbers: list[int]) -> dict[int, Due]:
    found = session.execute(
        select(
            Reminder.ticket_id,
            Reminder.kind,
            Reminder.due_at,
            func.coalesce(Reminder.facts["about"].as_string(), "").label("about"),
        )
        .where(
            Reminder.ticket_id.in_(numbers),
            Reminder.state == ReminderState.PLANNED,
            Reminder.due_at < NEVER,
        )
        .order_by(Reminder.due_at.desc())
    )
    return {
        row.ticket_id: Due(kind=row.kind, at=row.due_at, about=row.about) for row in found
    }  # the earliest is kept
