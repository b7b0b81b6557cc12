"""many tickets at once, tags, and tickets that sleep

What a colleague does to many tickets at once is a batch with a row for each of them: the worker does them one
after the other, and goes on where it was when it was killed. Tags are words of the shop on its tickets. A
ticket that sleeps has its moment beside it, and the indexes of the queues that it has left do not know it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"

DEEDS = "'assign', 'move', 'spam', 'tag', 'untag', 'reply', 'merge', 'snooze', 'wake', 'undo'"
ACTIVE = "state IN ('new', 'open', 'waiting')"
INDEXES = (
    ("ix_ticket_ours", ["next_due_at"], "state IN ('new', 'open')"),
    ("ix_ticket_held", ["assignee_id", "next_due_at"], ACTIVE),
    ("ix_ticket_waiting", ["waiting_on", "next_due_at"], "state = 'waiting'"),
)
FATES = "'waiting', 'done', 'unchanged', 'refused'"


def upgrade() -> None:
    op.add_column("ticket", sa.Column("snoozed_until", sa.DateTime(timezone=True), nullable=True))
    for name, columns, where in INDEXES:
        op.drop_index(name, "ticket")
        _index(name, columns, f"{where} AND snoozed_until IS NULL")
    _index("ix_ticket_snoozed", ["next_due_at"], "snoozed_until IS NOT NULL")
    op.create_table(
        "tag",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("folded", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tag")),
        sa.UniqueConstraint("folded", name=op.f("uq_tag_folded")),
    )
    op.create_table(
        "ticket_tag",
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("tag_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["tag_id"], ["tag.id"], name=op.f("fk_ticket_tag_tag_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_ticket_tag_ticket_id")),
        sa.PrimaryKeyConstraint("ticket_id", "tag_id", name=op.f("pk_ticket_tag")),
    )
    op.create_index("ix_ticket_tag_tag", "ticket_tag", ["tag_id", "ticket_id"])
    op.create_table(
        "batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agent_id", sa.Integer(), nullable=False),
        sa.Column("deed", sa.String(length=20), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("undoes_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(f"deed IN ({DEEDS})", name=op.f("ck_batch_deed")),
        sa.CheckConstraint(
            "state IN ('proposed', 'running', 'done', 'stopped')", name=op.f("ck_batch_state")
        ),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_batch_agent_id")),
        sa.ForeignKeyConstraint(["undoes_id"], ["batch.id"], name=op.f("fk_batch_undoes_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch")),
        sa.UniqueConstraint("undoes_id", name=op.f("uq_batch_undoes_id")),
    )
    op.create_index("ix_batch_agent_id", "batch", ["agent_id"])
    op.create_index("ix_batch_state", "batch", ["state"])
    op.create_table(
        "batch_ticket",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("seen_seq", sa.Integer(), nullable=False),
        sa.Column("fate", sa.String(length=20), nullable=False),
        sa.Column("done_seq", sa.Integer(), nullable=True),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("problem", sa.String(length=400), nullable=False),
        sa.CheckConstraint(f"fate IN ({FATES})", name=op.f("ck_batch_ticket_fate")),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_batch_ticket_batch_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_batch_ticket_ticket_id")),
        sa.PrimaryKeyConstraint("batch_id", "ticket_id", name=op.f("pk_batch_ticket")),
    )
    op.create_index(
        "ix_batch_ticket_waiting",
        "batch_ticket",
        ["batch_id", "ticket_id"],
        sqlite_where=sa.text("fate = 'waiting'"),
        postgresql_where=sa.text("fate = 'waiting'"),
    )
    op.create_index("ix_batch_ticket_ticket_id", "batch_ticket", ["ticket_id"])


def _index(name: str, columns: list[str], where: str) -> None:
    op.create_index(
        name,
        "ticket",
        columns,
        sqlite_where=sa.text(f"{where} AND spam = 0"),
        postgresql_where=sa.text(f"{where} AND NOT spam"),
    )


def downgrade() -> None:
    op.drop_index("ix_ticket_snoozed", "ticket")
    for name, columns, where in INDEXES:
        op.drop_index(name, "ticket")
        _index(name, columns, where)
    op.execute("ALTER TABLE ticket DROP COLUMN snoozed_until")
    op.drop_table("batch_ticket")
    op.drop_table("batch")
    op.drop_table("ticket_tag")
    op.drop_table("tag")
