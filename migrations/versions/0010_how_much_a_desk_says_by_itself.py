"""how much a desk says by itself

Automatic mail of the last hour is counted before each acknowledgement, without walking through all that was
sent.
"""

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_index("ix_outbox_message_automatic", "outbox_message", ["automatic", "created_at"])


def downgrade() -> None:
    op.drop_index("ix_outbox_message_automatic", "outbox_message")
