"""tickets are split, and macros run

A mail that is another matter is set apart: the new ticket says from which one it came, so that what answers
the mail finds it, although older letters that it quotes show tokens of the old one. Macros are lists of
steps, as data.
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    op.execute(
        "ALTER TABLE ticket ADD COLUMN split_from_id INTEGER"
        " CONSTRAINT fk_ticket_split_from_id REFERENCES ticket (id)"
    )
    op.create_table(
        "macro",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_macro_has_a_name")),
        sa.ForeignKeyConstraint(["updated_by_id"], ["agent.id"], name=op.f("fk_macro_updated_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_macro")),
    )


def downgrade() -> None:
    op.drop_table("macro")
    op.execute("ALTER TABLE ticket DROP COLUMN split_from_id")
