"""One thing done to many tickets: the batch, and a row for each ticket, done one after the other."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.db import Base
from helpdesk.models.columns import Key, choice
from helpdesk.rules.batches import BatchState, Deed, Fate

WAITING = text("fate = 'waiting'")


class Batch(Base):
    """What a colleague does to many tickets at once. It may be forgotten: the tickets say what happened."""

    __tablename__ = "batch"
    __table_args__ = (Index("ix_batch_state", "state"),)

    id: Mapped[Key]
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), index=True)
    deed: Mapped[Deed] = mapped_column(choice(Deed, "deed"))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)  # with what: see rules/batches.py
    state: Mapped[BatchState] = mapped_column(choice(BatchState, "state"))
    total: Mapped[int]
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("batch.id"), unique=True)  # once
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class BatchTicket(Base):
    """One ticket of it, and what became of it."""

    __tablename__ = "batch_ticket"
    __table_args__ = (
        Index(
            "ix_batch_ticket_waiting",
            "batch_id",
            "ticket_id",
            sqlite_where=WAITING,
            postgresql_where=WAITING,
        ),
        Index("ix_batch_ticket_ticket_id", "ticket_id"),
    )

    batch_id: Mapped[int] = mapped_column(ForeignKey("batch.id"), primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    seen_seq: Mapped[int]  # its newest entry when it was chosen
    fate: Mapped[Fate] = mapped_column(choice(Fate, "fate"))
    done_seq: Mapped[int | None]  # its newest entry when it was done: another one now means it has moved on
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))  # what an undo puts back
    problem: Mapped[str] = mapped_column(String(400), default="")
