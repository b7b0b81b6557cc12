"""orders and their links

What the shop sold, as its sources tell of it; which ticket is about which order, and how sure that is; the
one-time links that make it sure; the keys by which another program speaks to the API.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_table(
        "api_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("scope", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("scope IN ('orders:read', 'orders:write')", name=op.f("ck_api_key_scope")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_key")),
        sa.UniqueConstraint("name", name=op.f("uq_api_key_name")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_api_key_token_sha256")),
    )
    op.create_table(
        "order_shape",
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("shape", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("source", "shape", name=op.f("pk_order_shape")),
    )
    op.create_table(
        "shop_order",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("external_no", sa.String(length=64), nullable=False),
        sa.Column("external_no_norm", sa.String(length=64), nullable=False),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("shipped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("exponent", sa.Integer(), nullable=False),
        sa.Column("buyer_name", sa.String(length=200), nullable=False),
        sa.Column("phone_last4", sa.String(length=4), nullable=False),
        sa.Column("platform_id", sa.String(length=200), nullable=False),
        sa.Column("ship_country", sa.String(length=2), nullable=False),
        sa.Column("ship_region", sa.String(length=100), nullable=False),
        sa.Column("shipping_paid_minor", sa.BigInteger(), nullable=False),
        sa.Column("shipping_standard_minor", sa.BigInteger(), nullable=False),
        sa.Column("fees_minor", sa.BigInteger(), nullable=False),
        sa.Column("discount_minor", sa.BigInteger(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("exponent BETWEEN 0 AND 4", name=op.f("ck_shop_order_exponent")),
        sa.CheckConstraint(
            "shipping_paid_minor >= 0 AND shipping_standard_minor >= 0"
            " AND fees_minor >= 0 AND discount_minor >= 0",
            name=op.f("ck_shop_order_amounts_are_not_negative"),
        ),
        sa.CheckConstraint(
            "state IN ('unpaid', 'paid', 'shipped', 'delivered', 'completed', 'canceled', 'refunded')",
            name=op.f("ck_shop_order_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_order")),
        sa.UniqueConstraint("source", "external_no_norm", name="uq_shop_order_source_number"),
    )
    op.create_index("ix_shop_order_number", "shop_order", ["external_no_norm"], unique=False)
    op.create_index("ix_shop_order_ordered", "shop_order", ["ordered_at"], unique=False)
    op.create_table(
        "order_address",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("key", sa.String(length=320), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["shop_order.id"], name=op.f("fk_order_address_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_address")),
        sa.UniqueConstraint("order_id", "key", name="uq_order_address"),
    )
    op.create_index(op.f("ix_order_address_key"), "order_address", ["key"], unique=False)
    op.create_table(
        "order_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["shop_order.id"], name=op.f("fk_order_change_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_change")),
    )
    op.create_index(op.f("ix_order_change_order_id"), "order_change", ["order_id"], unique=False)
    op.create_table(
        "order_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sku", sa.String(length=120), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("category", sa.String(length=120), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("unit_paid_minor", sa.BigInteger(), nullable=False),
        sa.Column("line_paid_minor", sa.BigInteger(), nullable=False),
        sa.Column("cost_minor", sa.BigInteger(), nullable=True),
        sa.Column("compensated_quantity", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "compensated_quantity >= 0 AND compensated_quantity <= quantity",
            name=op.f("ck_order_line_compensated_at_most_once"),
        ),
        sa.CheckConstraint(
            "unit_paid_minor >= 0 AND line_paid_minor >= 0",
            name=op.f("ck_order_line_amounts_are_not_negative"),
        ),
        sa.ForeignKeyConstraint(["order_id"], ["shop_order.id"], name=op.f("fk_order_line_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_line")),
        sa.UniqueConstraint("order_id", "position", name="uq_order_line_position"),
    )
    op.create_table(
        "payment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("gateway", sa.String(length=40), nullable=False),
        sa.Column("reference", sa.String(length=120), nullable=False),
        sa.Column("method", sa.String(length=60), nullable=False),
        sa.Column("captured_minor", sa.BigInteger(), nullable=False),
        sa.Column("reserved_minor", sa.BigInteger(), nullable=False),
        sa.Column("refunded_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("exponent", sa.Integer(), nullable=False),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("exponent BETWEEN 0 AND 4", name=op.f("ck_payment_exponent")),
        sa.CheckConstraint(
            "reserved_minor >= 0 AND refunded_minor >= 0"
            " AND reserved_minor + refunded_minor <= captured_minor",
            name=op.f("ck_payment_refunds_fit_in"),
        ),
        sa.ForeignKeyConstraint(["order_id"], ["shop_order.id"], name=op.f("fk_payment_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
        sa.UniqueConstraint("order_id", "gateway", "reference", name="uq_payment_reference"),
    )
    op.create_table(
        "shipment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("carrier", sa.String(length=60), nullable=False),
        sa.Column("tracking", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("shipped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["order_id"], ["shop_order.id"], name=op.f("fk_shipment_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shipment")),
        sa.UniqueConstraint("order_id", "position", name="uq_shipment_position"),
    )
    op.create_index(op.f("ix_shipment_tracking"), "shipment", ["tracking"], unique=False)
    op.create_table(
        "order_proof",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=True),
        sa.Column("sent_to", sa.String(length=320), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.CheckConstraint("tries >= 0", name=op.f("ck_order_proof_tries_are_not_negative")),
        sa.ForeignKeyConstraint(["order_id"], ["shop_order.id"], name=op.f("fk_order_proof_order_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_order_proof_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_proof")),
    )
    op.create_index("ix_order_proof_ticket", "order_proof", ["ticket_id", "order_id"], unique=False)
    op.create_table(
        "ticket_order",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("how", sa.String(length=40), nullable=False),
        sa.Column("other_address", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("level IN ('verified', 'weak', 'suggested')", name=op.f("ck_ticket_order_level")),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_ticket_order_entry_id")),
        sa.ForeignKeyConstraint(["order_id"], ["shop_order.id"], name=op.f("fk_ticket_order_order_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_ticket_order_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_order")),
        sa.UniqueConstraint("ticket_id", "order_id", name="uq_ticket_order"),
    )
    op.create_index(op.f("ix_ticket_order_order_id"), "ticket_order", ["order_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_ticket_order_order_id"), table_name="ticket_order")
    op.drop_table("ticket_order")
    op.drop_index("ix_order_proof_ticket", table_name="order_proof")
    op.drop_table("order_proof")
    op.drop_index(op.f("ix_shipment_tracking"), table_name="shipment")
    op.drop_table("shipment")
    op.drop_table("payment")
    op.drop_table("order_line")
    op.drop_index(op.f("ix_order_change_order_id"), table_name="order_change")
    op.drop_table("order_change")
    op.drop_index(op.f("ix_order_address_key"), table_name="order_address")
    op.drop_table("order_address")
    op.drop_index("ix_shop_order_ordered", table_name="shop_order")
    op.drop_index("ix_shop_order_number", table_name="shop_order")
    op.drop_table("shop_order")
    op.drop_table("order_shape")
    op.drop_table("api_key")
