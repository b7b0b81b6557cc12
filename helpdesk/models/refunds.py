"""Money going back: one row for each instruction, never deleted, moved by the table of rules/refunds.py."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.db import Base
from helpdesk.models.columns import Key, Sha256, choice
from helpdesk.models.people import Agent
from helpdesk.rules.refunds import Shown, shown
from helpdesk.rules.states import RefundState

COUNTS = "state NOT IN ('failed', 'canceled', 'reversed')"
ONE_OF_A_PART = text(COUNTS)
WITH_REFERENCE = text("reference <> ''")
OF_PEOPLE = text(f"{COUNTS} AND reference <> '' AND gateway IN ('manual', 'external')")


class Refund(Base):
    """One instruction to send money back. Its key is what every gateway is told, however often.

    A promise of money has one live row for each payment that it goes back by; what a person paid without
    any claim has no remedy. A reference that a person noted cannot be noted twice.
    """

    __tablename__ = "refund"
    __table_args__ = (
        UniqueConstraint("key", name="uq_refund_key"),
        Index(
            "uq_refund_part",
            "remedy_id",
            "part",
            unique=True,
            sqlite_where=ONE_OF_A_PART,
            postgresql_where=ONE_OF_A_PART,
        ),
        Index(
            "uq_refund_reference",
            "method",
            "reference",
            unique=True,
            sqlite_where=OF_PEOPLE,
            postgresql_where=OF_PEOPLE,
        ),
        Index("ix_refund_look", "state", "look_at"),
        Index("ix_refund_paid_at", "paid_at"),
        CheckConstraint("amount_minor > 0", name="amount_is_positive"),
        CheckConstraint("part > 0", name="parts_count_from_one"),
        CheckConstraint(
            "(paid_at IS NOT NULL) = (state IN ('succeeded', 'arrived', 'reversed'))",
            name="paid_has_a_moment",
        ),
        CheckConstraint("(leased_until IS NULL) = (lease_owner = '')", name="a_lease_has_an_owner"),
        CheckConstraint("gateway <> '' OR state IN ('reserved', 'canceled')", name="told_has_a_gateway"),
        CheckConstraint("held_by_id IS NULL OR gateway = 'manual'", name="only_people_hold"),
        CheckConstraint("NOT mistaken OR state = 'reversed'", name="mistaken_is_reversed"),
        CheckConstraint(
            "chased_at IS NULL OR state IN ('succeeded', 'arrived')", name="only_what_left_is_chased"
        ),
        CheckConstraint(
            "NOT arrival_assumed OR state IN ('arrived', 'reversed')", name="only_arrivals_are_assumed"
        ),
    )

    id: Mapped[Key]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), index=True)
    remedy_id: Mapped[int | None] = mapped_column(
        ForeignKey("agreed_remedy.id"), index=True
    )  # None: no claim
    part: Mapped[int] = mapped_column(default=1)  # of the remedy: one for each payment
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payment.id"))  # None: none is known
    key: Mapped[str] = mapped_column(String(32))  # "R3-1": of claim 3; "T7-1": of ticket 7, without a claim
    gateway: Mapped[str] = mapped_column(String(40), default="")  # who was told; "" while nobody was
    amount_minor: Mapped[int] = mapped_column(BigInteger)  # in the currency's smallest unit
    currency: Mapped[str] = mapped_column(String(3))  # ISO 4217
    method: Mapped[str] = mapped_column(String(20))  # by which the buyer gets it: see rules/reminders.py
    reference: Mapped[str] = mapped_column(String(120), default="")  # the gateway's own, or as noted by hand
    trace: Mapped[str] = mapped_column(String(120), default="")  # by which the buyer's bank finds it
    proof_sha256: Mapped[Sha256 | None]  # of a screenshot or statement that shows the payment
    state: Mapped[RefundState] = mapped_column(choice(RefundState, "state"))
    said: Mapped[str] = mapped_column(String(500), default="")  # the gateway's last words
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"))  # which set it aside, or noted it
    recorded_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]  # handed over last
    submissions: Mapped[int] = mapped_column(default=0)  # of the same key
    refused_at: Mapped[datetime | None]  # a no to a second asking: not believed before a query agrees
    looks: Mapped[int] = mapped_column(default=0)  # at what became of it
    look_at: Mapped[datetime | None]  # next
    lease_owner: Mapped[str] = mapped_column(String(80), default="")
    leased_until: Mapped[datetime | None]
    paid_at: Mapped[datetime | None]  # when the money left
    expected_at: Mapped[datetime | None]  # when it should be there
    answered_at: Mapped[datetime | None]  # when somebody said that it is there, or is not
    arrival_assumed: Mapped[bool] = mapped_column(default=False)  # nobody answered
    chased_at: Mapped[datetime | None]  # the buyer says that it is not there, and nobody has traced it yet
    mistaken: Mapped[bool] = mapped_column(default=False)  # reversed, because it was noted by mistake
    held_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("agent.id")
    )  # pays it by hand, nobody else does
    shares: Mapped[dict[str, Any]] = mapped_column(
        JSON, default=dict, server_default="{}"
    )  # of external money: what it took of a claim's lines and postage

    held_by: Mapped[Agent | None] = relationship(viewonly=True)

    @property
    def shown(self) -> Shown:
        """The word for it."""
        return shown(
            self.state,
            chased=self.chased_at is not None,
            mistaken=self.mistaken,
            assumed=self.arrival_assumed,
        )


class Switch(Base):
    """Something that leads turn off for the whole desk, and who did: "money"."""

    __tablename__ = "switch"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    off: Mapped[bool]
    why: Mapped[str] = mapped_column(String(200), default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    at: Mapped[datetime]


class GatewayNotice(Base):
    """What a gateway told by itself, once, however often it came. It says where to look."""

    __tablename__ = "gateway_notice"
    __table_args__ = (
        UniqueConstraint("gateway", "event", name="uq_gateway_notice"),
        CheckConstraint("(settled_at IS NULL) = (settled_by_id IS NULL)", name="settled_by_somebody"),
    )

    id: Mapped[Key]
    gateway: Mapped[str] = mapped_column(String(40))
    event: Mapped[str] = mapped_column(String(120))
    key: Mapped[str] = mapped_column(String(64), default="")
    reference: Mapped[str] = mapped_column(String(120), default="")
    payment: Mapped[str] = mapped_column(String(120), default="")
    amount_minor: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3), default="")
    outcome: Mapped[str] = mapped_column(String(20))
    refund_id: Mapped[int | None] = mapped_column(ForeignKey("refund.id"))  # None: nobody here asked for it
    came_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]  # a lead has seen to one that nobody here asked for
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))


class StatementLine(Base):
    """A line of a bank's or platform's statement that agrees with no refund of ours; kept until a lead has
    seen to it. The same file twice, or another file with the same reference, adds nothing.
    """

    __tablename__ = "statement_line"
    __table_args__ = (
        UniqueConstraint("file_sha256", "line", name="uq_statement_line"),
        Index(
            "uq_statement_line_reference",
            "source",
            "reference",
            unique=True,
            sqlite_where=WITH_REFERENCE,
            postgresql_where=WITH_REFERENCE,
        ),
        CheckConstraint("amount_minor > 0", name="amount_is_positive"),
        CheckConstraint("settled_by_id IS NULL OR settled_at IS NOT NULL", name="settled_has_a_moment"),
        CheckConstraint("refund_id IS NULL OR settled_at IS NOT NULL", name="known_is_settled"),
    )

    id: Mapped[Key]
    source: Mapped[str] = mapped_column(String(40))  # the map by which it was read: "alipay"
    file_sha256: Mapped[Sha256]
    line: Mapped[int]  # of that file
    key: Mapped[str] = mapped_column(String(64), default="")  # of ours, as the line carries it
    reference: Mapped[str] = mapped_column(String(120), default="")
    payment: Mapped[str] = mapped_column(String(120), default="")
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    happened_at: Mapped[datetime | None]
    remark: Mapped[str] = mapped_column(String(300), default="")
    fate: Mapped[str] = mapped_column(String(20))  # why it settled nothing: rules/statements.py, Fate
    says: Mapped[str] = mapped_column(String(500), default="")
    refund_id: Mapped[int | None] = mapped_column(ForeignKey("refund.id"))  # what it was after all
    came_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))  # None: by a later statement
