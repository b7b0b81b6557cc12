"""What each member of staff is told of in the page."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.db import Base
from helpdesk.models.columns import Key, choice
from helpdesk.rules.alerts import AlertEvent

UNREAD = "read_at IS NULL"


class Alert(Base):
    """One thing that somebody is told of. Not about the buyer: no entry, and it may be swept away."""

    __tablename__ = "alert"
    __table_args__ = (
        UniqueConstraint("agent_id", "about", name="uq_alert_about"),
        Index("ix_alert_newest", "agent_id", "id"),
        Index("ix_alert_unread", "agent_id", sqlite_where=text(UNREAD), postgresql_where=text(UNREAD)),
        Index("ix_alert_ticket", "ticket_id", "agent_id"),
    )

    id: Mapped[Key]
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    event: Mapped[AlertEvent] = mapped_column(choice(AlertEvent, "event"))
    about: Mapped[str] = mapped_column(String(80))  # "entry:17": told of once
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("entry.id"))
    by: Mapped[str] = mapped_column(String(40))  # who did it, as an entry names an actor
    words: Mapped[str] = mapped_column(String(200), default="")  # of a note; the name of a mailbox
    by_browser: Mapped[bool]
    by_mail: Mapped[bool]
    mailed_at: Mapped[datetime | None]
    at: Mapped[datetime]
    read_at: Mapped[datetime | None]
