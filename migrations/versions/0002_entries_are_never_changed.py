"""entries are never changed

The conversation is the audit log: both databases refuse to update or delete an entry. The payload
stands in a table of its own, which erasure may empty.
"""

from alembic import op

revision = "0002"
down_revision = "0001"

SENTENCE = "entries are added, never changed or deleted"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER entry_refuses_{verb.lower()} BEFORE {verb} ON entry "
                f"BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION entry_refuses_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{SENTENCE}' USING ERRCODE = 'check_violation'; END $$"
    )
    op.execute(
        "CREATE TRIGGER entry_refuses_change BEFORE UPDATE OR DELETE ON entry "
        "FOR EACH ROW EXECUTE FUNCTION entry_refuses_change()"
    )
    op.execute(
        "CREATE TRIGGER entry_refuses_truncate BEFORE TRUNCATE ON entry "
        "FOR EACH STATEMENT EXECUTE FUNCTION entry_refuses_change()"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER entry_refuses_update")
        op.execute("DROP TRIGGER entry_refuses_delete")
        return
    op.execute("DROP TRIGGER entry_refuses_truncate ON entry")
    op.execute("DROP TRIGGER entry_refuses_change ON entry")
    op.execute("DROP FUNCTION entry_refuses_change()")
