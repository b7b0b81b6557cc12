"""The conversation is the audit log: both databases refuse to change it, whoever asks."""

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from helpdesk.db import db, reading, transaction
from helpdesk.models import Entry
from tests.models.rows import GOOD, put

pytestmark = pytest.mark.trust
REFUSED = "entries are added, never changed or deleted"


@pytest.fixture
def _one_entry(app: Flask) -> None:
    with transaction() as session:
        for table in GOOD:
            put(session, table)


@pytest.mark.usefixtures("_one_entry")
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE entry SET verb = 'moved'",
        "UPDATE entry SET hash = hash WHERE id = 1",
        "DELETE FROM entry",
        "INSERT INTO entry (id, ticket_id, seq, kind, verb, actor, at, payload_commit, prev_hash, hash) "
        "SELECT id, ticket_id, seq, kind, 'moved', actor, at, payload_commit, prev_hash, hash FROM entry "
        "ON CONFLICT (id) DO UPDATE SET verb = 'moved'",
    ],
    ids=["update", "update to the same", "delete", "upsert"],
)
def test_an_entry_cannot_be_changed(change: str) -> None:
    # the other tables point at it; what is tested is the trigger, not they
    with pytest.raises(DBAPIError, match=REFUSED), transaction() as session:
        session.execute(text(change.replace("FROM entry ON", "FROM entry WHERE true ON")))
    with reading() as session:
        assert session.scalars(select(Entry.verb)).all() == ["received"]


@pytest.mark.usefixtures("_one_entry")
def test_the_table_cannot_be_emptied() -> None:
    statement = "DELETE FROM entry" if db.engine.dialect.name == "sqlite" else "TRUNCATE entry CASCADE"
    with pytest.raises(DBAPIError, match=REFUSED), transaction() as session:
        session.execute(text(statement))


@pytest.mark.usefixtures("_one_entry")
def test_sqlite_does_not_replace_an_entry_either() -> None:
    if db.engine.dialect.name != "sqlite":
        return  # REPLACE is a word of SQLite only
    with pytest.raises(DBAPIError), transaction() as session:
        session.execute(text("REPLACE INTO entry SELECT * FROM entry"))


@pytest.mark.usefixtures("_one_entry")
def test_words_can_be_erased_and_the_entry_stays() -> None:
    with transaction() as session:
        session.execute(text("DELETE FROM entry_payload"))
    with reading() as session:
        entry = session.scalars(select(Entry)).one()
        assert entry.facts == {}
        assert entry.verb == "received"
