"""What the shop proposes, who had to agree, and what was agreed."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.db import Base
from helpdesk.models.columns import Key, Sha256, choice
from helpdesk.rules.claim_terms import Remedy
from helpdesk.rules.offers import ApprovalState, OfferState, RemedyState

UNANSWERED = text("state IN ('proposed', 'open')")


class Offer(Base):
    """One proposal; the buyer takes one of its options. A claim has one that is unanswered at most.

    What a buyer had asked for and simply gets is an offer too, accepted in the moment it was made.
    """

    __tablename__ = "offer"
    __table_args__ = (
        UniqueConstraint("claim_id", "number", name="uq_offer_number"),
        Index(
            "uq_offer_unanswered",
            "claim_id",
            unique=True,
            sqlite_where=UNANSWERED,
            postgresql_where=UNANSWERED,
        ),
        CheckConstraint("(state = 'accepted') = (chosen IS NOT NULL)", name="accepted_has_an_option"),
        CheckConstraint("(answered_at IS NULL) = (state IN ('proposed', 'open'))", name="answered"),
    )

    id: Mapped[Key]
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"))
    number: Mapped[int]  # per claim, from one
    state: Mapped[OfferState] = mapped_column(choice(OfferState, "state"))
    words: Mapped[str] = mapped_column(String(4000), default="")  # the agent's own, in the letter
    why: Mapped[str] = mapped_column(String(500), default="")  # a lead goes beyond the policy
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))  # None: a clause, by itself
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    digest: Mapped[Sha256]  # of all that is promised: an acceptance names it
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("entry.id"))  # the letter
    chosen: Mapped[int | None]  # the option taken
    answered_at: Mapped[datetime | None]
    answered_way: Mapped[str] = mapped_column(String(10), default="")  # "page", "mail", "call", "asked"
    answered_entry_id: Mapped[int | None] = mapped_column(ForeignKey("entry.id"))  # the mail or the call
    counter: Mapped[str] = mapped_column(String(4000), default="")  # what the buyer proposes instead

    parts: Mapped[list["OfferPart"]] = relationship(order_by="OfferPart.position")


class OfferPart(Base):
    """One remedy of one option: parts with the same option come together, options are alternatives."""

    __tablename__ = "offer_part"
    __table_args__ = (
        UniqueConstraint("offer_id", "position", name="uq_offer_part"),
        CheckConstraint("amount_minor >= 0", name="amount_is_not_negative"),
        CheckConstraint("option > 0", name="options_count_from_one"),
    )

    id: Mapped[Key]
    offer_id: Mapped[int] = mapped_column(ForeignKey("offer.id"))
    position: Mapped[int]
    option: Mapped[int]
    remedy: Mapped[Remedy] = mapped_column(choice(Remedy, "remedy"))
    amount_minor: Mapped[int] = mapped_column(BigInteger)  # money, or a coupon's face; 0 for goods
    currency: Mapped[str] = mapped_column(String(3))
    goods: Mapped[dict[str, Any]] = mapped_column(JSON)  # {"lines": [[order_line, quantity]], "words": …, …}


class Approval(Base):
    """A second person's yes. It binds amount, currency, payee and remedies: any change makes it void."""

    __tablename__ = "approval"
    __table_args__ = (
        Index(
            "uq_approval_asked",
            "claim_id",
            unique=True,
            sqlite_where=text("state = 'asked'"),
            postgresql_where=text("state = 'asked'"),
        ),
        CheckConstraint("decided_by_id <> asked_by_id", name="another_person"),
    )

    id: Mapped[Key]
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"))
    offer_id: Mapped[int] = mapped_column(ForeignKey("offer.id"))  # what it is about
    needs_answer: Mapped[bool]  # the buyer is asked afterwards; else the yes is all
    digest: Mapped[Sha256]
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    asked_at: Mapped[datetime]
    state: Mapped[ApprovalState] = mapped_column(choice(ApprovalState, "state"))
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    decided_at: Mapped[datetime | None]
    why: Mapped[str] = mapped_column(String(500), default="")


class AgreedRemedy(Base):
    """One thing that was agreed, with its own completion. The claim is resolved when all of its are done."""

    __tablename__ = "agreed_remedy"
    __table_args__ = (
        Index("ix_agreed_remedy_claim", "claim_id"),
        CheckConstraint("amount_minor >= 0", name="amount_is_not_negative"),
    )

    id: Mapped[Key]
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"))
    offer_id: Mapped[int] = mapped_column(ForeignKey("offer.id"))
    remedy: Mapped[Remedy] = mapped_column(choice(Remedy, "remedy"))
    state: Mapped[RemedyState] = mapped_column(choice(RemedyState, "state"))
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    worth_minor: Mapped[int] = mapped_column(BigInteger)  # for limits: goods count at what was paid for them
    currency: Mapped[str] = mapped_column(String(3))
    shares: Mapped[dict[str, Any]] = mapped_column(
        JSON
    )  # what of it is for which order line, postage, payment
    goods: Mapped[dict[str, Any]] = mapped_column(JSON)
    agreed_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
