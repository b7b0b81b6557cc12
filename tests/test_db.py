"""The transaction boundary: no update lost, no write while reading, no naive moment, no nesting."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError, StatementError

from config import ROOT
from helpdesk.db import NestedTransactionError, db, insert_missing, reading, transaction
from helpdesk.models import Buyer, Suppression
from tests import sizes

AT = datetime(2026, 6, 1, 8, tzinfo=UTC)
ROUNDS = sizes.size(small=20, full=500)  # for each of two processes
COUNT_UP = """
import sys
from pathlib import Path
from helpdesk.db import transaction
from helpdesk.models import Buyer
from tests.app import make_app
url, data_dir, rounds = sys.argv[1:]
with make_app(url, Path(data_dir)).app_context():
    print("ready", flush=True)
    input()
    for _ in range(int(rounds)):
        with transaction() as session:
            buyer = session.get_one(Buyer, 1, with_for_update=True)
            buyer.name = str(int(buyer.name) + 1)
"""


def make_buyer(**changes: object) -> Buyer:
    return Buyer(**{"name": "0", "locale": "en", "created_at": AT} | changes)


def suppression(key: str) -> dict[str, object]:
    return {"key": key, "because": "bounced", "created_at": AT}


def names() -> list[str]:
    with reading() as session:
        return list(session.scalars(select(Buyer.name).order_by(Buyer.id)))


@pytest.mark.slow
@pytest.mark.trust
def test_two_processes_that_read_and_write_the_same_row_lose_nothing(
    app: Flask, database_url: str, tmp_path: Path
) -> None:
    with transaction() as session:
        session.add(make_buyer())
    command = [sys.executable, "-c", COUNT_UP, database_url, str(tmp_path / "data"), str(ROUNDS)]
    racing = [
        subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    for process in racing:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in racing:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in racing:
        process.communicate(timeout=60)

    assert [process.returncode for process in racing] == [0, 0]
    assert names() == [str(2 * ROUNDS)]


def test_a_transaction_that_raises_leaves_nothing(app: Flask) -> None:
    with pytest.raises(StatementError), transaction() as session:
        session.add_all([make_buyer(), make_buyer(created_at="no moment")])

    assert names() == []


@pytest.mark.parametrize(
    "write",
    [
        "INSERT INTO suppression (key, because, created_at) VALUES ('a', 'b', '2026-06-01')",
        "DELETE FROM buyer",
    ],
)
def test_the_database_itself_refuses_a_write_while_reading(app: Flask, write: str) -> None:
    with pytest.raises(DBAPIError, match=r"read-?only"), reading() as session:
        session.execute(text(write))


def test_a_write_works_again_after_a_reading(app: Flask) -> None:
    assert names() == []
    with transaction() as session:
        session.add(make_buyer())
    assert names() == ["0"]


def test_a_reading_sees_one_moment_while_others_write(app: Flask) -> None:
    engine = db.engine.execution_options(helpdesk_mode="transaction")
    with reading() as session:
        before = session.scalar(select(func.count()).select_from(Buyer))
        with engine.begin() as other:
            other.execute(Buyer.__table__.insert().values(name="new", locale="en", created_at=AT))
        after = session.scalar(select(func.count()).select_from(Buyer))

    assert (before, after) == (0, 0)
    assert names() == ["new"]


@pytest.mark.parametrize("outer", [transaction, reading])
@pytest.mark.parametrize("inner", [transaction, reading])
def test_nesting_is_refused_and_harms_nobody(app: Flask, outer: type, inner: type) -> None:
    refused = pytest.raises(NestedTransactionError, match=f"{inner.__name__}.. inside {outer.__name__}")
    with refused, outer(), inner():
        pass

    with transaction() as session:
        session.add(make_buyer())


def test_a_naive_moment_is_refused_at_the_column(app: Flask) -> None:
    with pytest.raises(StatementError, match="without a time zone"), transaction() as session:
        session.add(make_buyer(created_at=AT.replace(tzinfo=None)))


def test_a_moment_of_another_zone_comes_back_as_the_same_moment_in_utc(app: Flask) -> None:
    shanghai = timezone(timedelta(hours=8))
    with transaction() as session:
        session.add(make_buyer(created_at=AT.astimezone(shanghai)))
    with reading() as session:
        kept = session.scalars(select(Buyer.created_at)).one()

    assert kept == AT
    assert kept.utcoffset() == timedelta(0)


def test_insert_missing_counts_only_what_was_not_there(app: Flask) -> None:
    with transaction() as session:
        counts = [
            insert_missing(session, Suppression, [suppression(key) for key in keys])
            for keys in ((), ("a", "b"), ("b", "c", "d"), ("a", "d"), ("e", "e"))
        ]

    assert counts == [0, 2, 2, 0, 1]
