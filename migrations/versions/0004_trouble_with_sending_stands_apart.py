"""trouble with sending stands apart

Reading and sending fail for different reasons: one sentence for both was cleared by the next look that went
well.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column(
        "mailbox", sa.Column("sending_problem", sa.String(length=1000), nullable=False, server_default="")
    )
    op.add_column("mailbox", sa.Column("sending_problem_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("mailbox", "sending_problem_at")
    op.drop_column("mailbox", "sending_problem")
