"""inside the shop

People without a login whom the desk asks by mail, goods on their way back, what was promised instead of
money, and disputes that a platform decides. Plans may be about what somebody in the shop was to do.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

KINDS = "'arrival_check', 'survey', 'claim_reminder', 'claim_due', 'offer_expiry'"
MORE_KINDS = f"{KINDS}, 'task_due'"
PLANS = (
    "id, ticket_id, kind, cycle, due_at, unless, facts, state, withdrawn_because, attempts, problem,"
    " again_at, created_at, done_at, claim_id"
)


def upgrade() -> None:
    op.create_table(
        "contact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("locale", sa.String(length=12), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("unreached", sa.String(length=500), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "role IN ('warehouse', 'seller', 'finance', 'carrier')", name=op.f("ck_contact_role")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
        sa.UniqueConstraint("email", name=op.f("uq_contact_email")),
    )
    op.create_table(
        "return_address",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=60), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("version > 0", name=op.f("ck_return_address_version_counts_from_one")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["agent.id"], name=op.f("fk_return_address_created_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_address")),
        sa.UniqueConstraint("label", "version", name="uq_return_address_version"),
    )
    op.create_index(
        "uq_return_address_current",
        "return_address",
        ["label"],
        unique=True,
        sqlite_where=sa.text("is_current = 1"),
        postgresql_where=sa.text("is_current"),
    )
    op.create_table(
        "inquiry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.Integer(), nullable=True),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("words", sa.String(length=8000), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("waits", sa.Boolean(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.String(length=500), nullable=False),
        sa.CheckConstraint(
            "(state = 'open') = (settled_at IS NULL)", name=op.f("ck_inquiry_settled_has_a_moment")
        ),
        sa.ForeignKeyConstraint(["asked_by_id"], ["agent.id"], name=op.f("fk_inquiry_asked_by_id")),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_inquiry_claim_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_inquiry_contact_id")),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_inquiry_entry_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_inquiry_ticket_id")),
        sa.CheckConstraint("kind IN ('question', 'task')", name=op.f("ck_inquiry_kind")),
        sa.CheckConstraint(
            "state IN ('open', 'answered', 'done', 'withdrawn')", name=op.f("ck_inquiry_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inquiry")),
    )
    op.create_index(op.f("ix_inquiry_claim_id"), "inquiry", ["claim_id"], unique=False)
    op.create_index("ix_inquiry_contact", "inquiry", ["contact_id", "state"], unique=False)
    op.create_index(op.f("ix_inquiry_ticket_id"), "inquiry", ["ticket_id"], unique=False)
    op.create_table(
        "platform_case",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(length=40), nullable=False),
        sa.Column("number", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deadline", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deadline_source", sa.String(length=10), nullable=False),
        sa.Column("verdict", sa.String(length=2000), nullable=False),
        sa.Column("notes", sa.String(length=2000), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'open') = (decided_at IS NULL)", name=op.f("ck_platform_case_decided_has_a_moment")
        ),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_platform_case_claim_id")),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_platform_case_entry_id")),
        sa.CheckConstraint(
            "state IN ('open', 'won', 'lost', 'settled')", name=op.f("ck_platform_case_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_platform_case")),
        sa.UniqueConstraint("platform", "number", name="uq_platform_case_number"),
    )
    op.create_index(op.f("ix_platform_case_claim_id"), "platform_case", ["claim_id"], unique=False)
    op.create_index(
        "uq_platform_case_open",
        "platform_case",
        ["claim_id"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "held_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("inquiry_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("sender", sa.String(length=320), nullable=False),
        sa.Column("why", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'held') = (settled_at IS NULL)", name=op.f("ck_held_answer_settled_has_a_moment")
        ),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_held_answer_entry_id")),
        sa.ForeignKeyConstraint(["inquiry_id"], ["inquiry.id"], name=op.f("fk_held_answer_inquiry_id")),
        sa.ForeignKeyConstraint(["settled_by_id"], ["agent.id"], name=op.f("fk_held_answer_settled_by_id")),
        sa.CheckConstraint("state IN ('held', 'taken', 'refused')", name=op.f("ck_held_answer_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held_answer")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_held_answer_entry_id")),
    )
    op.create_index(op.f("ix_held_answer_inquiry_id"), "held_answer", ["inquiry_id"], unique=False)
    op.create_table(
        "coupon",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.Integer(), nullable=False),
        sa.Column("remedy_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("ours", sa.Boolean(), nullable=False),
        sa.Column("face_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("issued_by", sa.String(length=40), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("why", sa.String(length=500), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'issued') = (settled_at IS NULL)", name=op.f("ck_coupon_settled_has_a_moment")
        ),
        sa.CheckConstraint("face_minor > 0", name=op.f("ck_coupon_face_is_positive")),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_coupon_claim_id")),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_coupon_entry_id")),
        sa.ForeignKeyConstraint(["remedy_id"], ["agreed_remedy.id"], name=op.f("fk_coupon_remedy_id")),
        sa.CheckConstraint(
            "state IN ('issued', 'redeemed', 'expired', 'void')", name=op.f("ck_coupon_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coupon")),
        sa.UniqueConstraint("code", name=op.f("uq_coupon_code")),
    )
    op.create_index(op.f("ix_coupon_claim_id"), "coupon", ["claim_id"], unique=False)
    op.create_index(
        "uq_coupon_live",
        "coupon",
        ["remedy_id"],
        unique=True,
        sqlite_where=sa.text("state <> 'void'"),
        postgresql_where=sa.text("state <> 'void'"),
    )
    op.create_table(
        "replacement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.Integer(), nullable=False),
        sa.Column("remedy_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("promised_on", sa.Date(), nullable=False),
        sa.Column("overdue_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("carrier", sa.String(length=60), nullable=False),
        sa.Column("tracking", sa.String(length=60), nullable=False),
        sa.Column("shipped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("why", sa.String(length=500), nullable=False),
        sa.Column("created_by", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state = 'delivered') = (delivered_at IS NOT NULL)",
            name=op.f("ck_replacement_delivered_has_a_moment"),
        ),
        sa.CheckConstraint(
            "state <> 'shipped' OR shipped_at IS NOT NULL", name=op.f("ck_replacement_shipped_has_a_moment")
        ),
        sa.CheckConstraint("version > 0", name=op.f("ck_replacement_version_counts_from_one")),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_replacement_claim_id")),
        sa.ForeignKeyConstraint(["remedy_id"], ["agreed_remedy.id"], name=op.f("fk_replacement_remedy_id")),
        sa.CheckConstraint("kind IN ('exchange', 'redelivery', 'wait')", name=op.f("ck_replacement_kind")),
        sa.CheckConstraint(
            "state IN ('promised', 'shipped', 'delivered', 'failed', 'canceled')",
            name=op.f("ck_replacement_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replacement")),
    )
    op.create_index(op.f("ix_replacement_claim_id"), "replacement", ["claim_id"], unique=False)
    op.create_index(
        "uq_replacement_live",
        "replacement",
        ["remedy_id"],
        unique=True,
        sqlite_where=sa.text("state <> 'canceled'"),
        postgresql_where=sa.text("state <> 'canceled'"),
    )
    op.create_table(
        "return_shipment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.Integer(), nullable=False),
        sa.Column("remedy_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("address_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("payer", sa.String(length=20), nullable=False),
        sa.Column("send_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("warned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("carrier", sa.String(length=60), nullable=False),
        sa.Column("tracking", sa.String(length=60), nullable=False),
        sa.Column("tracked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("inspected_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("why", sa.String(length=500), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state <> 'inspected' OR inspected_at IS NOT NULL",
            name=op.f("ck_return_shipment_inspected_has_a_moment"),
        ),
        sa.CheckConstraint(
            "(outcome IS NULL) = (inspected_at IS NULL)",
            name=op.f("ck_return_shipment_inspected_has_an_outcome"),
        ),
        sa.CheckConstraint("version > 0", name=op.f("ck_return_shipment_version_counts_from_one")),
        sa.ForeignKeyConstraint(
            ["address_id"], ["return_address.id"], name=op.f("fk_return_shipment_address_id")
        ),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_return_shipment_claim_id")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["agent.id"], name=op.f("fk_return_shipment_created_by_id")
        ),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_return_shipment_entry_id")),
        sa.ForeignKeyConstraint(
            ["remedy_id"], ["agreed_remedy.id"], name=op.f("fk_return_shipment_remedy_id")
        ),
        sa.CheckConstraint(
            "state IN ('awaiting', 'in_transit', 'received', 'inspected', 'expired',"
            " 'lost_in_transit', 'canceled')",
            name=op.f("ck_return_shipment_state"),
        ),
        sa.CheckConstraint("payer IN ('buyer', 'seller')", name=op.f("ck_return_shipment_payer")),
        sa.CheckConstraint("outcome IN ('as_agreed', 'otherwise')", name=op.f("ck_return_shipment_outcome")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_shipment")),
        sa.UniqueConstraint("number", name=op.f("uq_return_shipment_number")),
    )
    op.create_index(op.f("ix_return_shipment_claim_id"), "return_shipment", ["claim_id"], unique=False)
    op.create_index(op.f("ix_return_shipment_tracking"), "return_shipment", ["tracking"], unique=False)
    op.create_index(
        "uq_return_shipment_live",
        "return_shipment",
        ["remedy_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('awaiting', 'in_transit', 'received')"),
        postgresql_where=sa.text("state IN ('awaiting', 'in_transit', 'received')"),
    )
    op.create_table(
        "replacement_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("replacement_id", sa.Integer(), nullable=False),
        sa.Column("order_line_id", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_replacement_line_quantity_is_positive")),
        sa.ForeignKeyConstraint(
            ["order_line_id"], ["order_line.id"], name=op.f("fk_replacement_line_order_line_id")
        ),
        sa.ForeignKeyConstraint(
            ["replacement_id"], ["replacement.id"], name=op.f("fk_replacement_line_replacement_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replacement_line")),
        sa.UniqueConstraint("replacement_id", "order_line_id", name="uq_replacement_line"),
    )
    op.create_table(
        "return_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("return_id", sa.Integer(), nullable=False),
        sa.Column("order_line_id", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("received_quantity", sa.Integer(), nullable=False),
        sa.Column("reception", sa.String(length=20), nullable=False),
        sa.Column("condition", sa.String(length=20), nullable=True),
        sa.Column("resellable", sa.Boolean(), nullable=True),
        sa.Column("deduction_minor", sa.BigInteger(), nullable=False),
        sa.Column("why", sa.String(length=500), nullable=False),
        sa.CheckConstraint(
            "deduction_minor = 0 OR why <> ''", name=op.f("ck_return_line_deduction_has_a_reason")
        ),
        sa.CheckConstraint("deduction_minor >= 0", name=op.f("ck_return_line_deduction_is_not_negative")),
        sa.CheckConstraint("quantity > 0 AND received_quantity >= 0", name=op.f("ck_return_line_quantities")),
        sa.ForeignKeyConstraint(
            ["order_line_id"], ["order_line.id"], name=op.f("fk_return_line_order_line_id")
        ),
        sa.ForeignKeyConstraint(["return_id"], ["return_shipment.id"], name=op.f("fk_return_line_return_id")),
        sa.CheckConstraint(
            "reception IN ('awaiting', 'in_transit', 'received', 'short', 'wrong_item',"
            " 'damaged', 'lost_in_transit', 'expired', 'canceled')",
            name=op.f("ck_return_line_reception"),
        ),
        sa.CheckConstraint(
            "condition IN ('unopened', 'opened_intact', 'used', 'damaged_by_buyer', 'faulty')",
            name=op.f("ck_return_line_condition"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_line")),
        sa.UniqueConstraint("return_id", "order_line_id", name="uq_return_line"),
    )
    op.create_table(
        "return_photo",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("attachment_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachment.id"], name=op.f("fk_return_photo_attachment_id")
        ),
        sa.ForeignKeyConstraint(["line_id"], ["return_line.id"], name=op.f("fk_return_photo_line_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_photo")),
        sa.UniqueConstraint("line_id", "attachment_id", name="uq_return_photo"),
    )
    # ### end Alembic commands ###
    _refer("outbox_message", "inquiry_id", "inquiry")
    _change_kinds(MORE_KINDS)


def downgrade() -> None:
    op.execute("DELETE FROM reminder WHERE kind = 'task_due'")
    _change_kinds(KINDS)
    op.execute("DELETE FROM outbox_message WHERE inquiry_id IS NOT NULL")  # it would look like a buyer's
    _forget("outbox_message", "inquiry_id")
    for table in (
        "return_photo",
        "return_line",
        "replacement_line",
        "return_shipment",
        "replacement",
        "coupon",
        "held_answer",
        "platform_case",
        "inquiry",
        "return_address",
        "contact",
    ):
        op.drop_table(table)


def _refer(table: str, column: str, to: str) -> None:
    op.execute(
        f"ALTER TABLE {table} ADD COLUMN {column} INTEGER CONSTRAINT fk_{table}_{column} REFERENCES {to} (id)"
    )
    op.create_index(f"ix_{table}_{column}", table, [column])


def _forget(table: str, column: str) -> None:
    op.drop_index(f"ix_{table}_{column}", table_name=table)
    op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")


def _change_kinds(kinds: str) -> None:
    """What a plan may be about. SQLite cannot change a CHECK, so the table is made anew and filled."""
    condition = f"kind IN ({kinds})"
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint(op.f("ck_reminder_kind"), "reminder", type_="check")
        op.create_check_constraint(op.f("ck_reminder_kind"), "reminder", condition)
        return
    op.drop_index("ix_reminder_due", table_name="reminder")
    op.drop_index("ix_reminder_ticket_id", table_name="reminder")
    op.drop_index("ix_reminder_claim_id", table_name="reminder")
    op.rename_table("reminder", "reminder_before")
    op.create_table(
        "reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("unless", sa.JSON(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("withdrawn_because", sa.String(length=60), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("problem", sa.String(length=1000), nullable=False, server_default=""),
        sa.Column("again_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(condition, name=op.f("ck_reminder_kind")),
        sa.CheckConstraint("state IN ('planned', 'done', 'withdrawn')", name=op.f("ck_reminder_state")),
        sa.CheckConstraint(
            "(state = 'withdrawn') = (withdrawn_because <> '')",
            name=op.f("ck_reminder_withdrawn_has_a_reason"),
        ),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_reminder_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
        sa.UniqueConstraint("kind", "ticket_id", "cycle", name="uq_reminder_cycle"),
    )
    _refer("reminder", "claim_id", "claim")  # not above: only a column that was added so can be dropped
    op.execute(f"INSERT INTO reminder ({PLANS}) SELECT {PLANS} FROM reminder_before")  # noqa: S608  ours
    op.drop_table("reminder_before")
    op.create_index("ix_reminder_due", "reminder", ["state", "due_at"])
    op.create_index("ix_reminder_ticket_id", "reminder", ["ticket_id"])
