"""who pays by hand, and what external money took

A person takes a refund off the clock before she pays it on the platform's page, so that no gateway is told of
it as well. What external money took of a claim's items is known, so that a mistake can be undone.
"""

from alembic import op

revision = "0023"
down_revision = "0022"

CHECKS = {
    "only_people_hold": "held_by_id IS NULL OR gateway = 'manual'",
    "mistaken_is_reversed": "NOT mistaken OR state = 'reversed'",
    "only_what_left_is_chased": "chased_at IS NULL OR state IN ('succeeded', 'arrived')",
    "only_arrivals_are_assumed": "NOT arrival_assumed OR state IN ('arrived', 'reversed')",
}


def upgrade() -> None:
    # With the column, because SQLite adds no CHECK to a table that is there.
    checks = " ".join(f"CONSTRAINT ck_refund_{name} CHECK ({said})" for name, said in CHECKS.items())
    op.execute(
        "ALTER TABLE refund ADD COLUMN held_by_id INTEGER"
        f" CONSTRAINT fk_refund_held_by_id REFERENCES agent (id) {checks}"
    )
    op.execute("ALTER TABLE refund ADD COLUMN shares JSON DEFAULT '{}' NOT NULL")


def downgrade() -> None:
    op.execute("ALTER TABLE refund DROP COLUMN shares")
    if op.get_bind().dialect.name != "sqlite":  # there they go with their column
        for name in CHECKS:
            op.execute(f"ALTER TABLE refund DROP CONSTRAINT ck_refund_{name}")
    op.execute("ALTER TABLE refund DROP COLUMN held_by_id")
