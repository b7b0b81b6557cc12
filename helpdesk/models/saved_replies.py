"""Agents' reusable texts."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.db import Base
from helpdesk.models.columns import Key


class SavedReply(Base):
    """One text in both languages, for everybody or for one person. See rules/placeholders.py."""

    __tablename__ = "saved_reply"
    __table_args__ = (
        CheckConstraint("text_en <> '' OR text_zh <> ''", name="says_something"),
        CheckConstraint("name <> ''", name="has_a_name"),
        Index("ix_saved_reply_owner", "owner_id"),
    )

    id: Mapped[Key]
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))  # None: everybody's
    name: Mapped[str] = mapped_column(String(80))
    text_en: Mapped[str] = mapped_column(Text)  # "" where it is said in the other language only
    text_zh: Mapped[str] = mapped_column(Text)
    updated_at: Mapped[datetime]
    updated_by_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
