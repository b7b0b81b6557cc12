"""what is due next stands on the ticket

A queue is read in the order of what is due next, so that moment is kept on the ticket: the earliest of its
plans and, while it is our turn, of the moment by which it is to be answered. Triggers keep it, because plans
change in many places and by many processes: whoever changes one cannot forget it, and it is true whatever
else a transaction does. Beside it stands what the entries say of answers, so that nobody has to read them
all for a report.
"""

# ruff: noqa: S608  (every statement is put together from the words of this file)

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"

MOMENTS = ("unanswered_since", "first_answer_at", "answer_by", "done_at")
NO_ANSWER = (
    "'acknowledged', 'withdrawal_receipt', 'order_words_sent', 'order_link_sent', 'link_sent_again', "
    "'claim_reminder', 'return_reminded', 'refund_delay_told', 'arrival_check', 'survey'"
)
ANSWERS = f"""
    SELECT entry.ticket_id, min(entry.seq) AS first, max(entry.seq) AS last FROM entry
    WHERE entry.kind = 'sent' AND entry.verb NOT IN ({NO_ANSWER}) AND NOT EXISTS (
        SELECT 1 FROM outbox_message WHERE outbox_message.entry_id = entry.id AND state = 'withdrawn')
    GROUP BY entry.ticket_id
"""
HERS = """
    kind = 'received' OR verb = 'wrote_there'
    OR (verb IN ('claim_counter_offer', 'claim_decline_offer') AND actor LIKE 'buyer:%')
"""
OURS = "state IN ('new', 'open')"
INDEXES = (
    ("ix_ticket_ours", ["next_due_at"], OURS),
    ("ix_ticket_active", ["next_due_at"], "state IN ('new', 'open', 'waiting')"),
    ("ix_ticket_held", ["assignee_id", "next_due_at"], "state IN ('new', 'open', 'waiting')"),
    ("ix_ticket_waiting", ["waiting_on", "next_due_at"], "state = 'waiting'"),
    ("ix_ticket_over", ["state", "updated_at"], "state IN ('solved', 'closed')"),
)
MORE = (
    ("ix_reminder_unwritten", "reminder", ["due_at"], "state = 'planned' AND problem <> ''"),
    ("ix_ticket_merged", "ticket", ["merged_into_id"], "merged_into_id IS NOT NULL"),
    ("ix_received_message_aside", "received_message", ["state"], "state IN ('parked', 'ignored')"),
    ("ix_received_message_untold", "received_message", ["mailbox_id", "state"], "entry_id IS NULL"),
)
WHEN = {"insert": "INSERT", "change": "UPDATE OF ticket_id, state, due_at", "delete": "DELETE"}


def upgrade() -> None:
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    kind = "DATETIME" if on_sqlite else "TIMESTAMP WITH TIME ZONE"
    never = "9000-01-01 00:00:00.000000" + ("" if on_sqlite else "+00")
    for name in MOMENTS:
        op.execute(f"ALTER TABLE ticket ADD COLUMN {name} {kind}")
    op.execute(f"ALTER TABLE ticket ADD COLUMN next_due_at {kind} DEFAULT '{never}' NOT NULL")
    op.create_index("ix_reminder_ticket", "reminder", ["ticket_id", "state", "due_at"])
    op.drop_index("ix_reminder_ticket_id", "reminder")
    _fill(on_sqlite)
    if on_sqlite:
        _triggers_of_sqlite(never)
    else:
        _triggers_of_postgresql(never)
    op.execute("UPDATE ticket SET answer_by = answer_by")  # each has its moment from now on
    for name, columns, where in INDEXES:
        op.create_index(
            name,
            "ticket",
            columns,
            sqlite_where=sa.text(f"{where} AND spam = 0"),
            postgresql_where=sa.text(f"{where} AND NOT spam"),
        )
    op.create_index(
        "ix_ticket_spam_new",
        "ticket",
        ["updated_at"],
        sqlite_where=sa.text(f"{OURS} AND merged_into_id IS NULL AND spam = 1"),
        postgresql_where=sa.text(f"{OURS} AND merged_into_id IS NULL AND spam"),
    )
    for name, table, columns, where in MORE:
        op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
    op.drop_index("ix_ticket_queue", "ticket")
    op.drop_index("ix_ticket_merged_into_id", "ticket")
    op.create_index("ix_ticket_opened", "ticket", ["created_at"])
    op.create_index("ix_ticket_done", "ticket", ["done_at"])


def _fill(on_sqlite: bool) -> None:
    """From the entries of before."""
    op.execute(f"CREATE TEMPORARY TABLE answers AS {ANSWERS}")
    op.execute("CREATE INDEX ix_answers ON answers (ticket_id)")
    op.execute(
        "UPDATE ticket SET first_answer_at = (SELECT entry.at FROM entry JOIN answers "
        "ON answers.ticket_id = entry.ticket_id AND answers.first = entry.seq "
        "WHERE entry.ticket_id = ticket.id)"
    )
    op.execute(
        "UPDATE ticket SET unanswered_since = ("
        " SELECT min(coalesce(received_message.came_at, entry.at)) FROM entry LEFT JOIN received_message"
        " ON received_message.ticket_id = entry.ticket_id AND received_message.entry_id = entry.id"
        f" WHERE entry.ticket_id = ticket.id AND ({HERS}) AND entry.seq >"
        " coalesce((SELECT last FROM answers WHERE answers.ticket_id = ticket.id), 0))"
        " WHERE state IN ('new', 'open', 'waiting')"
    )
    op.execute(
        "UPDATE ticket SET done_at = coalesce((SELECT max(entry.at) FROM entry JOIN entry_payload"
        " ON entry_payload.entry_id = entry.id WHERE entry.ticket_id = ticket.id AND entry.verb = 'moved'"
        f" AND {_fact('after', on_sqlite)} IN ('solved', 'closed')"
        f" AND {_fact('before', on_sqlite)} NOT IN ('solved', 'closed')), updated_at)"
        " WHERE state IN ('solved', 'closed')"
    )
    since = "coalesce(unanswered_since, updated_at)"
    later = (
        f"strftime('%Y-%m-%d %H:%M:%f000', {since}, '+1 day')" if on_sqlite else f"{since} + interval '1 day'"
    )
    op.execute(f"UPDATE ticket SET answer_by = {later}")
    op.execute("DROP TABLE answers")


def _fact(name: str, on_sqlite: bool) -> str:
    return (
        f"json_extract(entry_payload.facts, '$.{name}')" if on_sqlite else f"entry_payload.facts ->> '{name}'"
    )


def _triggers_of_sqlite(never: str) -> None:
    def settle(number: str) -> str:
        return (
            "UPDATE ticket SET next_due_at = min("
            "coalesce((SELECT min(due_at) FROM reminder"
            f" WHERE reminder.ticket_id = ticket.id AND reminder.state = 'planned'), '{never}'),"
            f" CASE WHEN {OURS} THEN coalesce(answer_by, '{never}') ELSE '{never}' END)"
            f" WHERE id = {number};"
        )

    opens = f"AFTER INSERT ON ticket WHEN NOT (NEW.{OURS} AND NEW.next_due_at IS NEW.answer_by)"
    turns = "AFTER UPDATE OF state, answer_by ON ticket"
    for name, when in (("opens", opens), ("turns", turns)):
        op.execute(f"CREATE TRIGGER ticket_{name} {when} BEGIN {settle('NEW.id')} END")
    for name, when in WHEN.items():
        rows = {"insert": ("NEW",), "change": ("OLD", "NEW"), "delete": ("OLD",)}[name]
        settles = " ".join(settle(f"{row}.ticket_id") for row in rows)
        op.execute(f"CREATE TRIGGER reminder_{name} AFTER {when} ON reminder BEGIN {settles} END")


def _triggers_of_postgresql(never: str) -> None:
    op.execute(
        "CREATE FUNCTION ticket_next_due(bigint, text, timestamptz) RETURNS timestamptz LANGUAGE sql AS $$"
        " SELECT least((SELECT min(due_at) FROM reminder WHERE ticket_id = $1 AND state = 'planned'),"
        f" CASE WHEN $2 IN ('new', 'open') THEN $3 END, '{never}'::timestamptz) $$"
    )
    op.execute(
        "CREATE FUNCTION ticket_turns() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " NEW.next_due_at := ticket_next_due(NEW.id, NEW.state, NEW.answer_by); RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER ticket_turns BEFORE INSERT OR UPDATE OF state, answer_by ON ticket"
        " FOR EACH ROW EXECUTE FUNCTION ticket_turns()"
    )
    # The lock first, in a statement of its own: the one after it sees what others have committed meanwhile.
    settle = (
        " PERFORM 1 FROM ticket WHERE id = {row}.ticket_id FOR UPDATE;"
        " UPDATE ticket SET next_due_at = ticket_next_due(id, state, answer_by) WHERE id = {row}.ticket_id;"
    )
    op.execute(
        "CREATE FUNCTION reminder_changes() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF TG_OP <> 'INSERT' THEN {settle.format(row='OLD')} END IF;"
        f" IF TG_OP <> 'DELETE' THEN {settle.format(row='NEW')} END IF;"
        " RETURN NULL; END $$"
    )
    op.execute(
        f"CREATE TRIGGER reminder_changes AFTER {' OR '.join(WHEN.values())} ON reminder"
        " FOR EACH ROW EXECUTE FUNCTION reminder_changes()"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name in ("ticket_opens", "ticket_turns", *(f"reminder_{name}" for name in WHEN)):
            op.execute(f"DROP TRIGGER {name}")
    else:
        op.execute("DROP TRIGGER reminder_changes ON reminder")
        op.execute("DROP TRIGGER ticket_turns ON ticket")
        for function in (
            "reminder_changes()",
            "ticket_turns()",
            "ticket_next_due(bigint, text, timestamptz)",
        ):
            op.execute(f"DROP FUNCTION {function}")
    for name, _, _ in INDEXES:
        op.drop_index(name, "ticket")
    for name, table, _, _ in MORE:
        op.drop_index(name, table)
    op.drop_index("ix_ticket_spam_new", "ticket")
    op.create_index("ix_ticket_queue", "ticket", ["state", "updated_at"])
    op.create_index("ix_ticket_merged_into_id", "ticket", ["merged_into_id"])
    op.drop_index("ix_ticket_done", "ticket")
    op.drop_index("ix_ticket_opened", "ticket")
    op.create_index("ix_reminder_ticket_id", "reminder", ["ticket_id"])
    op.drop_index("ix_reminder_ticket", "reminder")
    for name in (*MOMENTS, "next_due_at"):
        op.execute(f"ALTER TABLE ticket DROP COLUMN {name}")
