"""what was begun, and what a form wrote

When somebody last began to file a message, so that one whose worker died is found again. Which entry a form
wrote, so that a reply that was taken back can be sent again from the same page.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.add_column("received_message", sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True))
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
    for table, column in (("submitted_form", "entry_id"), ("received_message", "tried_at")):
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
