"""spam stands apart

In a queue of its own, and answered by nobody.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("ticket", sa.Column("spam", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index(
        "ix_ticket_spam",
        "ticket",
        ["updated_at"],
        sqlite_where=sa.text("spam = 1"),
        postgresql_where=sa.text("spam"),
    )


def downgrade() -> None:
    op.drop_index("ix_ticket_spam", "ticket")
    op.drop_column("ticket", "spam")
