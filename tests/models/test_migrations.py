"""Migrations: numbered without gaps, one head, equal to the models, there and back on both databases."""

import re
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import Connection, inspect, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.schema import CreateTable

from config import ROOT
from helpdesk.db import Base, db, transaction
from helpdesk.models import Refund
from helpdesk.models.searching import INDEX
from tests.models.rows import GOOD, put

VERSIONS = sorted((ROOT / "migrations" / "versions").glob("*.py"))


def tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names()) - {"alembic_version"}


def is_of_a_model(name: str | None, kind: str, parent: object) -> bool:
    """Not the index of words, which is another kind of table on each database: see models/searching.py."""
    return not (kind == "table" and str(name).startswith(INDEX))


def test_they_are_numbered_without_gaps_and_say_what_they_do() -> None:
    names = [re.fullmatch(r"(\d{4})_[a-z0-9_]{8,}\.py", path.name) for path in VERSIONS]

    assert [name and int(name[1]) for name in names] == list(range(1, len(VERSIONS) + 1))


def test_they_follow_each_other_to_one_head() -> None:
    scripts = ScriptDirectory(str(ROOT / "migrations"))

    assert len(scripts.get_heads()) == 1
    order = [script.revision for script in scripts.walk_revisions()]
    assert order == sorted(order, reverse=True)
    assert len(order) == len(VERSIONS)


def test_the_newest_version_equals_the_models(app: Flask) -> None:
    with db.engine.connect() as connection:
        options = {"compare_type": True, "include_name": is_of_a_model}
        context = MigrationContext.configure(connection, opts=options)

        assert compare_metadata(context, Base.metadata) == []


def test_checks_equal_those_of_the_models(app: Flask) -> None:
    """Alembic does not compare CHECKs."""
    with db.engine.connect() as connection:
        found = {
            str(check["name"])
            for table in Base.metadata.tables
            for check in inspect(connection).get_check_constraints(table)
        }
        said = {
            name
            for table in Base.metadata.tables.values()
            for name in re.findall(r"CONSTRAINT (ck_\w+)", str(CreateTable(table).compile(connection)))
        }

    assert found == said


def test_down_to_nothing_and_up_again(app: Flask) -> None:
    downgrade(revision="base")
    with db.engine.connect() as connection:
        assert tables(connection) == set()

    upgrade()
    with db.engine.connect() as connection:
        found = {name for name in tables(connection) if is_of_a_model(name, "table", None)}
        assert found == set(Base.metadata.tables)


@pytest.mark.money
def test_refunds_of_before_are_refunds_by_hand_with_a_key_each_and_back(app: Flask) -> None:
    with transaction() as session:
        for table in GOOD:
            if table not in ("refund", "gateway_notice"):
                put(session, table)
    downgrade(revision="0020")
    old = ("succeeded", "arrived", "not_arrived", "canceled")
    with transaction() as session:
        for number, state in enumerate(old, 1):
            session.execute(
                text(
                    "INSERT INTO refund (ticket_id, amount_minor, currency, method, reference, state,"
                    " entry_id, recorded_at, expected_at, answered_at) SELECT 1, 100, 'CNY', 'alipay',"
                    " :reference, :state, 1, created_at, created_at, created_at FROM ticket"
                ),
                {"reference": str(number), "state": state},
            )
    upgrade()
    with transaction() as session:
        rows = session.scalars(select(Refund).order_by(Refund.id)).all()
        assert [str(row.shown) for row in rows] == ["succeeded", "arrived", "not_arrived", "mistaken"]
        assert [row.key for row in rows] == ["T1-H1", "T1-H2", "T1-H3", "T1-H4"]
        assert {row.gateway for row in rows} == {"manual"}
        put(session, "refund", reference="5", remedy_id=None)
    downgrade(revision="0020")
    with transaction() as session:
        found = session.scalars(text("SELECT state FROM refund ORDER BY id")).all()
        assert found == [*old, "succeeded"]
    upgrade()


def test_a_mailbox_of_before_has_seen_what_it_holds(app: Flask) -> None:
    with transaction() as session:
        for table in GOOD:
            put(session, table)
        put(session, "received_message", uid=2)
        put(session, "mailbox", name="second")
    downgrade(revision="0005")
    upgrade()
    with transaction() as session:
        query = text("SELECT seen, before_start, vanished FROM mailbox ORDER BY id")
        assert session.execute(query).all() == [(2, 0, 0), (0, 0, 0)]


def test_the_cursor_of_a_mailbox_moves_to_its_folder_and_back(app: Flask) -> None:
    with transaction() as session:
        put(session, "mailbox", folder="Shop", since="all")
        put(session, "mailbox_folder", name="Shop", epoch=2, uidvalidity=4_000_000_000, last_uid=77)
        put(session, "mailbox_folder", name="Junk", role="junk", last_uid=5)

    downgrade(revision="0010")
    with transaction() as session:
        found = session.execute(text("SELECT epoch, uidvalidity, last_uid FROM mailbox")).one()
        assert tuple(found) == (2, 4_000_000_000, 77)
    with pytest.raises(IntegrityError), transaction() as session:
        session.execute(text("UPDATE mailbox SET last_uid = -1"))
    upgrade()

    with transaction() as session:
        rows = session.execute(
            text("SELECT name, role, since, epoch, uidvalidity, last_uid FROM mailbox_folder")
        )
        assert [tuple(row) for row in rows] == [("Shop", "main", "all", 2, 4_000_000_000, 77)]
        if db.engine.dialect.name == "sqlite":
            assert session.scalar(text("PRAGMA integrity_check")) == "ok"
            assert session.execute(text("PRAGMA foreign_key_check")).all() == []


@pytest.mark.parametrize("path", VERSIONS, ids=lambda path: path.stem)
def test_a_migration_does_not_import_the_product(path: Path) -> None:
    """It outlives the code that it was written beside."""
    assert not re.search(
        r"^\s*(from|import) (helpdesk|mail|config)\b", path.read_text(encoding="utf-8"), re.M
    )
