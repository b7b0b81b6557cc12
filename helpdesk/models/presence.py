"""Who has a ticket open now, what each colleague has read and asked to see: no part of the conversation."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.db import Base


class Presence(Base):
    """A colleague has this ticket open. The row goes when she leaves, and is a ghost when it grows old."""

    __tablename__ = "presence"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), primary_key=True)
    at: Mapped[datetime]  # when her page was last heard of
    writes: Mapped[bool]


class LastRead(Base):
    """The newest entry that stood in this colleague's sight, on the page of this ticket."""

    __tablename__ = "last_read"

    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"))


class PicturesShown(Base):
    """This colleague has asked for the pictures of a mail that stand on other people's servers."""

    __tablename__ = "pictures_shown"

    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), primary_key=True)
    at: Mapped[datetime]
