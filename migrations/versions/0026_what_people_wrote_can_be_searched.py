"""what people wrote can be searched

An index of words, one line for each entry that somebody wrote. It is not filled here: that takes about a
minute for 300,000 messages. The entries are put in line, and the worker indexes them from the newest back
while the desk is in use; `helpdesk search-index` does it at once. When a payload is erased or changed, the
database itself puts the entry in line, whoever did it, and the worker takes its words out within seconds.
"""

import sqlalchemy as sa
from alembic import op
from alembic.util import CommandError
from sqlalchemy.exc import OperationalError

revision = "0026"
down_revision = "0025"

# The lines are cut into words before they come here; FTS5's own tokenizer only parts them at blanks. A
# trigger cannot take a line out itself: SQLite refuses virtual tables there while it trusts no schema.
ON_SQLITE = (
    "CREATE VIRTUAL TABLE entry_words USING fts5(words, tokenize='ascii')",
    """CREATE TRIGGER entry_payload_erased AFTER DELETE ON entry_payload BEGIN
        INSERT INTO search_due (entry_id) SELECT OLD.entry_id
            WHERE NOT EXISTS (SELECT 1 FROM search_due WHERE entry_id = OLD.entry_id);
    END""",
    """CREATE TRIGGER entry_payload_changed AFTER UPDATE OF facts ON entry_payload BEGIN
        INSERT INTO search_due (entry_id) SELECT OLD.entry_id
            WHERE NOT EXISTS (SELECT 1 FROM search_due WHERE entry_id = OLD.entry_id);
    END""",
)
ON_POSTGRESQL = (
    "CREATE TABLE entry_words (place BIGINT PRIMARY KEY, words TSVECTOR NOT NULL)",
    "CREATE INDEX ix_entry_words ON entry_words USING gin (words)",
    """CREATE FUNCTION entry_payload_is_other() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO search_due (entry_id) VALUES (OLD.entry_id) ON CONFLICT DO NOTHING;
        RETURN NULL;
    END $$""",
    """CREATE TRIGGER entry_payload_is_other AFTER DELETE OR UPDATE OF facts ON entry_payload
        FOR EACH ROW EXECUTE FUNCTION entry_payload_is_other()""",
)


def upgrade() -> None:
    op.create_table(
        "search_due",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_search_due_entry_id")),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_search_due")),
    )
    op.create_table(
        "saved_queue",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("query", sa.String(length=400), nullable=False),
        sa.Column("shared", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["agent.id"], name=op.f("fk_saved_queue_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_queue")),
        sa.UniqueConstraint("owner_id", "name", name="uq_saved_queue_name"),
    )
    op.execute(
        """INSERT INTO search_due (entry_id) SELECT id FROM entry
            WHERE kind <> 'event' OR verb IN ('claim_counter_offer', 'claim_decline_offer', 'survey_answered',
                'evidence_given', 'order_linked', 'refunded', 'replacement_shipped', 'return_sent')"""
    )
    op.add_column("agent", sa.Column("single_keys", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.execute("ALTER TABLE shop_order ADD COLUMN number_end VARCHAR(4) DEFAULT '' NOT NULL")
    if _is_sqlite():
        op.execute("UPDATE shop_order SET number_end = substr(external_no_norm, -4)")
    else:
        op.execute("UPDATE shop_order SET number_end = right(external_no_norm, 4)")
    op.create_index("ix_shop_order_number_end", "shop_order", ["number_end"], unique=False)
    try:
        for statement in ON_SQLITE if _is_sqlite() else ON_POSTGRESQL:
            op.execute(statement)
    except OperationalError as error:
        if "fts5" in str(error.orig):
            raise CommandError("this SQLite was built without FTS5, by which the desk searches") from error
        raise


def downgrade() -> None:
    if _is_sqlite():
        op.execute("DROP TRIGGER entry_payload_changed")
        op.execute("DROP TRIGGER entry_payload_erased")
    else:
        op.execute("DROP TRIGGER entry_payload_is_other ON entry_payload")
        op.execute("DROP FUNCTION entry_payload_is_other()")
    op.execute("DROP TABLE entry_words")
    op.execute("ALTER TABLE agent DROP COLUMN single_keys")
    op.drop_index("ix_shop_order_number_end", table_name="shop_order")
    op.execute("ALTER TABLE shop_order DROP COLUMN number_end")
    op.drop_table("saved_queue")
    op.drop_table("search_due")


def _is_sqlite() -> bool:
    return bool(op.get_bind().dialect.name == "sqlite")
