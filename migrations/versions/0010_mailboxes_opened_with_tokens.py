"""mailboxes opened with tokens

Google and Microsoft take no passwords from programs any more.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "mailbox_grant",
        sa.Column("mailbox_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("authority", sa.String(length=255), nullable=False),
        sa.Column("client_id", sa.String(length=255), nullable=False),
        sa.Column("client_secret_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("refresh_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("access_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("access_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("access_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refreshing_until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(refresh_sealed IS NULL) = (agreed_at IS NULL)",
            name=op.f("ck_mailbox_grant_agreed_has_a_moment"),
        ),
        sa.CheckConstraint("provider IN ('google', 'microsoft')", name=op.f("ck_mailbox_grant_provider")),
        sa.ForeignKeyConstraint(["mailbox_id"], ["mailbox.id"], name=op.f("fk_mailbox_grant_mailbox_id")),
        sa.PrimaryKeyConstraint("mailbox_id", name=op.f("pk_mailbox_grant")),
    )
    op.add_column("buyer", sa.Column("no_surveys_since", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("buyer", "no_surveys_since")  # plainly: a copy of the table would lose its CHECKs
    op.drop_table("mailbox_grant")
