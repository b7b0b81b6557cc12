"""money has a ledger

Every refund has a key that gateways know it by, its own states and moments; what was noted as not arrived is
being looked for, and what was noted by mistake is told from money that came back. Refunds of before were all
paid by hand. Gateways tell by notices, leads stop money by a switch, and silence about an arrival is a plan.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"

STATES = (
    "'reserved', 'submitted', 'pending', 'unknown', 'needs_action', 'succeeded', 'arrived', 'failed',"
    " 'canceled', 'reversed'"
)
STATES_BEFORE = "'succeeded', 'arrived', 'not_arrived', 'canceled'"
KINDS = "'arrival_check', 'survey', 'claim_reminder', 'claim_due', 'offer_expiry', 'task_due'"
MORE_KINDS = f"{KINDS}, 'arrival_assumed'"
PLANS = (
    "id, ticket_id, kind, cycle, due_at, unless, facts, state, withdrawn_because, attempts, problem,"
    " again_at, created_at, done_at, claim_id"
)
KEPT = (
    "id, ticket_id, amount_minor, currency, method, reference, entry_id, remedy_id, recorded_at, expected_at"
)
COUNTS = "state NOT IN ('failed', 'canceled', 'reversed')"
OF_PEOPLE = f"{COUNTS} AND reference <> '' AND gateway IN ('manual', 'external')"


def upgrade() -> None:
    op.execute("CREATE TABLE refund_before AS SELECT * FROM refund")
    op.drop_table("refund")
    _make_refund()
    op.execute(
        f"INSERT INTO refund ({KEPT}, part, key, gateway, trace, state, said, submissions, looks,"  # noqa: S608  ours
        " lease_owner, arrival_assumed, mistaken, submitted_at, paid_at, answered_at, chased_at)"
        f" SELECT {KEPT}, 1, 'T' || ticket_id || '-H' || id, 'manual', '',"
        " CASE state WHEN 'canceled' THEN 'reversed' WHEN 'arrived' THEN 'arrived' ELSE 'succeeded' END,"
        f" '', 1, 0, '', {_no()}, CASE WHEN state = 'canceled' THEN {_yes()} ELSE {_no()} END,"
        " recorded_at, recorded_at, answered_at,"
        " CASE WHEN state = 'not_arrived' THEN coalesce(answered_at, recorded_at) END FROM refund_before"
    )
    op.execute("DROP TABLE refund_before")
    _count_on()
    _make_switch()
    _make_notice()
    _change_kinds(MORE_KINDS)


def downgrade() -> None:
    op.execute("DELETE FROM reminder WHERE kind = 'arrival_assumed'")
    _change_kinds(KINDS)
    op.drop_table("gateway_notice")
    op.drop_table("switch")
    op.execute(
        f"CREATE TABLE refund_before AS SELECT {KEPT}, answered_at,"  # noqa: S608  ours
        f" CASE WHEN mistaken = {_yes()} THEN 'canceled' WHEN state = 'arrived' THEN 'arrived'"
        " WHEN chased_at IS NOT NULL THEN 'not_arrived' ELSE 'succeeded' END AS state"
        " FROM refund WHERE state IN ('succeeded', 'arrived') OR (state = 'reversed' AND"
        f" mistaken = {_yes()})"
    )
    op.drop_table("refund")
    _make_refund_of_before()
    op.execute(
        f"INSERT INTO refund ({KEPT}, answered_at, state)"  # noqa: S608  ours
        f" SELECT {KEPT}, answered_at, state FROM refund_before"
    )
    op.execute("DROP TABLE refund_before")
    _count_on()


def _make_refund() -> None:
    op.create_table(
        "refund",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("remedy_id", sa.Integer(), nullable=True),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("payment_id", sa.Integer(), nullable=True),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("gateway", sa.String(length=40), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("method", sa.String(length=20), nullable=False),
        sa.Column("reference", sa.String(length=120), nullable=False),
        sa.Column("trace", sa.String(length=120), nullable=False),
        sa.Column("proof_sha256", sa.String(length=64), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("said", sa.String(length=500), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submissions", sa.Integer(), nullable=False),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.Column("look_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_owner", sa.String(length=80), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expected_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("arrival_assumed", sa.Boolean(), nullable=False),
        sa.Column("chased_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mistaken", sa.Boolean(), nullable=False),
        sa.CheckConstraint(f"state IN ({STATES})", name=op.f("ck_refund_state")),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_refund_amount_is_positive")),
        sa.CheckConstraint("part > 0", name=op.f("ck_refund_parts_count_from_one")),
        sa.CheckConstraint(
            "(paid_at IS NOT NULL) = (state IN ('succeeded', 'arrived', 'reversed'))",
            name=op.f("ck_refund_paid_has_a_moment"),
        ),
        sa.CheckConstraint(
            "(leased_until IS NULL) = (lease_owner = '')", name=op.f("ck_refund_a_lease_has_an_owner")
        ),
        sa.CheckConstraint(
            "gateway <> '' OR state IN ('reserved', 'canceled')", name=op.f("ck_refund_told_has_a_gateway")
        ),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_refund_entry_id")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_refund_payment_id")),
        sa.ForeignKeyConstraint(["remedy_id"], ["agreed_remedy.id"], name=op.f("fk_refund_remedy_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_refund_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund")),
        sa.UniqueConstraint("key", name="uq_refund_key"),
    )
    op.create_index("ix_refund_ticket_id", "refund", ["ticket_id"])
    op.create_index("ix_refund_remedy_id", "refund", ["remedy_id"])
    op.create_index("ix_refund_look", "refund", ["state", "look_at"])
    _unique_where("uq_refund_part", ["remedy_id", "part"], COUNTS)
    _unique_where("uq_refund_reference", ["method", "reference"], OF_PEOPLE)


def _make_refund_of_before() -> None:
    op.create_table(
        "refund",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("method", sa.String(length=20), nullable=False),
        sa.Column("reference", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expected_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(f"state IN ({STATES_BEFORE})", name=op.f("ck_refund_state")),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_refund_amount_is_positive")),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_refund_entry_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_refund_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund")),
    )
    _refer("refund", "remedy_id", "agreed_remedy")
    op.create_index("ix_refund_ticket_id", "refund", ["ticket_id"])
    _unique_where("uq_refund_reference", ["method", "reference"], "state <> 'canceled'")


def _make_switch() -> None:
    op.create_table(
        "switch",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("off", sa.Boolean(), nullable=False),
        sa.Column("why", sa.String(length=200), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["agent.id"], name=op.f("fk_switch_by_id")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_switch")),
    )


def _make_notice() -> None:
    op.create_table(
        "gateway_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("gateway", sa.String(length=40), nullable=False),
        sa.Column("event", sa.String(length=120), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("reference", sa.String(length=120), nullable=False),
        sa.Column("payment", sa.String(length=120), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("refund_id", sa.Integer(), nullable=True),
        sa.Column("came_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(settled_at IS NULL) = (settled_by_id IS NULL)",
            name=op.f("ck_gateway_notice_settled_by_somebody"),
        ),
        sa.ForeignKeyConstraint(["refund_id"], ["refund.id"], name=op.f("fk_gateway_notice_refund_id")),
        sa.ForeignKeyConstraint(
            ["settled_by_id"], ["agent.id"], name=op.f("fk_gateway_notice_settled_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gateway_notice")),
        sa.UniqueConstraint("gateway", "event", name="uq_gateway_notice"),
    )


def _unique_where(name: str, columns: list[str], condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, "refund", columns, unique=True, sqlite_where=where, postgresql_where=where)


def _yes() -> str:
    return "1" if op.get_bind().dialect.name == "sqlite" else "true"


def _no() -> str:
    return "0" if op.get_bind().dialect.name == "sqlite" else "false"


def _count_on() -> None:
    """PostgreSQL gives numbers by itself: after rows that brought theirs it has to be told where it is."""
    if op.get_bind().dialect.name != "sqlite":
        op.execute("SELECT setval('refund_id_seq', (SELECT coalesce(max(id), 0) + 1 FROM refund), false)")


def _refer(table: str, column: str, to: str) -> None:
    op.execute(
        f"ALTER TABLE {table} ADD COLUMN {column} INTEGER CONSTRAINT fk_{table}_{column} REFERENCES {to} (id)"
    )
    op.create_index(f"ix_{table}_{column}", table, [column])


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
