"""Two clicks, two browsers, two workers: one claim, one piece of evidence, on both databases."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from helpdesk import clock
from helpdesk.actions import claim_forms, telling, uploading
from helpdesk.actions.claim_forms import Filled
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.errors import ConflictError
from helpdesk.models import Claim, Evidence, Order, OrderAddress, Ticket
from helpdesk.rules.claim_terms import LinkLevel, Wish
from tests import files
from tests.actions import proving
from tests.actions.claiming import Matter, delivered

pytestmark = pytest.mark.trust
HANDS = 4


@pytest.fixture
def matter(app: Flask) -> Matter:
    return proving.judged(Matter(policy=None, **delivered(2)))


def together(app: Flask, act: Callable[[int], Any]) -> list[Any]:
    """What each of several threads got or met, all starting at one moment."""
    start = Barrier(HANDS)

    def one(number: int) -> Any:
        with app.app_context():
            start.wait()
            try:
                return act(number)
            except Exception as error:
                return error

    with ThreadPoolExecutor(HANDS) as pool:
        return list(pool.map(one, range(HANDS)))


def submit(ticket: int, **changes: Any) -> int:
    usual: dict[str, Any] = {"order_id": 1, "lines": {1: 1}, "reason": "damaged", "wish": Wish.REFUND}
    with transaction() as session:
        claim, _ = claim_forms.submit(
            session, current_desk(), ticket, Filled(**usual | changes), (files.file(),), at=clock.now()
        )
        return claim.id


def counts() -> tuple[int, int]:
    with reading() as session:
        return len(session.scalars(select(Claim.id)).all()), len(session.scalars(select(Evidence.id)).all())


def test_forms_that_are_sent_at_one_moment_open_one_claim(app: Flask, matter: Matter) -> None:
    two = proving.second_ticket(matter)

    found = together(app, lambda number: submit(two if number % 2 else matter.ticket))

    assert found == [1] * HANDS
    assert counts() == (1, 1)


def test_one_file_that_is_uploaded_by_many_hands_is_there_once(app: Flask, matter: Matter) -> None:
    submit(matter.ticket)
    new = files.file("b.png", files.PNG)

    def send(_: int) -> int:
        with transaction() as session:
            return len(uploading.upload(session, current_desk(), 1, (new,), at=clock.now()))

    assert sorted(together(app, send)) == [0] * (HANDS - 1) + [1]
    assert counts() == (1, 2)


def test_a_form_gives_a_vague_claim_its_order_items_and_reason(matter: Matter) -> None:
    matter.open("", order=False)
    assert matter.state == "needs_link"

    submit(matter.ticket, reason="defective", wish=Wish.EXCHANGE)

    with reading() as session:
        claim = session.scalars(select(Claim)).one()
        assert (claim.reason, claim.wish, claim.order_id) == ("defective", Wish.EXCHANGE, 1)
        assert [(line.order_line_id, line.quantity) for line in claim.lines] == [(1, 1)]
    assert matter.state == "awaiting_decision"


def test_a_form_narrows_what_the_words_had_suggested(matter: Matter) -> None:
    matter.link()
    matter.open("")

    submit(matter.ticket)

    with reading() as session:
        claim = session.scalars(select(Claim)).one()
        assert (claim.reason, claim.reason_source) == ("damaged", "buyer")
        assert [(line.quantity, line.matter) for line in claim.lines] == [(1, "damaged")]


def test_a_form_says_which_items_also_when_the_words_had_told_the_reason(matter: Matter) -> None:
    matter.link()
    matter.open("damaged")  # by mail: the whole order
    with transaction() as session:
        session.get_one(Claim, 1).reason_source = "rule"

    submit(matter.ticket)

    with reading() as session:
        claim = session.scalars(select(Claim)).one()
        assert [(line.quantity, line.matter) for line in claim.lines] == [(1, "damaged")]
    assert "claim_lines" in matter.verbs()


def test_an_agents_reason_is_not_overruled_by_a_form(matter: Matter) -> None:
    matter.link()
    matter.open("damaged")
    with transaction() as session:
        session.get_one(Claim, 1).reason_source = "agent"

    submit(matter.ticket)

    with reading() as session:
        assert session.get_one(Claim, 1).reason_source == "agent"


@pytest.mark.parametrize(
    ("level", "on_order", "told"),
    [(LinkLevel.VERIFIED, True, True), (LinkLevel.VERIFIED, False, False), (LinkLevel.WEAK, True, False)],
)
def test_facts_go_to_an_address_that_is_known_to_be_the_orders(
    matter: Matter, level: LinkLevel, on_order: bool, told: bool
) -> None:
    matter.link(level)  # by the sender's own authentication
    if not on_order:
        with transaction() as session:
            session.query(OrderAddress).update({"key": "other@else.example", "email": "other@else.example"})
    with reading() as session:
        ticket, order = session.get_one(Ticket, matter.ticket), session.scalars(select(Order.id)).one()
        assert telling.may(session, ticket, order) is told
        assert not telling.may(session, ticket, None)
        if not told:
            with pytest.raises(ConflictError):
                telling.check(session, ticket, order)
