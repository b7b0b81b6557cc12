"""Tags: the shop's own words, and the tickets that have them."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.db import Base
from helpdesk.models.columns import Key
from helpdesk.rules.tags import LONGEST


class Tag(Base):
    """A word. Nobody has to make one first: it is there from the moment that somebody uses it."""

    __tablename__ = "tag"

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(LONGEST))  # as first typed
    folded: Mapped[str] = mapped_column(String(2 * LONGEST), unique=True)  # see rules/tags.py
    created_at: Mapped[datetime]


class TicketTag(Base):
    """A ticket has this tag."""

    __tablename__ = "ticket_tag"
    __table_args__ = (Index("ix_ticket_tag_tag", "tag_id", "ticket_id"),)

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    tag_id: Mapped[int] = mapped_column(ForeignKey("tag.id"), primary_key=True)
