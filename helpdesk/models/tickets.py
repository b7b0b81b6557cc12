"""The ticket and its conversation, which is the audit log."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.db import Base
from helpdesk.models.columns import Email, Key, Locale, Sha256, choice
from helpdesk.models.people import Agent, Buyer
from helpdesk.rules.chain import Link
from helpdesk.rules.states import EntryKind, TicketState, WaitingOn
from helpdesk.rules.turns import NEVER

# Spelled out, and word for word the same in queries: SQLite uses a partial index only for its own words.
OURS = "state IN ('new', 'open')"
ACTIVE = "state IN ('new', 'open', 'waiting')"
WAITING = "state = 'waiting'"
OVER = "state IN ('solved', 'closed')"
AWAKE = "snoozed_until IS NULL"


class Ticket(Base):
    """A buyer's matter. Changed only by actions, each of which leaves an entry."""

    __tablename__ = "ticket"
    __table_args__ = (
        Index("ix_ticket_newest", "updated_at"),
        Index("ix_ticket_spam", "updated_at", sqlite_where=text("spam = 1"), postgresql_where=text("spam")),
        Index("ix_ticket_opened", "created_at"),
        Index("ix_ticket_done", "done_at"),
        *(
            Index(
                name,
                *columns,
                sqlite_where=text(f"{where} AND spam = 0"),
                postgresql_where=text(f"{where} AND NOT spam"),
            )
            for name, columns, where in (
                ("ix_ticket_ours", ["next_due_at"], f"{OURS} AND {AWAKE}"),
                ("ix_ticket_active", ["next_due_at"], ACTIVE),
                ("ix_ticket_held", ["assignee_id", "next_due_at"], f"{ACTIVE} AND {AWAKE}"),
                ("ix_ticket_waiting", ["waiting_on", "next_due_at"], f"{WAITING} AND {AWAKE}"),
                ("ix_ticket_snoozed", ["next_due_at"], "snoozed_until IS NOT NULL"),
                ("ix_ticket_over", ["state", "updated_at"], OVER),
            )
        ),
        Index(
            "ix_ticket_spam_new",
            "updated_at",
            sqlite_where=text(f"{OURS} AND merged_into_id IS NULL AND spam = 1"),
            postgresql_where=text(f"{OURS} AND merged_into_id IS NULL AND spam"),
        ),
        Index(
            "ix_ticket_merged",
            "merged_into_id",
            sqlite_where=text("merged_into_id IS NOT NULL"),
            postgresql_where=text("merged_into_id IS NOT NULL"),
        ),
        CheckConstraint("(state = 'waiting') = (waiting_on IS NOT NULL)", name="waiting_on_somebody"),
        CheckConstraint("merged_into_id IS NULL OR state = 'closed'", name="merged_is_closed"),
        {"sqlite_autoincrement": True},  # a number is never given twice
    )

    id: Mapped[Key]
    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailbox.id"))
    buyer_id: Mapped[int] = mapped_column(ForeignKey("buyer.id"), index=True)
    subject: Mapped[str] = mapped_column(String(1000))
    locale: Mapped[Locale]  # in which we write to the buyer
    write_to: Mapped[Email | None]  # None: to the buyer's first address
    state: Mapped[TicketState] = mapped_column(choice(TicketState, "state"))
    waiting_on: Mapped[WaitingOn | None] = mapped_column(choice(WaitingOn, "waiting_on"))
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"), index=True)
    follows_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))  # perhaps belongs to that one
    spam: Mapped[bool] = mapped_column(
        default=False, server_default=false()
    )  # in its own queue, never answered
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))  # one matter with it
    preview: Mapped[str] = mapped_column(String(200), default="")  # the buyer's newest words
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]  # of the newest entry
    unanswered_since: Mapped[datetime | None]  # these four: see actions/turns.py
    first_answer_at: Mapped[datetime | None]
    answer_by: Mapped[datetime | None]
    done_at: Mapped[datetime | None]  # solved or closed, and since when
    next_due_at: Mapped[datetime] = mapped_column(default=NEVER)  # kept by triggers: see migration 0027
    snoozed_until: Mapped[datetime | None]  # it sleeps: see rules/snoozing.py
    last_seq: Mapped[int] = mapped_column(default=0)
    head_hash: Mapped[Sha256] = mapped_column(default="")

    buyer: Mapped[Buyer] = relationship()
    assignee: Mapped[Agent | None] = relationship()
    entries: Mapped[list["Entry"]] = relationship(back_populates="ticket", order_by="Entry.seq")

    @property
    def number(self) -> int:
        """What people call it. Display only: knowing a number opens nothing."""
        return self.id

    @property
    def address(self) -> str:
        """Where its buyer is written to."""
        return self.write_to or self.buyer.addresses[0].email

    @property
    def tag(self) -> str:
        """The number as it stands in subjects."""
        return f"[RF-{self.id}]"


class Entry(Base):
    """One line of the conversation. Rows are added, never changed or deleted: triggers see to it."""

    __tablename__ = "entry"
    __table_args__ = (
        UniqueConstraint("ticket_id", "seq", name="uq_entry_seq"),
        CheckConstraint("seq > 0", name="seq_counts_from_one"),
    )

    id: Mapped[Key]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    seq: Mapped[int]
    kind: Mapped[EntryKind] = mapped_column(choice(EntryKind, "kind"))
    verb: Mapped[str] = mapped_column(String(40))  # what happened: "received", "moved", "handed_over"
    actor: Mapped[str] = mapped_column(String(40))  # "agent:3", "buyer:7", "clock", "server"
    at: Mapped[datetime]
    payload_commit: Mapped[Sha256]
    prev_hash: Mapped[Sha256]
    hash: Mapped[Sha256]

    ticket: Mapped[Ticket] = relationship(back_populates="entries")
    payload: Mapped["EntryPayload | None"] = relationship(back_populates="entry")
    attachments: Mapped[list["Attachment"]] = relationship(order_by="Attachment.position")

    @property
    def facts(self) -> dict[str, Any]:
        """The payload, empty when it was erased."""
        return self.payload.facts if self.payload else {}

    @property
    def link(self) -> Link:
        return Link(
            ticket_id=self.ticket_id,
            seq=self.seq,
            kind=self.kind,
            verb=self.verb,
            actor=self.actor,
            at=self.at,
            payload_commit=self.payload_commit,
            prev_hash=self.prev_hash,
            hash=self.hash,
        )


class EntryPayload(Base):
    """Words and facts of an entry; apart, so that erasure can empty it and the chain still holds."""

    __tablename__ = "entry_payload"

    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), primary_key=True)
    salt: Mapped[bytes] = mapped_column(LargeBinary(16))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)

    entry: Mapped[Entry] = relationship(back_populates="payload")


class Attachment(Base):
    """A file of an entry. Its name is data; its bytes stand in the blob store by hash."""

    __tablename__ = "attachment"
    __table_args__ = (UniqueConstraint("entry_id", "position", name="uq_attachment_position"),)

    id: Mapped[Key]
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"))
    position: Mapped[int]
    filename: Mapped[str] = mapped_column(String(255))
    content_type: Mapped[str] = mapped_column(String(255))  # as claimed: never believed when served
    size: Mapped[int]
    sha256: Mapped[Sha256] = mapped_column(index=True)
    content_id: Mapped[str] = mapped_column(String(998), default="")
    inline: Mapped[bool] = mapped_column(default=False)
