"""Refunds as pages show them: what was instructed, what became of it, and what happens next."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.errors import NotFoundError
from helpdesk.models import Agent, Refund, Reminder
from helpdesk.rules.money import Money
from helpdesk.rules.money_days import MoneyDay, money_day
from helpdesk.rules.refunds import BY_HAND, WAITING, Shown
from helpdesk.rules.states import RefundState, ReminderState


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundView:
    id: int
    remedy_id: int | None  # None: without a claim
    part: int  # of the remedy: one for each payment
    key: str
    money: Money
    method: str
    gateway: str  # "" while nobody was told
    reference: str
    trace: str
    state: Shown
    by_hand: bool
    said: str
    recorded_at: datetime
    submitted_at: datetime | None
    look_at: datetime | None  # when the gateway is asked next; None: it is not asked
    paid_at: datetime | None
    expected_at: datetime | None
    answered_at: datetime | None
    proved: bool  # there is a file that shows the payment
    wanted_by: str = ""  # the colleague who pays it by hand once its gateway has let go of it
    wanted_until: datetime | None = None  # when that is at the latest
    held_by: str = ""  # the colleague who has taken it to pay it by hand

    @property
    def to_pay(self) -> bool:
        """A person pays it, and has not yet."""
        return self.by_hand and self.state is Shown.NEEDS_ACTION

    def day(self, at: datetime) -> MoneyDay | None:
        """On which day of its way it is; None when it is not on its way."""
        if self.paid_at is None or self.expected_at is None:
            return None
        on_its_way = self.state in (Shown.SUCCEEDED, Shown.NOT_ARRIVED)
        return money_day(self.paid_at, self.expected_at, at=at) if on_its_way else None


def of_ticket(session: Session, number: int) -> tuple[RefundView, ...]:
    """All that was ever instructed on a ticket, oldest first."""
    rows = session.scalars(select(Refund).where(Refund.ticket_id == number).order_by(Refund.id))
    return _views(session, rows.all())


def of_remedies(session: Session, remedies: Sequence[int]) -> tuple[RefundView, ...]:
    """All that was ever instructed for these promises, oldest first."""
    rows = session.scalars(select(Refund).where(Refund.remedy_id.in_(remedies)).order_by(Refund.id))
    return _views(session, rows.all())


def _views(session: Session, rows: Sequence[Refund]) -> tuple[RefundView, ...]:
    """With who wants to pay what stands still."""
    standing = [row.id for row in rows if row.state is RefundState.NEEDS_ACTION and row.gateway != BY_HAND]
    wanted = _wanted(session, standing) if standing else {}
    return tuple(
        replace(view(row), wanted_by=wanted[row.id][0], wanted_until=wanted[row.id][1])
        if row.id in wanted
        else view(row)
        for row in rows
    )


def _wanted(session: Session, refunds: Sequence[int]) -> dict[int, tuple[str, datetime]]:
    plans = session.scalars(
        select(Reminder).where(
            Reminder.state == ReminderState.PLANNED, Reminder.facts["refund"].as_integer().in_(refunds)
        )
    )
    return {
        plan.facts["refund"]: (session.get_one(Agent, plan.facts["by"]).name, plan.due_at)
        for plan in plans
        if plan.facts.get("about") == "money_by_hand"
    }


def view(row: Refund) -> RefundView:
    """One row."""
    return RefundView(
        id=row.id,
        remedy_id=row.remedy_id,
        part=row.part,
        key=row.key,
        money=Money(row.amount_minor, row.currency),
        method=row.method,
        gateway=row.gateway,
        reference=row.reference,
        trace=row.trace,
        state=row.shown,
        by_hand=row.gateway == BY_HAND,
        said=row.said,
        recorded_at=row.recorded_at,
        submitted_at=row.submitted_at,
        look_at=row.look_at if row.state in WAITING else None,
        paid_at=row.paid_at if row.state is not RefundState.REVERSED else None,
        expected_at=row.expected_at,
        answered_at=row.answered_at,
        proved=row.proof_sha256 is not None,
        held_by=row.held_by.name if row.held_by is not None and row.state is RefundState.NEEDS_ACTION else "",
    )


def ticket_of(session: Session, refund_id: int) -> int:
    """The number of its ticket. Raises NotFoundError."""
    row = session.get(Refund, refund_id)
    if row is None:
        raise NotFoundError("there is no such refund")
    return row.ticket_id


def proof(session: Session, refund_id: int) -> tuple[str, str]:
    """(SHA-256, key) of the file that shows a payment. Raises NotFoundError."""
    row = session.get(Refund, refund_id)
    if row is None or row.proof_sha256 is None:
        raise NotFoundError("there is no such file")
    return row.proof_sha256, row.key
