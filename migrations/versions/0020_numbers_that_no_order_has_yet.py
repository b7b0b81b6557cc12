"""numbers that no order has yet, and where a ticket is answered

A number that a buyer has named is kept for a while: the order may be told of later than the mail comes. And a
ticket may be answered at another address than the buyer's first.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.create_table(
        "named_number",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_named_number_entry_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_named_number_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_named_number")),
        sa.UniqueConstraint("ticket_id", "number", name="uq_named_number"),
    )
    op.create_index("ix_named_number_at", "named_number", ["named_at"])

    op.add_column("ticket", sa.Column("write_to", sa.String(length=320), nullable=True))


def downgrade() -> None:
    op.execute("ALTER TABLE ticket DROP COLUMN write_to")
    op.drop_table("named_number")
