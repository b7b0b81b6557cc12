"""tickets that are one matter

A merged ticket points at the one it was merged into. Beside it what helps to see that two mails belong
together: the conversation that the sender's mail program names, and whether a mailbox keeps what follows the
plus in its address.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

MERGED_IS_CLOSED = "merged_into_id IS NULL OR state = 'closed'"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        # Not by a copy of the table: that would forget that a number is never given twice.
        op.execute(
            "ALTER TABLE ticket ADD COLUMN merged_into_id INTEGER"
            " CONSTRAINT fk_ticket_merged_into_id REFERENCES ticket (id)"
            f" CONSTRAINT ck_ticket_merged_is_closed CHECK ({MERGED_IS_CLOSED})"
        )
    else:
        op.add_column("ticket", sa.Column("merged_into_id", sa.Integer(), nullable=True))
        op.create_foreign_key(
            op.f("fk_ticket_merged_into_id"), "ticket", "ticket", ["merged_into_id"], ["id"]
        )
        op.create_check_constraint(op.f("ck_ticket_merged_is_closed"), "ticket", MERGED_IS_CLOSED)
    op.create_index(op.f("ix_ticket_merged_into_id"), "ticket", ["merged_into_id"])
    op.add_column(
        "received_message",
        sa.Column("thread_root", sa.String(length=44), nullable=False, server_default=""),
    )
    named = sa.text("thread_root <> ''")
    op.create_index(
        "ix_received_message_thread",
        "received_message",
        ["mailbox_id", "thread_root"],
        sqlite_where=named,
        postgresql_where=named,
    )
    op.add_column(
        "mailbox",
        sa.Column("plus_addresses", sa.Boolean(), nullable=False, server_default=sa.false()),
    )


def downgrade() -> None:
    op.drop_column("mailbox", "plus_addresses")
    op.drop_index("ix_received_message_thread", "received_message")
    op.drop_column("received_message", "thread_root")
    op.drop_index(op.f("ix_ticket_merged_into_id"), "ticket")
    op.execute("ALTER TABLE ticket DROP COLUMN merged_into_id")  # and with it what was said of it alone
