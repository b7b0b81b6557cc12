"""staff are told by mail

An agent says of which mail she is told, and what she is still to be told of a ticket stands in one row.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

TOLD_OF = "told_of IN ('nothing', 'mine', 'mine_and_unassigned')"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        # Plainly, not by a copy of the tables: that would lose their CHECKs.
        op.execute(
            "ALTER TABLE agent ADD COLUMN told_of VARCHAR(20) DEFAULT 'nothing' NOT NULL"
            f" CONSTRAINT ck_agent_told_of CHECK ({TOLD_OF})"
        )
        op.execute(
            "ALTER TABLE outbox_message ADD COLUMN agent_id INTEGER"
            " CONSTRAINT fk_outbox_message_agent_id REFERENCES agent (id)"
        )
    else:
        op.add_column(
            "agent", sa.Column("told_of", sa.String(length=20), nullable=False, server_default="nothing")
        )
        op.create_check_constraint(op.f("ck_agent_told_of"), "agent", TOLD_OF)
        op.add_column("outbox_message", sa.Column("agent_id", sa.Integer(), nullable=True))
        op.create_foreign_key(
            op.f("fk_outbox_message_agent_id"), "outbox_message", "agent", ["agent_id"], ["id"]
        )
    op.add_column("agent", sa.Column("unreached", sa.String(length=500), nullable=False, server_default=""))
    op.create_table(
        "notification",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("agent_id", sa.Integer(), nullable=False),
        sa.Column("from_seq", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_notification_ticket_id")),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_notification_agent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification")),
        sa.UniqueConstraint("ticket_id", "agent_id", name="uq_notification_ticket_agent"),
    )
    op.create_index("ix_notification_due", "notification", ["due_at"])


def downgrade() -> None:
    op.drop_table("notification")
    for table, column in (("outbox_message", "agent_id"), ("agent", "unreached"), ("agent", "told_of")):
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")  # and with it what was said of it alone
