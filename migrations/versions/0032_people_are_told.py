"""people are told

What somebody is told of in the page: one row for each thing, read or not. By which ways she wants to be told
stands on the agent; an empty choice is the usual one.
"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"

EVENTS = "'assigned', 'answered', 'mentioned', 'approval', 'money', 'promise', 'mailbox'"


def upgrade() -> None:
    op.create_table(
        "alert",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agent_id", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(length=20), nullable=False),
        sa.Column("about", sa.String(length=80), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=True),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("by_browser", sa.Boolean(), nullable=False),
        sa.Column("by_mail", sa.Boolean(), nullable=False),
        sa.Column("mailed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(f"event IN ({EVENTS})", name=op.f("ck_alert_event")),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_alert_agent_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_alert_ticket_id")),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_alert_entry_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert")),
        sa.UniqueConstraint("agent_id", "about", name="uq_alert_about"),
    )
    op.create_index("ix_alert_newest", "alert", ["agent_id", "id"])
    op.create_index("ix_alert_ticket", "alert", ["ticket_id", "agent_id"])
    unread = sa.text("read_at IS NULL")
    op.create_index("ix_alert_unread", "alert", ["agent_id"], sqlite_where=unread, postgresql_where=unread)
    op.execute("ALTER TABLE agent ADD COLUMN alerts JSON DEFAULT '{}' NOT NULL")


def downgrade() -> None:
    op.execute("ALTER TABLE agent DROP COLUMN alerts")
    op.drop_table("alert")
