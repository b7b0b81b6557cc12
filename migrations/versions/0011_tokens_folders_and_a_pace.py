"""mailboxes opened with tokens, several folders, a pace

Google and Microsoft take no passwords from programs any more. The cursor moves from the mailbox to a row of
its folder, so that a mailbox may have several. A mailbox keeps its pace, and files what it sent; a buyer may
want no more surveys.
"""

import re
import sqlite3

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

CURSOR = ("last_uid", "uidvalidity", "epoch")
OF_MAIN = "WHERE mailbox_folder.mailbox_id = mailbox.id AND mailbox_folder.name = mailbox.folder"
ROLES = ("main", "more", "junk")


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
    _move_cursors_to_folders()
    op.add_column("mailbox", sa.Column("aliases", sa.JSON(), nullable=False, server_default="[]"))
    reads_junk = sa.Column("reads_junk", sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column("mailbox", reads_junk)
    op.add_column(
        "received_message", sa.Column("junk", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    for name in ("server_id", "server_thread"):
        column = sa.Column(name, sa.String(length=64), nullable=False, server_default="")
        op.add_column("received_message", column)
    op.create_index("ix_received_message_same_server_id", "received_message", ["mailbox_id", "server_id"])
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
    op.drop_index("ix_received_message_same_server_id", "received_message")
    for name in ("server_thread", "server_id", "junk"):
        op.drop_column("received_message", name)
    for name in ("reads_junk", "aliases"):
        op.drop_column("mailbox", name)
    _move_cursors_back()
    op.drop_index("ix_outbox_message_copy", "outbox_message")
    op.drop_index("ix_outbox_message_sent", "outbox_message")
    for name in ("copy_tries", "copy_due_at"):
        op.drop_column("outbox_message", name)
    for name in ("next_send_at", "send_per_day", "send_every"):
        op.drop_column("mailbox", name)
    op.drop_table("mailbox_grant")


def _move_cursors_to_folders() -> None:
    op.create_table(
        "mailbox_folder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mailbox_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "main", "more", "junk", name="role", native_enum=False, create_constraint=True, length=20
            ),
            nullable=False,
        ),
        sa.Column("is_read", sa.Boolean(), nullable=False),
        sa.Column("since", sa.String(length=10), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("uidvalidity", sa.BigInteger(), nullable=True),
        sa.Column("last_uid", sa.BigInteger(), nullable=False),
        sa.Column("problem", sa.String(length=1000), nullable=False),
        sa.CheckConstraint("last_uid >= 0", name=op.f("ck_mailbox_folder_last_uid_counts_up")),
        sa.ForeignKeyConstraint(["mailbox_id"], ["mailbox.id"], name=op.f("fk_mailbox_folder_mailbox_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailbox_folder")),
        sa.UniqueConstraint("mailbox_id", "name", name=op.f("uq_mailbox_folder_mailbox_id_name")),
    )
    op.execute(
        "INSERT INTO mailbox_folder "
        "(mailbox_id, name, role, is_read, since, starts_at, epoch, uidvalidity, last_uid, problem) "
        "SELECT id, folder, 'main', true, since, starts_at, epoch, uidvalidity, last_uid, '' FROM mailbox"
    )
    _drop_check("ck_mailbox_last_uid_counts_up", "last_uid >= 0")
    for name in CURSOR:
        op.drop_column("mailbox", name)


def _move_cursors_back() -> None:
    """Those of the main folders; the others are forgotten, and what was stored of them stays."""
    op.execute("ALTER TABLE mailbox ADD COLUMN epoch INTEGER DEFAULT 0 NOT NULL")
    op.execute("ALTER TABLE mailbox ADD COLUMN uidvalidity BIGINT")
    op.execute(
        "ALTER TABLE mailbox ADD COLUMN last_uid BIGINT DEFAULT 0 NOT NULL "
        "CONSTRAINT ck_mailbox_last_uid_counts_up CHECK (last_uid >= 0)"
    )
    for name in CURSOR:
        op.execute(
            f"UPDATE mailbox SET {name} = (SELECT {name} FROM mailbox_folder {OF_MAIN}) "  # noqa: S608  # fixed words
            f"WHERE EXISTS (SELECT 1 FROM mailbox_folder {OF_MAIN})"
        )
    op.drop_table("mailbox_folder")


def _drop_check(name: str, condition: str) -> None:
    """SQLite cannot drop a CHECK, and the table cannot be copied while others point at it.

    So its text is taken out of the schema, as https://www.sqlite.org/lang_altertable.html section 7 allows
    for a constraint: nothing on the disk changes but that text. Apple's build guards the schema against that
    unless it is told otherwise, which Python can do from 3.12 on.
    """
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        op.drop_constraint(op.f(name), "mailbox", type_="check")
        return
    spelled = f"CONSTRAINT {name} CHECK ({condition})"
    before = connection.scalar(sa.text("SELECT sql FROM sqlite_schema WHERE name = 'mailbox'"))
    after = re.sub(r"(,\s*|\s+)" + re.escape(spelled), "", before)
    if after == before:
        raise RuntimeError(f"the table mailbox has no {spelled}")
    driver = connection.connection.driver_connection
    if hasattr(driver, "setconfig"):
        driver.setconfig(sqlite3.SQLITE_DBCONFIG_DEFENSIVE, False)
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    connection.execute(sa.text("UPDATE sqlite_schema SET sql = :sql WHERE name = 'mailbox'"), {"sql": after})
    connection.exec_driver_sql("PRAGMA writable_schema = RESET")
