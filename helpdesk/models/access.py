"""How people get in: sessions, invitations, links that work once, letters, what was done to whom."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.db import Base
from helpdesk.models.columns import Email, Key, Locale, Sha256, choice
from helpdesk.models.people import Agent
from helpdesk.rules.access import Door, SignIn, Told
from helpdesk.rules.states import Role

IS_OPEN = "agent_id IS NULL AND withdrawn_at IS NULL"


class AgentSession(Base):
    """One browser in which somebody is signed in. Deleted when it ends: its cookie is worth nothing then."""

    __tablename__ = "agent_session"

    id: Mapped[Key]
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), index=True)
    token_sha256: Mapped[Sha256]  # of the secret in the cookie
    how: Mapped[SignIn] = mapped_column(choice(SignIn, "how"))
    address: Mapped[str] = mapped_column(String(64))  # where it was seen last
    user_agent: Mapped[str] = mapped_column(String(300))
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]  # last, within some minutes


class Invitation(Base):
    """Somebody who was asked to work here. Open until she has come or it was withdrawn."""

    __tablename__ = "invitation"
    __table_args__ = (
        Index(
            "uq_invitation_open",
            "email",
            unique=True,
            sqlite_where=text(IS_OPEN),
            postgresql_where=text(IS_OPEN),
        ),
        CheckConstraint("agent_id IS NULL OR withdrawn_at IS NULL", name="invitation_ends_once"),
    )

    id: Mapped[Key]
    email: Mapped[Email]  # lower case
    role: Mapped[Role] = mapped_column(choice(Role, "invited_role"))
    locale: Mapped[Locale]  # of the letter
    invited_by_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    invited_at: Mapped[datetime]  # last
    sent_at: Mapped[datetime | None]  # when the letter was handed over last
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))  # who came of it
    withdrawn_at: Mapped[datetime | None]


class StaffLink(Base):
    """A link that opens one door once: of its secret only the hash stands here."""

    __tablename__ = "staff_link"

    id: Mapped[Key]
    door: Mapped[Door] = mapped_column(choice(Door, "door"))
    token_sha256: Mapped[Sha256] = mapped_column(unique=True)
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"), index=True)
    invitation_id: Mapped[int | None] = mapped_column(ForeignKey("invitation.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class StaffLetter(Base):
    """A letter that is still to be written and handed over; deleted when it was.

    A wish for a new password stands here whether anybody has the address or not: the clock looks, not the
    page, so that the page takes the same time. The link of a letter is made when it is written, and its
    secret is kept nowhere.
    """

    __tablename__ = "staff_letter"
    __table_args__ = (Index("ix_staff_letter_due", "due_at"),)

    id: Mapped[Key]
    told: Mapped[Told] = mapped_column(choice(Told, "told"))
    recipient: Mapped[Email]
    invitation_id: Mapped[int | None] = mapped_column(ForeignKey("invitation.id"), index=True)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    due_at: Mapped[datetime]
    attempts: Mapped[int]
    leased_until: Mapped[datetime | None]
    problem: Mapped[str] = mapped_column(String(500))  # why the last try failed
    created_at: Mapped[datetime]


class StaffEvent(Base):
    """What was done to somebody's role, door, password or second factor, and by whom. Never changed."""

    __tablename__ = "staff_event"

    id: Mapped[Key]
    at: Mapped[datetime]
    verb: Mapped[str] = mapped_column(String(40))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))  # None: the command line
    about_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"), index=True)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)

    by: Mapped[Agent | None] = relationship(foreign_keys=[by_id])
    about: Mapped[Agent | None] = relationship(foreign_keys=[about_id])
