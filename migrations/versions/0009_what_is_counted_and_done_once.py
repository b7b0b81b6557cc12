"""what is counted and done once

Forms that were carried out, so that a second click changes nothing; tries at the login, counted for all web
processes together; on a reminder how often it could not be carried out, why, and when it is tried again; and
the moment from which a mailbox is out of use.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "submitted_form",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_submitted_form")),
    )
    op.create_index(op.f("ix_submitted_form_at"), "submitted_form", ["at"])
    op.create_table(
        "tally",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("count >= 0", name=op.f("ck_tally_count_is_not_negative")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_tally")),
    )
    op.create_index(op.f("ix_tally_since"), "tally", ["since"])
    op.add_column("reminder", sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("reminder", sa.Column("problem", sa.String(length=1000), nullable=False, server_default=""))
    op.add_column("reminder", sa.Column("again_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("mailbox", sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("mailbox", "removed_at")
    for name in ("again_at", "problem", "attempts"):
        op.drop_column("reminder", name)
    op.drop_table("tally")
    op.drop_table("submitted_form")
