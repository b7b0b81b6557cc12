"""`helpdesk search-index`: what a seed or an old desk holds is found at once."""

from functools import partial

import pytest
from sqlalchemy import func, select

from helpdesk.actions import indexing
from helpdesk.db import reading, transaction
from helpdesk.demo import telling
from helpdesk.models import Entry, Order
from helpdesk.models.searching import WORDS
from helpdesk.rules.states import EntryKind
from tests.cli.conftest import Run
from tests.demo import seeded

pytestmark = pytest.mark.flows


def test_a_seed_waits_for_the_index_and_gets_into_it(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling, "tell", partial(telling.tell, stories=seeded.FEW))
    assert run("seed", "--tickets", "12").exit_code == 0
    with reading() as session:
        waiting = indexing.waiting(session)
        received = session.scalar(select(func.count()).where(Entry.kind == EntryKind.RECEIVED)) or 0
        assert waiting > received > 0
        for order in session.scalars(select(Order)):
            assert order.number_end == order.external_no_norm[-4:]

    told = run("search-index")

    assert f"{waiting} entries indexed" in told.stdout
    with transaction() as session:
        lines = session.scalar(select(func.count()).select_from(WORDS)) or 0
        assert indexing.waiting(session) == 0
        assert lines >= received
    assert f"{waiting} entries indexed" in run("search-index", "--rebuild").stdout
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(WORDS)) == lines, "none stands there twice"
