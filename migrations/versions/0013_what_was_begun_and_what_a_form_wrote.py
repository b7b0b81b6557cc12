"""what was begun, and what a form wrote

When somebody last began to file a message, so that one whose worker died is found again. Which entry a form
wrote, so that a reply that was taken back can be sent again from the same page. How many messages of a
mailbox were given a row, so that a loss and an excess do not cancel out in its ledger.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.add_column("received_message", sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("mailbox", sa.Column("kept", sa.Integer(), nullable=False, server_default="0"))
    op.execute(
        "UPDATE mailbox SET kept ="
        " (SELECT count(*) FROM received_message WHERE received_message.mailbox_id = mailbox.id)"
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(  # plainly, not by a copy of the table
            "ALTER TABLE submitted_form ADD COLUMN entry_id INTEGER"
            " CONSTRAINT fk_submitted_form_entry_id REFERENCES entry (id)"
        )
    else:
        op.add_column("submitted_form", sa.Column("entry_id", sa.Integer(), nullable=True))
        op.create_foreign_key(
            op.f("fk_submitted_form_entry_id"), "submitted_form", "entry", ["entry_id"], ["id"]
        )


def downgrade() -> None:
    for table, column in (
        ("submitted_form", "entry_id"),
        ("mailbox", "kept"),
        ("received_message", "tried_at"),
    ):
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
