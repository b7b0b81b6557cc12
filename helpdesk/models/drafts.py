"""What an agent has begun to write: one draft for each ticket, until it is sent or given up."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.db import Base
from helpdesk.models.columns import Key, Sha256


class Draft(Base):
    """The newest writing wins; what it took the place of, in another window, is kept beside it."""

    __tablename__ = "draft"
    __table_args__ = (
        UniqueConstraint("agent_id", "ticket_id", name="uq_draft_agent_ticket"),
        CheckConstraint("kind IN ('reply', 'note')", name="kind"),
        CheckConstraint("version > 0", name="version_counts_from_one"),
    )

    id: Mapped[Key]
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(Text, default="")
    cc: Mapped[str] = mapped_column(String(2000), default="")  # as typed
    bcc: Mapped[str] = mapped_column(String(2000), default="")
    replaced: Mapped[str] = mapped_column(Text, default="")  # words of another window that this one replaced
    pane: Mapped[str] = mapped_column(String(40), default="")  # which wrote last; "" without JavaScript
    version: Mapped[int]  # one more with every writing
    updated_at: Mapped[datetime]

    files: Mapped[list["DraftFile"]] = relationship(order_by="DraftFile.id", cascade="all, delete-orphan")


class DraftFile(Base):
    """A file that is to go with it. Its bytes stand in the blob store."""

    __tablename__ = "draft_file"

    id: Mapped[Key]
    draft_id: Mapped[int] = mapped_column(ForeignKey("draft.id"), index=True)
    filename: Mapped[str] = mapped_column(String(255))
    content_type: Mapped[str] = mapped_column(String(255))
    size: Mapped[int]
    sha256: Mapped[Sha256]
    left_out: Mapped[bool] = mapped_column(default=False, server_default=false())  # not ticked any more
