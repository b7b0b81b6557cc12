"""what agents write

Drafts stand on the server, with their files. Each person says once where sending leads. A reply may go to
others besides the buyer, or leave later. Texts that are used again are kept in both languages.
"""

import re

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"

AFTER = "after_sending IN ('stay', 'next', 'back')"


KINDS = (
    "'arrival_check', 'arrival_assumed', 'survey', 'claim_reminder', 'claim_due', 'offer_expiry', 'task_due'"
)
MORE_KINDS = (
    "'arrival_check', 'arrival_assumed', 'survey', 'claim_reminder', 'claim_due', 'offer_expiry',"
    " 'reply_later', 'task_due'"
)


def upgrade() -> None:
    op.create_table(
        "draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agent_id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("replaced", sa.Text(), nullable=False),
        sa.Column("cc", sa.String(length=2000), nullable=False),
        sa.Column("bcc", sa.String(length=2000), nullable=False),
        sa.Column("pane", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('reply', 'note')", name=op.f("ck_draft_kind")),
        sa.CheckConstraint("version > 0", name=op.f("ck_draft_version_counts_from_one")),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_draft_agent_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_draft_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
        sa.UniqueConstraint("agent_id", "ticket_id", name="uq_draft_agent_ticket"),
    )
    op.create_index(op.f("ix_draft_ticket_id"), "draft", ["ticket_id"])
    op.create_table(
        "draft_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("filename", sa.String(length=255), nullable=False),
        sa.Column("content_type", sa.String(length=255), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("left_out", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name=op.f("fk_draft_file_draft_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_file")),
    )
    op.create_index(op.f("ix_draft_file_draft_id"), "draft_file", ["draft_id"])
    op.create_table(
        "saved_reply",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("text_zh", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_saved_reply_has_a_name")),
        sa.CheckConstraint("text_en <> '' OR text_zh <> ''", name=op.f("ck_saved_reply_says_something")),
        sa.ForeignKeyConstraint(["owner_id"], ["agent.id"], name=op.f("fk_saved_reply_owner_id")),
        sa.ForeignKeyConstraint(["updated_by_id"], ["agent.id"], name=op.f("fk_saved_reply_updated_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_reply")),
    )
    op.create_index("ix_saved_reply_owner", "saved_reply", ["owner_id"])
    # With the column, because SQLite adds no CHECK to a table that is there.
    op.execute(
        "ALTER TABLE agent ADD COLUMN after_sending VARCHAR(20) DEFAULT 'stay' NOT NULL"
        f" CONSTRAINT ck_agent_after_sending CHECK ({AFTER})"
    )

    op.execute("ALTER TABLE outbox_message ADD COLUMN also_to JSON DEFAULT '[]' NOT NULL")
    _change_kinds(MORE_KINDS)


def downgrade() -> None:
    op.execute("DELETE FROM reminder WHERE kind = 'reply_later'")
    _change_kinds(KINDS)
    op.execute("ALTER TABLE outbox_message DROP COLUMN also_to")
    if op.get_bind().dialect.name != "sqlite":  # there it goes with its column
        op.execute("ALTER TABLE agent DROP CONSTRAINT ck_agent_after_sending")
    op.execute("ALTER TABLE agent DROP COLUMN after_sending")
    op.drop_table("saved_reply")
    op.drop_table("draft_file")
    op.drop_table("draft")


def _change_kinds(kinds: str) -> None:
    """What a plan may be about. SQLite cannot change a CHECK, so the table is made anew, whatever columns it
    has by now, and filled."""
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint(op.f("ck_reminder_kind"), "reminder", type_="check")
        op.create_check_constraint(op.f("ck_reminder_kind"), "reminder", f"kind IN ({kinds})")
        return
    schema = "SELECT sql FROM sqlite_master WHERE tbl_name = 'reminder' AND type = '{}' AND sql IS NOT NULL"
    (made,) = op.get_bind().exec_driver_sql(schema.format("table")).scalars().all()
    indexes = op.get_bind().exec_driver_sql(schema.format("index")).scalars().all()
    changed, count = re.subn(r"kind IN \([^)]*\)", f"kind IN ({kinds})", made)
    if count != 1:
        raise RuntimeError("the table of reminders has other CHECKs than this migration knows")
    op.rename_table("reminder", "reminder_before")
    op.execute(changed)
    op.execute("INSERT INTO reminder SELECT * FROM reminder_before")
    op.drop_table("reminder_before")  # and its indexes with it
    for each in indexes:
        op.execute(each)
