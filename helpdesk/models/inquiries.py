"""People without a login whom the desk asks by mail, what they were asked, and whose answers are held."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.db import Base
from helpdesk.models.columns import Email, Key, Locale, choice
from helpdesk.rules.inquiries import ContactRole, HeldState, InquiryKind, InquiryState


class Contact(Base):
    """Somebody in the warehouse, at the seller's, in finance, at the carrier's. Never deleted."""

    __tablename__ = "contact"

    id: Mapped[Key]
    email: Mapped[Email] = mapped_column(unique=True)  # lower case
    name: Mapped[str] = mapped_column(String(120))
    role: Mapped[ContactRole] = mapped_column(choice(ContactRole, "role"))
    locale: Mapped[Locale]
    active: Mapped[bool] = mapped_column(default=True)
    unreached: Mapped[str] = mapped_column(String(500), default="")  # why the last mail did not arrive
    created_at: Mapped[datetime]


class Inquiry(Base):
    """One side mail: a question or a task, and whether it came home."""

    __tablename__ = "inquiry"
    __table_args__ = (
        Index("ix_inquiry_contact", "contact_id", "state"),
        CheckConstraint("(state = 'open') = (settled_at IS NULL)", name="settled_has_a_moment"),
    )

    id: Mapped[Key]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), index=True)
    claim_id: Mapped[int | None] = mapped_column(ForeignKey("claim.id"), index=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"))
    kind: Mapped[InquiryKind] = mapped_column(choice(InquiryKind, "kind"))
    words: Mapped[str] = mapped_column(String(8000))
    subject: Mapped[str] = mapped_column(String(300))
    state: Mapped[InquiryState] = mapped_column(choice(InquiryState, "state"))
    due_at: Mapped[datetime | None]  # when an answer, or the deed, is wanted
    waits: Mapped[bool] = mapped_column(default=False)  # the ticket waits for it
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    asked_at: Mapped[datetime]
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"))  # the side mail
    settled_at: Mapped[datetime | None]  # answered, done or withdrawn
    problem: Mapped[str] = mapped_column(String(500), default="")  # it did not arrive

    contact: Mapped[Contact] = relationship()


class HeldAnswer(Base):
    """An answer to a side mail by somebody whom nobody vouches for. An agent takes it as a note, or not."""

    __tablename__ = "held_answer"
    __table_args__ = (
        CheckConstraint("(state = 'held') = (settled_at IS NULL)", name="settled_has_a_moment"),
    )

    id: Mapped[Key]
    inquiry_id: Mapped[int] = mapped_column(ForeignKey("inquiry.id"), index=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), unique=True)  # the event that holds it
    sender: Mapped[Email]
    why: Mapped[str] = mapped_column(String(40))
    state: Mapped[HeldState] = mapped_column(choice(HeldState, "state"))
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    settled_at: Mapped[datetime | None]

    inquiry: Mapped[Inquiry] = relationship()
