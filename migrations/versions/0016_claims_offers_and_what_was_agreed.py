"""claims, offers and what was agreed

What a buyer asks for on an order, how it was decided, what was shown, proposed, approved and agreed. Lines
of orders know what was given for them, so that no unit is made good twice. Plans may be about a claim.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

KINDS = "'arrival_check', 'survey'"
MORE_KINDS = f"{KINDS}, 'claim_reminder', 'claim_due', 'offer_expiry'"
MADE_GOOD_ONCE = (
    "given_minor >= 0 AND given_minor * quantity <= line_paid_minor * (quantity - compensated_quantity)"
)
POSTAGE_ONCE = "shipping_given_minor >= 0 AND shipping_given_minor <= shipping_paid_minor"
PLANS = (
    "id, ticket_id, kind, cycle, due_at, unless, facts, state, withdrawn_because, attempts, problem,"
    " again_at, created_at, done_at"
)


def upgrade() -> None:
    op.create_table(
        "claim",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("reason_source", sa.String(length=10), nullable=False),
        sa.Column("wish", sa.String(length=20), nullable=True),
        sa.Column("wish_minor", sa.BigInteger(), nullable=True),
        sa.Column("wish_currency", sa.String(length=3), nullable=False),
        sa.Column("condition", sa.String(length=20), nullable=True),
        sa.Column("urgent", sa.String(length=60), nullable=False),
        sa.Column("cause", sa.String(length=40), nullable=False),
        sa.Column("lesson", sa.String(length=2000), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by", sa.String(length=40), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(wish_minor IS NULL) = (wish_currency = '')", name=op.f("ck_claim_wish_has_a_currency")
        ),
        sa.CheckConstraint("version > 0", name=op.f("ck_claim_version_counts_from_one")),
        sa.CheckConstraint(
            "state IN ('new', 'needs_link', 'awaiting_buyer', 'awaiting_decision', 'offered',"
            " 'awaiting_approval', 'approved', 'resolved', 'rejected', 'withdrawn',"
            " 'disputed', 'closed')",
            name=op.f("ck_claim_state"),
        ),
        sa.CheckConstraint(
            "wish IN ('refund', 'return', 'exchange', 'resend', 'cancel', 'partial',"
            " 'where_is_it', 'where_is_the_money')",
            name=op.f("ck_claim_wish"),
        ),
        sa.CheckConstraint(
            "condition IN ('unopened', 'opened_intact', 'used', 'damaged_by_buyer', 'faulty')",
            name=op.f("ck_claim_condition"),
        ),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_claim_entry_id")),
        sa.ForeignKeyConstraint(["order_id"], ["shop_order.id"], name=op.f("fk_claim_order_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_claim_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim")),
    )
    op.create_index(op.f("ix_claim_order_id"), "claim", ["order_id"], unique=False)
    op.create_index("ix_claim_state", "claim", ["state", "since"], unique=False)
    op.create_index(op.f("ix_claim_ticket_id"), "claim", ["ticket_id"], unique=False)
    op.create_index(
        "uq_claim_unlinked",
        "claim",
        ["ticket_id"],
        unique=True,
        sqlite_where=sa.text("order_id IS NULL AND live = 1"),
        postgresql_where=sa.text("order_id IS NULL AND live"),
    )
    op.create_table(
        "claim_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.Integer(), nullable=False),
        sa.Column("order_line_id", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("matter", sa.String(length=40), nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_claim_line_quantity_is_positive")),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_claim_line_claim_id")),
        sa.ForeignKeyConstraint(
            ["order_line_id"], ["order_line.id"], name=op.f("fk_claim_line_order_line_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_line")),
        sa.UniqueConstraint("claim_id", "order_line_id", name="uq_claim_line"),
    )
    op.create_index(
        "uq_claim_line_live",
        "claim_line",
        ["order_line_id", "matter"],
        unique=True,
        sqlite_where=sa.text("live = 1"),
        postgresql_where=sa.text("live"),
    )
    op.create_table(
        "decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.Integer(), nullable=False),
        sa.Column("policy_version_id", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(length=12), nullable=False),
        sa.Column("clause", sa.String(length=60), nullable=False),
        sa.Column("outcome", sa.JSON(), nullable=False),
        sa.Column("why", sa.String(length=500), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_decision_claim_id")),
        sa.ForeignKeyConstraint(
            ["policy_version_id"], ["policy_version.id"], name=op.f("fk_decision_policy_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    op.create_index(op.f("ix_decision_claim_id"), "decision", ["claim_id"], unique=False)
    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("attachment_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("way", sa.String(length=10), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("why", sa.String(length=500), server_default="", nullable=False),
        sa.Column("judged_by", sa.String(length=40), server_default="", nullable=False),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_elsewhere", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.CheckConstraint(
            "(state = 'given') = (judged_at IS NULL)", name=op.f("ck_evidence_judged_has_a_moment")
        ),
        sa.CheckConstraint(
            "(state = 'refused') = (why <> '')", name=op.f("ck_evidence_refused_has_a_reason")
        ),
        sa.CheckConstraint(
            "kind IN ('photo', 'photo_of_parcel', 'video', 'listing', 'screenshot',"
            " 'statement', 'tracking', 'weight')",
            name=op.f("ck_evidence_kind"),
        ),
        sa.CheckConstraint("state IN ('given', 'accepted', 'refused')", name=op.f("ck_evidence_state")),
        sa.ForeignKeyConstraint(["attachment_id"], ["attachment.id"], name=op.f("fk_evidence_attachment_id")),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_evidence_claim_id")),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_evidence_entry_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
        sa.UniqueConstraint("claim_id", "sha256", name="uq_evidence"),
    )
    op.create_index("ix_evidence_sha256", "evidence", ["sha256"], unique=False)
    op.create_table(
        "evidence_asked",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('photo', 'photo_of_parcel', 'video', 'listing', 'screenshot',"
            " 'statement', 'tracking', 'weight')",
            name=op.f("ck_evidence_asked_kind"),
        ),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_evidence_asked_claim_id")),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_evidence_asked_entry_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_asked")),
        sa.UniqueConstraint("claim_id", "kind", name="uq_evidence_asked"),
    )
    op.create_table(
        "offer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("words", sa.String(length=4000), nullable=False),
        sa.Column("why", sa.String(length=500), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.Column("chosen", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_way", sa.String(length=10), nullable=False),
        sa.Column("answered_entry_id", sa.Integer(), nullable=True),
        sa.Column("counter", sa.String(length=4000), nullable=False),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (state IN ('proposed', 'open'))", name=op.f("ck_offer_answered")
        ),
        sa.CheckConstraint(
            "(state = 'accepted') = (chosen IS NOT NULL)", name=op.f("ck_offer_accepted_has_an_option")
        ),
        sa.CheckConstraint(
            "state IN ('proposed', 'open', 'accepted', 'countered', 'declined', 'expired', 'withdrawn')",
            name=op.f("ck_offer_state"),
        ),
        sa.ForeignKeyConstraint(["answered_entry_id"], ["entry.id"], name=op.f("fk_offer_answered_entry_id")),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_offer_claim_id")),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_offer_entry_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["agent.id"], name=op.f("fk_offer_made_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer")),
        sa.UniqueConstraint("claim_id", "number", name="uq_offer_number"),
    )
    op.create_index(
        "uq_offer_unanswered",
        "offer",
        ["claim_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('proposed', 'open')"),
        postgresql_where=sa.text("state IN ('proposed', 'open')"),
    )
    op.create_table(
        "reason_correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.Column("suggested", sa.String(length=40), nullable=False),
        sa.Column("chosen", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_reason_correction_claim_id")),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_reason_correction_entry_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reason_correction")),
    )
    op.create_index(op.f("ix_reason_correction_claim_id"), "reason_correction", ["claim_id"], unique=False)
    op.create_table(
        "agreed_remedy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.Integer(), nullable=False),
        sa.Column("offer_id", sa.Integer(), nullable=False),
        sa.Column("remedy", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("worth_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("shares", sa.JSON(), nullable=False),
        sa.Column("goods", sa.JSON(), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("amount_minor >= 0", name=op.f("ck_agreed_remedy_amount_is_not_negative")),
        sa.CheckConstraint(
            "remedy IN ('full_refund', 'partial_refund', 'return_refund', 'exchange',"
            " 'redelivery', 'coupon', 'wait_with_date')",
            name=op.f("ck_agreed_remedy_remedy"),
        ),
        sa.CheckConstraint(
            "state IN ('agreed', 'under_way', 'complete', 'canceled')", name=op.f("ck_agreed_remedy_state")
        ),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_agreed_remedy_claim_id")),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f("fk_agreed_remedy_offer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreed_remedy")),
    )
    op.create_index("ix_agreed_remedy_claim", "agreed_remedy", ["claim_id"], unique=False)
    op.create_table(
        "approval",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.Integer(), nullable=False),
        sa.Column("offer_id", sa.Integer(), nullable=False),
        sa.Column("needs_answer", sa.Boolean(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("why", sa.String(length=500), nullable=False),
        sa.CheckConstraint("decided_by_id <> asked_by_id", name=op.f("ck_approval_another_person")),
        sa.CheckConstraint("state IN ('asked', 'given', 'refused', 'void')", name=op.f("ck_approval_state")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["agent.id"], name=op.f("fk_approval_asked_by_id")),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_approval_claim_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["agent.id"], name=op.f("fk_approval_decided_by_id")),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f("fk_approval_offer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval")),
    )
    op.create_index(
        "uq_approval_asked",
        "approval",
        ["claim_id"],
        unique=True,
        sqlite_where=sa.text("state = 'asked'"),
        postgresql_where=sa.text("state = 'asked'"),
    )
    op.create_table(
        "offer_part",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("offer_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("option", sa.Integer(), nullable=False),
        sa.Column("remedy", sa.String(length=20), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("goods", sa.JSON(), nullable=False),
        sa.CheckConstraint("amount_minor >= 0", name=op.f("ck_offer_part_amount_is_not_negative")),
        sa.CheckConstraint("option > 0", name=op.f("ck_offer_part_options_count_from_one")),
        sa.CheckConstraint(
            "remedy IN ('full_refund', 'partial_refund', 'return_refund', 'exchange',"
            " 'redelivery', 'coupon', 'wait_with_date')",
            name=op.f("ck_offer_part_remedy"),
        ),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f("fk_offer_part_offer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer_part")),
        sa.UniqueConstraint("offer_id", "position", name="uq_offer_part"),
    )
    _add("order_line", "given_minor", "BIGINT DEFAULT 0 NOT NULL", "made_good_once", MADE_GOOD_ONCE)
    _add(
        "shop_order",
        "shipping_given_minor",
        "BIGINT DEFAULT 0 NOT NULL",
        "postage_goes_back_once",
        POSTAGE_ONCE,
    )
    _refer("refund", "remedy_id", "agreed_remedy")
    _change_kinds(MORE_KINDS)
    _refer("reminder", "claim_id", "claim")


def downgrade() -> None:
    op.execute("DELETE FROM reminder WHERE kind NOT IN ('arrival_check', 'survey')")
    _forget("reminder", "claim_id")
    _change_kinds(KINDS)
    _forget("refund", "remedy_id")
    op.execute("ALTER TABLE shop_order DROP COLUMN shipping_given_minor")  # and with it its CHECK
    op.execute("ALTER TABLE order_line DROP COLUMN given_minor")
    for table in (
        "offer_part",
        "approval",
        "agreed_remedy",
        "reason_correction",
        "offer",
        "evidence_asked",
        "evidence",
        "decision",
        "claim_line",
        "claim",
    ):
        op.drop_table(table)


def _add(table: str, column: str, kind: str, check: str, condition: str) -> None:
    """A column whose CHECK looks at others too; plainly, not by a copy of the table: see 0012."""
    op.execute(
        f"ALTER TABLE {table} ADD COLUMN {column} {kind} CONSTRAINT ck_{table}_{check} CHECK ({condition})"
    )


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
    op.execute(f"INSERT INTO reminder ({PLANS}) SELECT {PLANS} FROM reminder_before")  # noqa: S608  ours
    op.drop_table("reminder_before")
    op.create_index("ix_reminder_due", "reminder", ["state", "due_at"])
    op.create_index("ix_reminder_ticket_id", "reminder", ["ticket_id"])
