"""Which ticket is about which order, how sure that is, and the one-time links that make it sure."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.db import Base
from helpdesk.models.columns import Email, Key, choice
from helpdesk.models.orders import Order
from helpdesk.rules.claim_terms import LinkLevel


class TicketOrder(Base):
    """This ticket is about that order. Only `verified` lets anything about the order be said or done."""

    __tablename__ = "ticket_order"
    __table_args__ = (UniqueConstraint("ticket_id", "order_id", name="uq_ticket_order"),)

    id: Mapped[Key]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    order_id: Mapped[int] = mapped_column(ForeignKey("shop_order.id"), index=True)
    level: Mapped[LinkLevel] = mapped_column(choice(LinkLevel, "level"))
    how: Mapped[str] = mapped_column(String(40))  # "sender", "link", "picker", "agent": see rules/linking.py
    # Whoever asks writes from an address that is not on the order: a second person looks at money.
    other_address: Mapped[bool] = mapped_column(default=False, server_default=false())
    linked_at: Mapped[datetime]
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"))  # the newest that says so

    order: Mapped[Order] = relationship()


class NamedNumber(Base):
    """A number in a mail that may be an order's, and that no order has yet: it may be told of later."""

    __tablename__ = "named_number"
    __table_args__ = (
        UniqueConstraint("ticket_id", "number", name="uq_named_number"),
        Index("ix_named_number_at", "named_at"),
    )

    id: Mapped[Key]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"))  # the mail that names it
    number: Mapped[str] = mapped_column(String(64))  # in the compared form: see rules/order_numbers.py
    named_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")  # to link it that failed


class OrderProof(Base):
    """A one-time link that went to an address on file. Its token is the signed id; used at most once."""

    __tablename__ = "order_proof"
    __table_args__ = (
        Index("ix_order_proof_ticket", "ticket_id", "order_id"),
        CheckConstraint("tries >= 0", name="tries_are_not_negative"),
    )

    id: Mapped[Key]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    order_id: Mapped[int | None] = mapped_column(ForeignKey("shop_order.id"))  # None: choose one of yours
    sent_to: Mapped[Email]
    sent_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)  # how often a new one was asked for from its page
