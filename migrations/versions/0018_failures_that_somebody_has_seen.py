"""failures that somebody has seen

A message that was refused for good is put away by a person, who says why: it stands in no list of what waits.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.add_column("outbox_message", sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.execute("ALTER TABLE outbox_message DROP COLUMN seen_at")
