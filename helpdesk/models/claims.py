"""What a buyer asks for on an order, how it was decided, and what was shown as proof."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.db import Base
from helpdesk.models.columns import Key, Sha256, choice
from helpdesk.rules.claim_terms import Condition, EvidenceKind, Wish
from helpdesk.rules.claims import ClaimState
from helpdesk.rules.evidence import EvidenceState


class Claim(Base):
    """Changed only by actions/claims.py: each change is an entry and one more on `version`."""

    __tablename__ = "claim"
    __table_args__ = (
        Index(
            "uq_claim_unlinked",
            "ticket_id",
            unique=True,
            sqlite_where=text("order_id IS NULL AND live = 1"),
            postgresql_where=text("order_id IS NULL AND live"),
        ),
        Index("ix_claim_state", "state", "since"),
        CheckConstraint("version > 0", name="version_counts_from_one"),
        CheckConstraint("(wish_minor IS NULL) = (wish_currency = '')", name="wish_has_a_currency"),
    )

    id: Mapped[Key]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), index=True)
    order_id: Mapped[int | None] = mapped_column(ForeignKey("shop_order.id"), index=True)
    state: Mapped[ClaimState] = mapped_column(choice(ClaimState, "state"))
    live: Mapped[bool] = mapped_column(default=True)  # holds its order lines
    version: Mapped[int]  # one more with every change; a change made from an older one is refused
    since: Mapped[datetime]  # of this state
    reason: Mapped[str] = mapped_column(String(40), default="")  # a code of claim_terms.REASONS; "": unknown
    reason_source: Mapped[str] = mapped_column(String(10), default="")  # "rule", "buyer", "agent"
    wish: Mapped[Wish | None] = mapped_column(choice(Wish, "wish"))
    wish_minor: Mapped[int | None] = mapped_column(BigInteger)  # an amount that the buyer named
    wish_currency: Mapped[str] = mapped_column(String(3), default="")
    condition: Mapped[Condition | None] = mapped_column(choice(Condition, "condition"))
    urgent: Mapped[str] = mapped_column(String(60), default="")  # why a lead looks first: "legal", "overdue"
    cause: Mapped[str] = mapped_column(String(40), default="")  # what the shop found; "none" is an answer
    lesson: Mapped[str] = mapped_column(String(2000), default="")
    requested_at: Mapped[datetime]  # when the buyer asked: the policy of this moment counts
    opened_by: Mapped[str] = mapped_column(String(40))
    opened_at: Mapped[datetime]
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"))  # that says it was opened
    ended_at: Mapped[datetime | None]

    lines: Mapped[list["ClaimLine"]] = relationship(order_by="ClaimLine.id")


class ClaimLine(Base):
    """Which items, and how many of them. Two live claims never share one for the same reason."""

    __tablename__ = "claim_line"
    __table_args__ = (
        UniqueConstraint("claim_id", "order_line_id", name="uq_claim_line"),
        Index(
            "uq_claim_line_live",
            "order_line_id",
            "matter",
            unique=True,
            sqlite_where=text("live = 1"),
            postgresql_where=text("live"),
        ),
        CheckConstraint("quantity > 0", name="quantity_is_positive"),
    )

    id: Mapped[Key]
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"))
    order_line_id: Mapped[int] = mapped_column(ForeignKey("order_line.id"))
    quantity: Mapped[int]
    matter: Mapped[str] = mapped_column(String(40), default="")  # the claim's reason
    live: Mapped[bool] = mapped_column(default=True)


class Decision(Base):
    """What the policy says about a claim at one moment. Rows are added, never changed."""

    __tablename__ = "decision"

    id: Mapped[Key]
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"), index=True)
    policy_version_id: Mapped[int] = mapped_column(ForeignKey("policy_version.id"))
    verdict: Mapped[str] = mapped_column(String(12))  # "allow", "deny", "review", "need_info"
    clause: Mapped[str] = mapped_column(String(60))  # "" when no clause matched
    outcome: Mapped[dict[str, Any]] = mapped_column(JSON)  # Decision.to_json: facts, amounts, the trace
    why: Mapped[str] = mapped_column(String(500), default="")  # it was evaluated again
    by: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]


class Evidence(Base):
    """A file that is to prove something. The same bytes for the same claim are one row."""

    __tablename__ = "evidence"
    __table_args__ = (
        UniqueConstraint("claim_id", "sha256", name="uq_evidence"),
        Index("ix_evidence_sha256", "sha256"),
        CheckConstraint("(state = 'refused') = (why <> '')", name="refused_has_a_reason"),
        CheckConstraint("(state = 'given') = (judged_at IS NULL)", name="judged_has_a_moment"),
    )

    id: Mapped[Key]
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"))
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"))  # of which it is an attachment
    attachment_id: Mapped[int] = mapped_column(ForeignKey("attachment.id"))
    sha256: Mapped[Sha256]
    kind: Mapped[EvidenceKind] = mapped_column(choice(EvidenceKind, "kind"))
    way: Mapped[str] = mapped_column(String(10))  # "mail", "page", "agent"
    by: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]
    state: Mapped[EvidenceState] = mapped_column(choice(EvidenceState, "state"))
    why: Mapped[str] = mapped_column(String(500), default="", server_default="")
    judged_by: Mapped[str] = mapped_column(String(40), default="", server_default="")
    judged_at: Mapped[datetime | None]
    seen_elsewhere: Mapped[bool] = mapped_column(default=False, server_default=false())  # on another claim


class EvidenceAsked(Base):
    """A kind that the buyer was asked for: once."""

    __tablename__ = "evidence_asked"
    __table_args__ = (UniqueConstraint("claim_id", "kind", name="uq_evidence_asked"),)

    id: Mapped[Key]
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"))
    kind: Mapped[EvidenceKind] = mapped_column(choice(EvidenceKind, "kind"))
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"))
    at: Mapped[datetime]


class ReasonCorrection(Base):
    """Somebody chose another reason than the words had suggested: what the rules learn from."""

    __tablename__ = "reason_correction"

    id: Mapped[Key]
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"), index=True)
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("entry.id"))  # whose words were read
    suggested: Mapped[str] = mapped_column(String(40), default="")
    chosen: Mapped[str] = mapped_column(String(40))
    source: Mapped[str] = mapped_column(String(10))  # "buyer", "agent"
    by: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]
