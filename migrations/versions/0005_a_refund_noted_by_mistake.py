"""a refund noted by mistake

It stays where it was noted, as canceled, and its reference is free again for the right amount: so references
are unique among the refunds that count. The database refuses the way back while there are canceled ones.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

BEFORE = ("succeeded", "arrived", "not_arrived")
AFTER = (*BEFORE, "canceled")


def upgrade() -> None:
    _change(AFTER, unique=False)
    counts = sa.text("state <> 'canceled'")
    op.create_index(
        "uq_refund_reference",
        "refund",
        ["method", "reference"],
        unique=True,
        sqlite_where=counts,
        postgresql_where=counts,
    )


def downgrade() -> None:
    op.drop_index("uq_refund_reference", "refund")
    _change(BEFORE, unique=True)


def _change(states: tuple[str, ...], *, unique: bool) -> None:
    """Give the table the CHECK of these states, and the unique constraint or none."""
    if op.get_bind().dialect.name == "sqlite":
        # SQLite cannot change a constraint: the rows are copied into a table that is made anew.
        with op.batch_alter_table("refund", recreate="always", copy_from=_table(states, unique=unique)):
            pass
        return
    op.drop_constraint(op.f("ck_refund_state"), "refund", type_="check")
    op.create_check_constraint(op.f("ck_refund_state"), "refund", _is_one_of(states))
    if unique:
        op.create_unique_constraint("uq_refund_reference", "refund", ["method", "reference"])
    else:
        op.drop_constraint("uq_refund_reference", "refund", type_="unique")


def _table(states: tuple[str, ...], *, unique: bool) -> sa.Table:
    constraints = [
        sa.CheckConstraint(_is_one_of(states), name=op.f("ck_refund_state")),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_refund_amount_is_positive")),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_refund_entry_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_refund_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund")),
    ]
    if unique:
        constraints.append(sa.UniqueConstraint("method", "reference", name="uq_refund_reference"))
    return sa.Table(
        "refund",
        sa.MetaData(),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("method", sa.String(length=20), nullable=False),
        sa.Column("reference", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expected_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        *constraints,
        sa.Index(op.f("ix_refund_ticket_id"), "ticket_id"),
    )


def _is_one_of(states: tuple[str, ...]) -> str:
    return f"state IN ({', '.join(repr(state) for state in states)})"
