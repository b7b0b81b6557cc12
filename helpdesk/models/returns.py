"""Goods on their way back: where to, by when, what came, and how it was."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.db import Base
from helpdesk.models.columns import Key, choice
from helpdesk.rules.claim_terms import Condition
from helpdesk.rules.returns import Outcome, Payer, Reception, ReturnState

LIVE = text("state IN ('awaiting', 'in_transit', 'received')")


class ReturnAddress(Base):
    """Where goods are sent back to. A changed address is a new row; a return keeps the one it was told."""

    __tablename__ = "return_address"
    __table_args__ = (
        UniqueConstraint("label", "version", name="uq_return_address_version"),
        Index(
            "uq_return_address_current",
            "label",
            unique=True,
            sqlite_where=text("is_current = 1"),
            postgresql_where=text("is_current"),
        ),
        CheckConstraint("version > 0", name="version_counts_from_one"),
    )

    id: Mapped[Key]
    label: Mapped[str] = mapped_column(String(60))  # how colleagues call it
    version: Mapped[int]
    text: Mapped[str] = mapped_column(String(1000))  # as it goes on the parcel: name, street, telephone
    is_current: Mapped[bool] = mapped_column(default=True)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    created_at: Mapped[datetime]


class ReturnShipment(Base):
    """One parcel back, or several under one number; for one agreed remedy. Changed by actions/returns.py."""

    __tablename__ = "return_shipment"
    __table_args__ = (
        Index(
            "uq_return_shipment_live",
            "remedy_id",
            unique=True,
            sqlite_where=LIVE,
            postgresql_where=LIVE,
        ),
        CheckConstraint("version > 0", name="version_counts_from_one"),
        CheckConstraint("(outcome IS NULL) = (inspected_at IS NULL)", name="inspected_has_an_outcome"),
        CheckConstraint("state <> 'inspected' OR inspected_at IS NOT NULL", name="inspected_has_a_moment"),
    )

    id: Mapped[Key]
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"), index=True)
    remedy_id: Mapped[int] = mapped_column(ForeignKey("agreed_remedy.id"))
    number: Mapped[str] = mapped_column(String(40), unique=True)  # what the buyer writes on the parcel
    address_id: Mapped[int] = mapped_column(ForeignKey("return_address.id"))
    state: Mapped[ReturnState] = mapped_column(choice(ReturnState, "state"))
    version: Mapped[int]
    since: Mapped[datetime]  # of this state
    payer: Mapped[Payer] = mapped_column(choice(Payer, "payer"))
    send_by: Mapped[datetime]
    warned_at: Mapped[datetime | None]
    carrier: Mapped[str] = mapped_column(String(60), default="")  # a code of rules/carriers.py, or a word
    tracking: Mapped[str] = mapped_column(String(60), default="", index=True)
    tracked_at: Mapped[datetime | None]
    received_at: Mapped[datetime | None]
    inspected_at: Mapped[datetime | None]
    outcome: Mapped[Outcome | None] = mapped_column(choice(Outcome, "outcome"))
    why: Mapped[str] = mapped_column(String(500), default="")  # it was canceled, lost; or is not as agreed
    created_by_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    created_at: Mapped[datetime]
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"))  # the letter with the address

    address: Mapped[ReturnAddress] = relationship()
    lines: Mapped[list["ReturnLine"]] = relationship(order_by="ReturnLine.id")


class ReturnLine(Base):
    """So many of one item: announced, counted, looked at."""

    __tablename__ = "return_line"
    __table_args__ = (
        UniqueConstraint("return_id", "order_line_id", name="uq_return_line"),
        CheckConstraint("quantity > 0 AND received_quantity >= 0", name="quantities"),
        CheckConstraint("deduction_minor >= 0", name="deduction_is_not_negative"),
        CheckConstraint("deduction_minor = 0 OR why <> ''", name="deduction_has_a_reason"),
    )

    id: Mapped[Key]
    return_id: Mapped[int] = mapped_column(ForeignKey("return_shipment.id"))
    order_line_id: Mapped[int] = mapped_column(ForeignKey("order_line.id"))
    quantity: Mapped[int]  # announced
    received_quantity: Mapped[int] = mapped_column(default=0)
    reception: Mapped[Reception] = mapped_column(choice(Reception, "reception"))
    condition: Mapped[Condition | None] = mapped_column(choice(Condition, "condition"))
    resellable: Mapped[bool | None]
    deduction_minor: Mapped[int] = mapped_column(BigInteger, default=0)  # in the order's currency
    why: Mapped[str] = mapped_column(String(500), default="")

    photos: Mapped[list["ReturnPhoto"]] = relationship(order_by="ReturnPhoto.id")


class ReturnPhoto(Base):
    """A picture that the inspection took; an attachment of its entry."""

    __tablename__ = "return_photo"
    __table_args__ = (UniqueConstraint("line_id", "attachment_id", name="uq_return_photo"),)

    id: Mapped[Key]
    line_id: Mapped[int] = mapped_column(ForeignKey("return_line.id"))
    attachment_id: Mapped[int] = mapped_column(ForeignKey("attachment.id"))
