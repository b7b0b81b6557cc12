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
    for name in ("send_every", "send_per_day"):
        op.add_column("mailbox", sa.Column(name, sa.Integer(), nullable=True))
    op.add_column("mailbox", sa.Column("next_send_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("outbox_message", sa.Column("copy_due_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("outbox_message", sa.Column("copy_tries", sa.Integer(), nullable=False, server_default="0"))
    op.create_index("ix_outbox_message_sent", "outbox_message", ["mailbox_id", "sent_at"])
    op.create_index("ix_outbox_message_copy", "outbox_message", ["mailbox_id", "copy_due_at"])
    op.add_column("buyer", sa.Column("no_surveys_since", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    # Plainly, not by a copy of the tables: that would lose their CHECKs.
    op.drop_column("buyer", "no_surveys_since")
    op.drop_index("ix_outbox_message_copy", "outbox_message")
    op.drop_index("ix_outbox_message_sent", "outbox_message")
    for name in ("copy_tries", "copy_due_at"):
        op.drop_column("outbox_message", name)
    for name in ("next_send_at", "send_per_day", "send_every"):
        op.drop_column("mailbox", name)
    op.drop_table("mailbox_grant")
