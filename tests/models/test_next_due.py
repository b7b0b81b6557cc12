"""The moment by which a ticket stands in a queue: the database keeps it, whoever changes what it is of."""

from datetime import datetime, timedelta

from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import delete, text, update

from helpdesk.db import reading, transaction
from helpdesk.models import Reminder, Ticket
from helpdesk.rules.turns import NEVER
from tests.models.order_rows import AT
from tests.models.rows import GOOD, put

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def next_due(number: int = 1) -> datetime:
    with reading() as session:
        return session.get_one(Ticket, number).next_due_at


def basics(**ticket: object) -> None:
    with transaction() as session:
        for table in GOOD:
            if table in ("agent", "buyer", "mailbox", "ticket"):
                put(session, table, **(ticket if table == "ticket" else {}))


def change(**values: object) -> None:
    with transaction() as session:
        session.execute(update(Ticket).values(**values))


def test_it_is_the_earliest_plan_and_goes_with_it(app: Flask) -> None:
    basics(answer_by=AT + DAY)
    assert next_due() == AT + DAY
    with transaction() as session:
        put(session, "reminder", due_at=AT + HOUR)
        put(session, "reminder", kind="claim_due", due_at=AT + 2 * HOUR)
    assert next_due() == AT + HOUR
    with transaction() as session:
        session.execute(
            update(Reminder).where(Reminder.kind == "survey").values(state="done", done_at=AT + HOUR)
        )
    assert next_due() == AT + 2 * HOUR
    with transaction() as session:
        session.execute(update(Reminder).where(Reminder.kind == "claim_due").values(due_at=AT + 3 * HOUR))
    assert next_due() == AT + 3 * HOUR
    with transaction() as session:
        session.execute(delete(Reminder))
    assert next_due() == AT + DAY


def test_the_answer_counts_while_it_is_our_turn(app: Flask) -> None:
    basics(answer_by=AT + DAY)
    change(state="waiting", waiting_on="buyer")
    assert next_due() == NEVER
    change(state="open", waiting_on=None)
    assert next_due() == AT + DAY
    change(answer_by=AT + 2 * DAY)
    assert next_due() == AT + 2 * DAY
    change(state="solved")
    assert next_due() == NEVER


def test_a_plan_that_goes_to_another_ticket_counts_there(app: Flask) -> None:
    basics(answer_by=AT + DAY)
    with transaction() as session:
        put(session, "ticket", answer_by=AT + DAY)
        put(session, "reminder", due_at=AT + HOUR)
        session.execute(update(Reminder).values(ticket_id=2))
    assert (next_due(1), next_due(2)) == (AT + DAY, AT + HOUR)


def test_tickets_of_before_have_it_and_what_their_entries_say(app: Flask) -> None:
    basics()
    with transaction() as session:
        put(session, "ticket", state="solved", updated_at=AT + DAY)
    downgrade(revision="0023")
    with transaction() as session:
        for number in (1, 2):
            put(session, "entry", ticket_id=number)
        put(session, "entry", seq=2, kind="sent", verb="acknowledged", at=AT + HOUR)
        put(session, "entry", ticket_id=2, seq=2, kind="sent", verb="replied", at=AT + HOUR)
        moved = {"before": "open", "after": "solved"}
        put(session, "entry", ticket_id=2, seq=3, kind="event", verb="moved", at=AT + 2 * HOUR)
        newest = session.scalar(text("SELECT max(id) FROM entry"))
        put(session, "entry_payload", entry_id=newest, facts=moved)
    upgrade()
    with reading() as session:
        waits, done = session.get_one(Ticket, 1), session.get_one(Ticket, 2)
        assert (waits.unanswered_since, waits.first_answer_at, waits.done_at) == (AT, None, None)
        assert waits.next_due_at == AT + DAY
        assert (done.unanswered_since, done.first_answer_at) == (None, AT + HOUR)
        assert (done.done_at, done.next_due_at) == (AT + 2 * HOUR, NEVER)
