"""What waits for somebody keeps nothing else waiting, however much of it stands in line before."""

from functools import partial
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from helpdesk.actions import paying, remedy_money
from helpdesk.db import transaction
from helpdesk.models import Decision
from helpdesk.rules.states import Role
from tests.actions.claiming import delivered
from tests.actions.sold import given, payment, sell
from tests.workers.paying import Paid
from tests.workers.test_told_by_others import tell

pytestmark = pytest.mark.money
OTHER = "2398471029384756103"


@pytest.fixture
def lines_of_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if a hundred stood before each other."""
    monkeypatch.setattr(paying, "due", partial(paying.due, limit=1))
    monkeypatch.setattr(remedy_money, "waiting", partial(remedy_money.waiting, limit=1))


def another_order(paid: Paid) -> None:
    paid.order = sell(given(OTHER, payments=(payment(reference=OTHER),)))[0].order_id
    paid.agreed(role=Role.OWNER, why="goodwill")


def test_a_payment_that_a_lead_has_to_see_to_keeps_no_other_waiting(
    app: Flask, tmp_path: Path, lines_of_one: None
) -> None:
    paid = Paid(app, tmp_path)
    paid.agreed()
    paid.pay(0)
    tell("outside", gateway_ref="SB000001")
    paid.pay()
    another_order(paid)

    paid.pay(2)

    assert paid.refunds() == [("R1-1", "reserved", 9900), ("R2-1", "succeeded", 9900)]


def test_money_that_waits_for_goods_keeps_no_other_waiting(
    app: Flask, tmp_path: Path, lines_of_one: None
) -> None:
    """The clause withholds all the money until the goods or the proof are here."""
    paid = Paid(app, tmp_path, **delivered(3))
    paid.agreed(role=Role.OWNER, why="goodwill")
    with transaction() as session:
        decision = session.scalars(select(Decision)).one()
        withheld = {"withhold_until": "goods_or_proof", "goods_back": "required"}
        decision.outcome = {**decision.outcome, "remedies": ["full_refund"], **withheld}
    another_order(paid)

    paid.pay(2)

    assert paid.refunds() == [("R2-1", "succeeded", 9900)]
