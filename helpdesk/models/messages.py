"""Messages as objects of the wire: what came in, what goes out, and whom not to write to."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.db import Base
from helpdesk.models.columns import Email, Key, MessageId, Sha256, choice
from helpdesk.rules.states import OutboxState, ReceivedState

BY_HAND = (
    "by_hand:"  # why a message is ignored: with the id of the agent and her words, "by_hand:3:a picture"
)
ASIDE = "state IN ('parked', 'ignored')"
COPY_OF = "copy_of_"  # why a message is ignored: with the id of the one that it is a copy of


class ReceivedMessage(Base):
    """One UID of one folder, and what became of it. Its bytes stand in the blob store."""

    __tablename__ = "received_message"
    __table_args__ = (
        UniqueConstraint("mailbox_id", "folder", "uidvalidity", "uid", name="uq_received_message_place"),
        CheckConstraint("(state = 'parked') = (problem <> '')", name="parked_has_a_problem"),
        CheckConstraint("(state = 'ignored') = (ignored_because <> '')", name="ignored_has_a_reason"),
        Index("ix_received_message_state", "mailbox_id", "state"),
        # Word for word as queries/failed.py and queries/mailboxes.py ask.
        Index("ix_received_message_aside", "state", sqlite_where=text(ASIDE), postgresql_where=text(ASIDE)),
        Index(
            "ix_received_message_untold",
            "mailbox_id",
            "state",
            sqlite_where=text("entry_id IS NULL"),
            postgresql_where=text("entry_id IS NULL"),
        ),
        Index("ix_received_message_same_bytes", "mailbox_id", "sha256"),
        Index("ix_received_message_same_id", "mailbox_id", "message_id"),
        Index("ix_received_message_same_server_id", "mailbox_id", "server_id"),
        Index(
            "ix_received_message_thread",
            "mailbox_id",
            "thread_root",
            sqlite_where=text("thread_root <> ''"),
            postgresql_where=text("thread_root <> ''"),
        ),
    )

    id: Mapped[Key]
    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailbox.id"))
    folder: Mapped[str] = mapped_column(String(255))  # of imported mail: the run, "import:..."
    uidvalidity: Mapped[int] = mapped_column(BigInteger)
    uid: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))  # "" when the server gave no bytes
    size: Mapped[int]
    internal_at: Mapped[datetime | None]  # when the server got it
    stored_at: Mapped[datetime]
    quiet: Mapped[bool] = mapped_column(default=False)  # imported: nothing is sent for it
    junk: Mapped[bool] = mapped_column(default=False, server_default=false())  # lay in the folder of junk
    server_id: Mapped[str] = mapped_column(String(64), default="", server_default="")  # see mail/fetching.py
    server_thread: Mapped[str] = mapped_column(String(64), default="", server_default="")
    archived: Mapped[bool] = mapped_column(default=False, server_default=false())  # see rules/archives.py
    came_at: Mapped[datetime | None]  # imported: when it came to whoever kept it, by its own headers
    insisted: Mapped[bool] = mapped_column(default=False, server_default=false())  # a buyer's, says a person
    state: Mapped[ReceivedState] = mapped_column(choice(ReceivedState, "state"))
    attempts: Mapped[int] = mapped_column(default=0)
    tried_at: Mapped[datetime | None]  # when somebody last began to file it
    problem: Mapped[str] = mapped_column(String(2000), default="")
    ignored_because: Mapped[str] = mapped_column(String(200), default="")
    message_id: Mapped[MessageId] = mapped_column(default="")  # its Message-ID header
    thread_root: Mapped[str] = mapped_column(String(44), default="", server_default="")  # see mail.references
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"), index=True)
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("entry.id"))

    @property
    def imported(self) -> bool:
        """Given as a file: no server has a UIDVALIDITY of 0 (RFC 9051 section 2.3.1.1)."""
        return self.uidvalidity == 0


class OutboxMessage(Base):
    """A message to hand over. `reason` says why it exists, and can exist only once."""

    __tablename__ = "outbox_message"
    __table_args__ = (
        Index("ix_outbox_message_due", "state", "due_at"),
        Index("ix_outbox_message_recipient", "recipient", "created_at"),
        Index("ix_outbox_message_sent", "mailbox_id", "sent_at"),
        Index("ix_outbox_message_copy", "mailbox_id", "copy_due_at"),
        Index("ix_outbox_message_automatic", "automatic", "created_at"),
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_has_a_moment"),
    )

    id: Mapped[Key]
    reason: Mapped[str] = mapped_column(String(120), unique=True)  # "entry:<id>", "reminder:<id>"
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), index=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), index=True)
    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailbox.id"))
    recipient: Mapped[Email]
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))  # None: it is for the buyer
    inquiry_id: Mapped[int | None] = mapped_column(
        ForeignKey("inquiry.id"), index=True
    )  # a side mail: neither for the buyer nor for an agent
    automatic: Mapped[bool]  # written by the clock: never sent again when its fate is unknown
    message_id: Mapped[MessageId] = mapped_column(unique=True)  # minted once
    sha256: Mapped[Sha256]  # the composed bytes: every attempt hands over the same ones
    state: Mapped[OutboxState] = mapped_column(choice(OutboxState, "state"))
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    lease_owner: Mapped[str | None] = mapped_column(String(64))
    leased_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(String(1000), default="")  # the server's last words
    seen_at: Mapped[datetime | None]  # it failed, and a person has seen to it
    copy_due_at: Mapped[datetime | None]  # when it is to be filed in the Sent folder; None: nothing to do
    copy_tries: Mapped[int] = mapped_column(default=0, server_default="0")
    created_at: Mapped[datetime]


class Notification(Base):
    """What one member of staff is still to be told of one ticket, and when she was told last.

    One row for both, whatever comes in: so she is never told of a ticket twice within a few minutes.
    """

    __tablename__ = "notification"
    __table_args__ = (
        UniqueConstraint("ticket_id", "agent_id", name="uq_notification_ticket_agent"),
        Index("ix_notification_due", "due_at"),
    )

    id: Mapped[Key]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    from_seq: Mapped[int]  # the first entry to tell of
    due_at: Mapped[datetime | None]  # None: there is nothing to tell
    told_at: Mapped[datetime | None]


class Suppression(Base):
    """An address that automatic mail is not written to, and since when."""

    __tablename__ = "suppression"

    id: Mapped[Key]
    key: Mapped[Email] = mapped_column(unique=True)  # casefolded address
    because: Mapped[str] = mapped_column(String(500))
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("entry.id"))  # the bounce that told us
    created_at: Mapped[datetime]
