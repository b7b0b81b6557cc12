"""mails get a ticket of their own

A mail that is another matter is set apart: the new ticket says from which one it came, so that what answers
the mail finds it, although older letters that it quotes show tokens of the old one.
"""

from alembic import op

revision = "0029"
down_revision = "0027"


def upgrade() -> None:
    op.execute(
        "ALTER TABLE ticket ADD COLUMN split_from_id INTEGER"
        " CONSTRAINT fk_ticket_split_from_id REFERENCES ticket (id)"
    )


def downgrade() -> None:
    op.execute("ALTER TABLE ticket DROP COLUMN split_from_id")
