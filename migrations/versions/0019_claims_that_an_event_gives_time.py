"""claims that an event gives time

One row for each open claim that a declared event of force majeure touches: written with the event, done each
by itself, so that whoever dies in the middle leaves the others to the clock.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.create_table(
        "event_claim",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("problem", sa.String(length=1000), server_default="", nullable=False),
        sa.Column("again_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_event_claim_claim_id")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["force_majeure_event.id"], name=op.f("fk_event_claim_event_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_claim")),
        sa.UniqueConstraint("event_id", "claim_id", name=op.f("uq_event_claim")),
    )
    op.create_index("ix_event_claim_due", "event_claim", ["done_at", "due_at"])


def downgrade() -> None:
    op.drop_table("event_claim")
