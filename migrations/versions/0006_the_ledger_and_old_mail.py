"""the ledger and old mail

A mailbox counts what its server lists, so that the ledger compares that with what is held; until now only
what was held was counted, so each mailbox begins with that sum. A received message keeps whether it came
from an archive and when it came there, and whether a person said that it is a buyer's mail after all.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

COUNTERS = ("seen", "before_start", "vanished")
WORDS = ("archived", "insisted")


def upgrade() -> None:
    for name in COUNTERS:
        op.add_column("mailbox", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    for name in WORDS:
        column = sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())
        op.add_column("received_message", column)
    op.add_column("received_message", sa.Column("came_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "UPDATE mailbox SET seen = "
        "(SELECT count(*) FROM received_message WHERE received_message.mailbox_id = mailbox.id)"
    )


def downgrade() -> None:
    # Plainly, not by a copy of the table: that would lose its CHECKs.
    for name in ("came_at", *WORDS):
        op.drop_column("received_message", name)
    for name in COUNTERS:
        op.drop_column("mailbox", name)
