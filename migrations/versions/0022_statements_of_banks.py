"""statements of banks

A line of a statement that agrees with no refund of ours is kept until a lead has seen to it. What was paid on
a day is asked for often: it has an index.
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.create_table(
        "statement_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("reference", sa.String(length=120), nullable=False),
        sa.Column("payment", sa.String(length=120), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("remark", sa.String(length=300), nullable=False),
        sa.Column("fate", sa.String(length=20), nullable=False),
        sa.Column("says", sa.String(length=500), nullable=False),
        sa.Column("refund_id", sa.Integer(), nullable=True),
        sa.Column("came_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_statement_line_amount_is_positive")),
        sa.CheckConstraint(
            "settled_by_id IS NULL OR settled_at IS NOT NULL",
            name=op.f("ck_statement_line_settled_has_a_moment"),
        ),
        sa.CheckConstraint(
            "refund_id IS NULL OR settled_at IS NOT NULL", name=op.f("ck_statement_line_known_is_settled")
        ),
        sa.ForeignKeyConstraint(["refund_id"], ["refund.id"], name=op.f("fk_statement_line_refund_id")),
        sa.ForeignKeyConstraint(
            ["settled_by_id"], ["agent.id"], name=op.f("fk_statement_line_settled_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement_line")),
        sa.UniqueConstraint("file_sha256", "line", name="uq_statement_line"),
    )
    where = sa.text("reference <> ''")
    op.create_index(
        "uq_statement_line_reference",
        "statement_line",
        ["source", "reference"],
        unique=True,
        sqlite_where=where,
        postgresql_where=where,
    )
    op.create_index("ix_refund_paid_at", "refund", ["paid_at"])


def downgrade() -> None:
    op.drop_index("ix_refund_paid_at", table_name="refund")
    op.drop_table("statement_line")
