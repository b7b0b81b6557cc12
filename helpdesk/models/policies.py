"""The shop's policy, version by version, and the events of force majeure that it knows."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.db import Base
from helpdesk.models.columns import Key, Sha256


class PolicyVersion(Base):
    """A policy file as it was uploaded. Its text is never changed: decisions are explained from it for good.

    One version of one policy is in force for the whole desk at a time: from `effective_from`, or from its
    activation if that is later, until `retired_at`. A claim finds the one of the moment when the buyer asked.
    Each is in force for one period only; to return to an old text, it is uploaded under a new version.
    """

    __tablename__ = "policy_version"
    __table_args__ = (
        UniqueConstraint("sha256", name="uq_policy_version_sha256"),
        UniqueConstraint("policy_id", "version", name="uq_policy_version_name"),
        UniqueConstraint("is_current", name="uq_policy_version_one_is_current"),
        CheckConstraint("retired_at IS NULL OR activated_at IS NOT NULL", name="retired_was_active"),
        CheckConstraint(
            "(is_current IS NOT NULL) = (activated_at IS NOT NULL AND retired_at IS NULL)",
            name="current_is_active",
        ),
    )

    id: Mapped[Key]
    policy_id: Mapped[str] = mapped_column(String(60))  # as the file says: "cn-shop"
    version: Mapped[str] = mapped_column(String(40))  # as the file says: "2026.11.1"
    sha256: Mapped[Sha256]  # of the text's UTF-8
    text: Mapped[str] = mapped_column(Text)
    uploaded_by: Mapped[str] = mapped_column(String(40))  # "agent:3", "server"
    uploaded_at: Mapped[datetime]
    effective_from: Mapped[datetime]
    activated_by: Mapped[str] = mapped_column(String(40), default="", server_default="")
    activated_at: Mapped[datetime | None]
    retired_at: Mapped[datetime | None]  # when the next one takes over, which may be still to come
    # True for the newest that was activated; NULL for all others, so that UNIQUE means one.
    is_current: Mapped[bool | None]

    @property
    def begins_at(self) -> datetime | None:
        """When it comes into force; None while nobody has activated it."""
        return max(self.activated_at, self.effective_from) if self.activated_at else None


class ForceMajeureEvent(Base):
    """Something that nobody could help, declared by a lead: it opens the clauses that speak of it."""

    __tablename__ = "force_majeure_event"
    __table_args__ = (
        Index("ix_force_majeure_event_starts", "starts_at"),
        CheckConstraint("ends_at IS NULL OR ends_at > starts_at", name="ends_after_it_starts"),
    )

    id: Mapped[Key]
    name_zh: Mapped[str] = mapped_column(String(200), default="")
    name_en: Mapped[str] = mapped_column(String(200), default="")
    regions: Mapped[list[Any]] = mapped_column(JSON)  # ISO 3166: "CN-GD", "DE"; none: everywhere
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]  # None: nobody knows yet
    source: Mapped[str] = mapped_column(String(500), default="", server_default="")  # a link
    declared_by: Mapped[str] = mapped_column(String(40))
    declared_at: Mapped[datetime]
    ended_by: Mapped[str] = mapped_column(String(40), default="", server_default="")  # before its time


class EventClaim(Base):
    """An open claim that a declared event gives time: a row of work, done by whoever comes first."""

    __tablename__ = "event_claim"
    __table_args__ = (
        UniqueConstraint("event_id", "claim_id", name="uq_event_claim"),
        Index("ix_event_claim_due", "done_at", "due_at"),
    )

    id: Mapped[Key]
    event_id: Mapped[int] = mapped_column(ForeignKey("force_majeure_event.id"))
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"))
    due_at: Mapped[datetime]  # when the event begins, if that is still to come
    done_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")  # that failed
    problem: Mapped[str] = mapped_column(String(1000), default="", server_default="")
    again_at: Mapped[datetime | None]  # after a failure; None: a person has to look
