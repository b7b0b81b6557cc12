"""indexes for the intake

Every message asks three questions that walked whole tables: SQLite chose the index of states for "is there a
twin?" and "whose answer is this?", and "how much did we write to this address today?" had no index at all.
"""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_index("ix_received_message_same_id", "received_message", ["mailbox_id", "message_id"])
    op.drop_index("ix_received_message_message_id", "received_message")
    op.create_index("ix_outbox_message_recipient", "outbox_message", ["recipient", "created_at"])


def downgrade() -> None:
    op.drop_index("ix_outbox_message_recipient", "outbox_message")
    op.create_index("ix_received_message_message_id", "received_message", ["message_id"])
    op.drop_index("ix_received_message_same_id", "received_message")
