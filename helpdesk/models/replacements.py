"""What was promised instead of money: goods, a coupon, another day; and disputes that others decide."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.db import Base
from helpdesk.models.columns import Key, choice
from helpdesk.rules.platforms import PlatformState
from helpdesk.rules.replacements import CouponState, ReplacementKind, ReplacementState


class Replacement(Base):
    """Goods that were promised for a day: another item, the same again, or the late order itself."""

    __tablename__ = "replacement"
    __table_args__ = (
        Index(
            "uq_replacement_live",
            "remedy_id",
            unique=True,
            sqlite_where=text("state <> 'canceled'"),
            postgresql_where=text("state <> 'canceled'"),
        ),
        CheckConstraint("version > 0", name="version_counts_from_one"),
        CheckConstraint("state <> 'shipped' OR shipped_at IS NOT NULL", name="shipped_has_a_moment"),
        CheckConstraint("(state = 'delivered') = (delivered_at IS NOT NULL)", name="delivered_has_a_moment"),
    )

    id: Mapped[Key]
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"), index=True)
    remedy_id: Mapped[int] = mapped_column(ForeignKey("agreed_remedy.id"))
    kind: Mapped[ReplacementKind] = mapped_column(choice(ReplacementKind, "kind"))
    state: Mapped[ReplacementState] = mapped_column(choice(ReplacementState, "state"))
    version: Mapped[int]
    promised_on: Mapped[date]  # it leaves the house by then, where the shop is
    overdue_at: Mapped[datetime | None]  # when it was found that the promise was not kept
    words: Mapped[str] = mapped_column(String(500), default="")  # what exactly: "size L, blue"
    carrier: Mapped[str] = mapped_column(String(60), default="")
    tracking: Mapped[str] = mapped_column(String(60), default="")
    shipped_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    why: Mapped[str] = mapped_column(String(500), default="")  # it failed or was canceled
    created_by: Mapped[str] = mapped_column(String(40))
    created_at: Mapped[datetime]

    lines: Mapped[list["ReplacementLine"]] = relationship(order_by="ReplacementLine.id")


class ReplacementLine(Base):
    __tablename__ = "replacement_line"
    __table_args__ = (
        UniqueConstraint("replacement_id", "order_line_id", name="uq_replacement_line"),
        CheckConstraint("quantity > 0", name="quantity_is_positive"),
    )

    id: Mapped[Key]
    replacement_id: Mapped[int] = mapped_column(ForeignKey("replacement.id"))
    order_line_id: Mapped[int] = mapped_column(ForeignKey("order_line.id"))
    quantity: Mapped[int]


class Coupon(Base):
    """A code that is worth money in the shop."""

    __tablename__ = "coupon"
    __table_args__ = (
        Index(
            "uq_coupon_live",
            "remedy_id",
            unique=True,
            sqlite_where=text("state <> 'void'"),
            postgresql_where=text("state <> 'void'"),
        ),
        CheckConstraint("face_minor > 0", name="face_is_positive"),
        CheckConstraint("(state = 'issued') = (settled_at IS NULL)", name="settled_has_a_moment"),
    )

    id: Mapped[Key]
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"), index=True)
    remedy_id: Mapped[int] = mapped_column(ForeignKey("agreed_remedy.id"))
    code: Mapped[str] = mapped_column(String(60), unique=True)
    ours: Mapped[bool]  # made here; else typed from the platform
    face_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    valid_until: Mapped[date]  # the last day, where the shop is
    state: Mapped[CouponState] = mapped_column(choice(CouponState, "state"))
    issued_by: Mapped[str] = mapped_column(String(40))
    issued_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]  # redeemed, expired or void
    why: Mapped[str] = mapped_column(String(500), default="")
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"))  # the letter with the code


class PlatformCase(Base):
    """A dispute at a platform or a card's bank about one claim."""

    __tablename__ = "platform_case"
    __table_args__ = (
        UniqueConstraint("platform", "number", name="uq_platform_case_number"),
        Index(
            "uq_platform_case_open",
            "claim_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided_has_a_moment"),
    )

    id: Mapped[Key]
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"), index=True)
    platform: Mapped[str] = mapped_column(String(40))  # "taobao", "paypal", "visa"
    number: Mapped[str] = mapped_column(String(80))
    state: Mapped[PlatformState] = mapped_column(choice(PlatformState, "state"))
    opened_at: Mapped[datetime]
    deadline: Mapped[datetime | None]  # the platform's own: it beats the timers of our policy
    deadline_source: Mapped[str] = mapped_column(String(10), default="")  # "agent", "import"
    verdict: Mapped[str] = mapped_column(String(2000), default="")
    notes: Mapped[str] = mapped_column(String(2000), default="")  # for colleagues, never in the bundle
    decided_at: Mapped[datetime | None]
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"))
