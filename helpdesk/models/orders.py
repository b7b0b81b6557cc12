"""What a shop sold: orders with lines, payments, shipments and history, as their source tells of them.

Money is kept in minor units, and the currency's exponent beside it: an amount of 2026 is read in 2036 by the
digits of 2026. A claim points at `shop_order.id` and `order_line.id`, so neither is ever deleted.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.db import Base
from helpdesk.models.columns import Email, Key, choice
from helpdesk.rules.claim_terms import OrderState


class Order(Base):
    """One order. `source` and the number in its compared form name it, whoever tells of it."""

    __tablename__ = "shop_order"  # ORDER is a word of SQL
    __table_args__ = (
        UniqueConstraint("source", "external_no_norm", name="uq_shop_order_source_number"),
        Index("ix_shop_order_number", "external_no_norm"),
        Index("ix_shop_order_ordered", "ordered_at"),
        CheckConstraint("exponent BETWEEN 0 AND 4", name="exponent"),
        CheckConstraint(
            "shipping_paid_minor >= 0 AND shipping_standard_minor >= 0"
            " AND fees_minor >= 0 AND discount_minor >= 0",
            name="amounts_are_not_negative",
        ),
        CheckConstraint(
            "shipping_given_minor >= 0 AND shipping_given_minor <= shipping_paid_minor",
            name="postage_goes_back_once",
        ),
    )

    id: Mapped[Key]
    source: Mapped[str] = mapped_column(String(40))  # "taobao", "shopify": which shop or platform
    external_no: Mapped[str] = mapped_column(String(64))  # as printed
    external_no_norm: Mapped[str] = mapped_column(String(64))  # see rules/order_numbers.py
    number_end: Mapped[str] = mapped_column(  # its last four, by which people ask for it
        String(4), default=lambda context: context.get_current_parameters()["external_no_norm"][-4:],
        server_default="", index=True,
    )  # fmt: skip
    ordered_at: Mapped[datetime | None]
    paid_at: Mapped[datetime | None]
    shipped_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]  # None: nobody knows; a policy may assume a day, and says so
    state: Mapped[OrderState] = mapped_column(choice(OrderState, "state"))
    currency: Mapped[str] = mapped_column(String(3))  # ISO 4217
    exponent: Mapped[int]  # digits of its minor unit
    buyer_name: Mapped[str] = mapped_column(String(200), default="")
    phone_last4: Mapped[str] = mapped_column(String(4), default="")
    platform_id: Mapped[str] = mapped_column(String(200), default="")  # the buyer's name at the platform
    ship_country: Mapped[str] = mapped_column(String(2), default="")  # ISO 3166-1
    ship_region: Mapped[str] = mapped_column(String(100), default="")
    shipping_paid_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    shipping_standard_minor: Mapped[int] = mapped_column(BigInteger, default=0)  # had it been the cheapest
    fees_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    discount_minor: Mapped[int] = mapped_column(BigInteger, default=0)  # contained in what lines were paid
    shipping_given_minor: Mapped[int] = mapped_column(
        BigInteger, default=0, server_default="0"
    )  # of it: refunded or promised
    told_at: Mapped[datetime | None]  # when it changed at its source, by the source's clock
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    addresses: Mapped[list["OrderAddress"]] = relationship(
        order_by="OrderAddress.id", cascade="all, delete-orphan"
    )
    lines: Mapped[list["OrderLine"]] = relationship(order_by="OrderLine.position")
    payments: Mapped[list["Payment"]] = relationship(order_by="Payment.position")
    shipments: Mapped[list["Shipment"]] = relationship(
        order_by="Shipment.position", cascade="all, delete-orphan"
    )


class OrderAddress(Base):
    """An address on file: whoever reads mail there may speak for the order."""

    __tablename__ = "order_address"
    __table_args__ = (UniqueConstraint("order_id", "key", name="uq_order_address"),)

    id: Mapped[Key]
    order_id: Mapped[int] = mapped_column(ForeignKey("shop_order.id"))
    email: Mapped[Email]  # as given
    key: Mapped[Email] = mapped_column(index=True)  # what two spellings of it share: mail.types.key_of


class OrderLine(Base):
    """So many of one thing, and what was paid for them after all discounts."""

    __tablename__ = "order_line"
    __table_args__ = (
        UniqueConstraint("order_id", "position", name="uq_order_line_position"),
        CheckConstraint(
            "compensated_quantity >= 0 AND compensated_quantity <= quantity",
            name="compensated_at_most_once",
        ),
        CheckConstraint("unit_paid_minor >= 0 AND line_paid_minor >= 0", name="amounts_are_not_negative"),
        CheckConstraint(
            "given_minor >= 0"
            " AND given_minor * quantity <= line_paid_minor * (quantity - compensated_quantity)",
            name="made_good_once",
        ),
    )

    id: Mapped[Key]
    order_id: Mapped[int] = mapped_column(ForeignKey("shop_order.id"))
    position: Mapped[int]  # from one; a line that its source took away stays, with a quantity of 0
    sku: Mapped[str] = mapped_column(String(120), default="")
    title: Mapped[str] = mapped_column(String(300), default="")
    category: Mapped[str] = mapped_column(String(120), default="")
    tags: Mapped[list[str]] = mapped_column(JSON, default=list)
    quantity: Mapped[int]
    unit_paid_minor: Mapped[int] = mapped_column(BigInteger)  # of one, before discounts on the whole order
    line_paid_minor: Mapped[int] = mapped_column(BigInteger)  # of all of them, after every discount
    cost_minor: Mapped[int | None] = mapped_column(BigInteger)  # what the shop paid for all of them
    compensated_quantity: Mapped[int] = mapped_column(default=0)  # units replaced by goods or a coupon
    given_minor: Mapped[int] = mapped_column(
        BigInteger, default=0, server_default="0"
    )  # money refunded or promised


class Payment(Base):
    """One payment of an order. Money goes back this way, and never more than came: the CHECK sees to it."""

    __tablename__ = "payment"
    __table_args__ = (
        UniqueConstraint("order_id", "gateway", "reference", name="uq_payment_reference"),
        CheckConstraint(
            "reserved_minor >= 0 AND refunded_minor >= 0"
            " AND reserved_minor + refunded_minor <= captured_minor",
            name="refunds_fit_in",
        ),
        CheckConstraint("exponent BETWEEN 0 AND 4", name="exponent"),
    )

    id: Mapped[Key]
    order_id: Mapped[int] = mapped_column(ForeignKey("shop_order.id"))
    position: Mapped[int]  # from one: refunds are spread in this order
    gateway: Mapped[str] = mapped_column(String(40))
    reference: Mapped[str] = mapped_column(String(120))
    method: Mapped[str] = mapped_column(String(60), default="")
    captured_minor: Mapped[int] = mapped_column(BigInteger)
    reserved_minor: Mapped[int] = mapped_column(BigInteger, default=0)  # refunds that are on their way
    refunded_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    currency: Mapped[str] = mapped_column(String(3))
    exponent: Mapped[int]
    paid_at: Mapped[datetime | None]


class Shipment(Base):
    __tablename__ = "shipment"
    __table_args__ = (UniqueConstraint("order_id", "position", name="uq_shipment_position"),)

    id: Mapped[Key]
    order_id: Mapped[int] = mapped_column(ForeignKey("shop_order.id"))
    position: Mapped[int]
    carrier: Mapped[str] = mapped_column(String(60), default="")
    tracking: Mapped[str] = mapped_column(String(120), default="", index=True)
    state: Mapped[str] = mapped_column(String(40), default="")  # the carrier's own word
    shipped_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]


class OrderChange(Base):
    """What one telling of an order changed. Rows are added, never changed."""

    __tablename__ = "order_change"

    id: Mapped[Key]
    order_id: Mapped[int] = mapped_column(ForeignKey("shop_order.id"), index=True)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(200))  # "import:orders.csv", "api:erp", "agent:3"
    changes: Mapped[dict[str, Any]] = mapped_column(JSON)  # {"state": ["paid", "shipped"]}; {} when new


class OrderShape(Base):
    """How the numbers of a source look: "SH-#####". By these a number is recognised in a mail."""

    __tablename__ = "order_shape"

    source: Mapped[str] = mapped_column(String(40), primary_key=True)
    shape: Mapped[str] = mapped_column(String(64), primary_key=True)
