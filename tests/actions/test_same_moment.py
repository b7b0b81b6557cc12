"""Two leads do the same thing at the same moment: the second is told that it is there already."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from helpdesk import clock
from helpdesk.actions import agents, contacts, return_addresses
from helpdesk.db import db, reading, transaction
from helpdesk.errors import ConflictError
from helpdesk.models import Agent, Contact, ReturnAddress
from helpdesk.rules.states import Role
from tests.actions.bare import person
from tests.app import make_app

EMAIL = "depot@warehouse.example"


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    app = make_app(database_url, tmp_path / "data")
    with app.app_context():
        with transaction() as session:
            person(session, "lead", Role.LEAD)
        yield app
        db.engine.dispose()


def at_once(app: Flask, act: Callable[[Session], object]) -> list[str]:
    """Two transactions that have both begun before either acts; what each was told, "" for done."""
    both, told = threading.Barrier(2), list[str]()

    def try_it() -> None:
        with app.app_context():
            try:
                with transaction() as session:
                    if session.get_bind().dialect.name == "postgresql":  # SQLite lets one in at a time
                        both.wait(10)
                    act(session)
                    if not told and session.get_bind().dialect.name == "postgresql":
                        waited.wait(0.3)  # the other one stands before the same row
                told.append("")
            except ConflictError as error:
                told.append(str(error))

    waited = threading.Event()
    threads = [threading.Thread(target=try_it) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return sorted(told)


def test_of_two_who_add_one_contact_the_second_is_told(app: Flask) -> None:
    def add(session: Session) -> None:
        contacts.add(session, email=EMAIL, name="Depot", role="warehouse", locale="en", at=clock.now())

    assert at_once(app, add) == ["", f"{EMAIL} stands in the list already"]
    with reading() as session:
        assert session.query(Contact).count() == 1


def test_of_two_who_save_one_address_in_other_words_none_is_lost_unseen(app: Flask) -> None:
    texts = iter(["Lane 1\nShanghai", "Lane 2\nShanghai"])

    def save(session: Session) -> None:
        by = session.query(Agent).first()
        assert by is not None
        return_addresses.save(session, label="Depot", text=next(texts), by=by, at=clock.now())

    told = at_once(app, save)
    with reading() as session:
        kept = session.query(ReturnAddress).count()
        assert session.query(ReturnAddress).filter(ReturnAddress.is_current).count() == 1
    assert told in (
        ["", ""],  # one after the other: two versions
        ["", "Depot was saved by somebody else at this moment: look at it, then save again"],
    )
    assert kept == told.count("")


def test_of_two_who_add_one_colleague_the_second_is_told(app: Flask) -> None:
    def add(session: Session) -> None:
        agents.create(
            session,
            email="new@shop.example",
            name="New",
            password="correct horse battery",
            role=Role.AGENT,
            at=clock.now(),
        )

    first, second = at_once(app, add)
    assert first == ""
    assert "new@shop.example" in second
