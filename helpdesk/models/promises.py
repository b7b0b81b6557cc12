"""What is planned on a ticket: mail that will go out, tasks that fall due, the question after."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.db import Base
from helpdesk.models.columns import Key, choice
from helpdesk.rules.states import ReminderKind, ReminderState

UNWRITTEN = text("state = 'planned' AND problem <> ''")  # as queries/failed.py asks


class Reminder(Base):
    """Mail that is planned, visible beforehand, and withdrawn when it has become pointless."""

    __tablename__ = "reminder"
    __table_args__ = (
        UniqueConstraint("kind", "ticket_id", "cycle", name="uq_reminder_cycle"),
        Index("ix_reminder_due", "state", "due_at"),
        Index("ix_reminder_unwritten", "due_at", sqlite_where=UNWRITTEN, postgresql_where=UNWRITTEN),
        Index("ix_reminder_ticket", "ticket_id", "state", "due_at"),
        CheckConstraint("(state = 'withdrawn') = (withdrawn_because <> '')", name="withdrawn_has_a_reason"),
    )

    id: Mapped[Key]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    kind: Mapped[ReminderKind] = mapped_column(choice(ReminderKind, "kind"))
    cycle: Mapped[int]  # counts the plans of one kind on one ticket, from one
    due_at: Mapped[datetime]
    unless: Mapped[list[str]] = mapped_column(JSON)  # names of what makes it pointless
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)  # what the letter needs: {"refund": 3}
    state: Mapped[ReminderState] = mapped_column(choice(ReminderState, "state"))
    withdrawn_because: Mapped[str] = mapped_column(String(60), default="")
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")  # that failed
    problem: Mapped[str] = mapped_column(String(1000), default="", server_default="")  # of the last one
    again_at: Mapped[datetime | None]  # after a failure; None beside a problem: it waits for a person
    claim_id: Mapped[int | None] = mapped_column(ForeignKey("claim.id"), index=True)  # None: of the ticket
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class Survey(Base):
    """One question after the end of one matter; answered at most once by the public page."""

    __tablename__ = "survey"
    __table_args__ = (
        CheckConstraint("score BETWEEN 1 AND 5", name="score_is_one_to_five"),
        CheckConstraint("(score IS NULL) = (answered_at IS NULL)", name="answered_has_a_score"),
    )

    id: Mapped[Key]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), index=True)
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))  # who looked after the ticket
    sent_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    score: Mapped[int | None]  # 1 worst .. 5 best
    comment: Mapped[str] = mapped_column(String(4000), default="")
    answered_at: Mapped[datetime | None]
