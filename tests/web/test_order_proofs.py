"""The pages behind a one-time link: one question, one answer, and nothing told to anybody else."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select

from helpdesk import clock
from helpdesk.actions import claim_progress, claims, tickets
from helpdesk.current import current_desk
from helpdesk.db import db, reading, transaction
from helpdesk.links import Passing, Purpose, url
from helpdesk.models import Claim, OrderProof, OutboxMessage, TicketOrder
from helpdesk.rules.claim_terms import LinkLevel
from helpdesk.rules.claims import ClaimState
from tests.actions.sold import given, sell
from tests.web.buying import address
from tests.web.conftest import Desk, Visitor, letter

pytestmark = pytest.mark.trust
NUMBER = "2398471029384756102"


def path(proof_id: int = 1, purpose: Purpose = Purpose.ORDER) -> str:
    desk = current_desk()
    return url(desk, purpose, proof_id).removeprefix(desk.base_url)


def asked(desk: Desk) -> str:
    sell()
    desk.receive(letter(f"order {NUMBER}", sender="Eve <eve@else.example>"))
    return path()


def levels() -> list[LinkLevel]:
    with reading() as session:
        return list(session.scalars(select(TicketOrder.level)))


def letters() -> int:
    with reading() as session:
        return len(session.scalars(select(OrderProof.id)).all())


def test_looking_changes_nothing_and_a_yes_makes_it_sure(desk: Desk, stranger: Visitor) -> None:
    page = asked(desk)
    for _ in range(3):
        assert stranger.client.head(page).status_code == 200
        shown = stranger.text(page, query_string={"lang": "en"})
    assert "Did you write to us about this order?" in shown
    assert "e…@else.example" in shown
    assert "eve@else.example" not in shown
    assert levels() == [LinkLevel.WEAK]
    answer = stranger.client.post(page, data={"mine": "yes"})
    assert answer.status_code == 200
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert levels() == [LinkLevel.VERIFIED]


def test_a_claim_that_waits_for_its_order_goes_on_with_that_yes(desk: Desk, stranger: Visitor) -> None:
    page = asked(desk)
    with transaction() as session:
        ticket = tickets.hold(session, 1)
        asks, buyer = claims.Asked(reason="damaged", reason_source="buyer"), claims.buyer(ticket)
        claim = claims.open_claim(
            session, ticket, order=None, lines=None, asked=asks, actor=buyer, at=clock.now()
        )
        claim_progress.go_on(session, current_desk(), ticket, claim, at=clock.now())
        assert claim.state is ClaimState.NEEDS_LINK
        waiting = claim.id

    stranger.client.post(page, data={"mine": "yes"})

    assert desk.row(Claim, waiting).state is ClaimState.AWAITING_DECISION


def test_a_no_takes_the_order_off(desk: Desk, stranger: Visitor) -> None:
    page = asked(desk)
    assert stranger.client.post(page, data={"mine": "perhaps"}).status_code == 422
    assert stranger.client.post(page, data={"mine": "no"}).status_code == 200
    assert (levels(), desk.verbs(1)[-1]) == ([], "order_denied")


def test_used_old_cut_and_forged_links_look_the_same(desk: Desk, stranger: Visitor) -> None:
    page = asked(desk)
    stranger.client.post(page, data={"mine": "yes"})
    strip = re.compile(r"/b/order/[^/]*/new|<title>.*?</title>")
    shown = set()
    for wrong in (
        page,
        page[:-3],
        "/b/order/x.y",
        path(99),
        path(1, Purpose.ORDERS).replace("orders", "order"),
    ):
        for answer in (stranger.get(wrong), stranger.client.post(wrong, data={"mine": "yes"})):
            assert answer.status_code == 410
            shown.add(strip.sub("", answer.get_data(as_text=True)))
    assert len(shown) == 1
    assert NUMBER not in shown.pop()


def test_a_new_link_goes_to_the_address_on_file_and_says_the_same_to_everybody(
    desk: Desk, stranger: Visitor
) -> None:
    page = asked(desk)
    stranger.client.post(page, data={"mine": "yes"})
    before = letters()
    said = {
        stranger.client.post(f"{each}/new").get_data(as_text=True)
        for each in (page, "/b/order/x.y", path(99))
    }
    assert len(said) == 1
    assert letters() == before + 1
    with reading() as session:
        newest = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id.desc())).first()
        assert newest is not None
        assert newest.recipient == "li@buyer.example"


def test_an_expired_link_says_so(desk: Desk, stranger: Visitor) -> None:
    page = asked(desk)
    clock.shift(proof_lasts())
    assert stranger.get(page).status_code == 410


def proof_lasts() -> timedelta:
    with reading() as session:
        row = session.get_one(OrderProof, 1)
        return row.expires_at - row.sent_at


def test_a_buyer_chooses_among_her_own_orders_only(desk: Desk, stranger: Visitor) -> None:
    sell(given(), given("2398471029384756103"), given("2398471029384756104", emails=("else@buyer.example",)))
    desk.receive(letter("my cup is broken", sender="Li <li@buyer.example>"))
    page = path(1, Purpose.ORDERS)
    shown = stranger.text(page, query_string={"lang": "en"})
    assert [number in shown for number in (NUMBER, "2398471029384756103")] == [True, True]
    assert "2398471029384756104" not in shown
    assert "CN¥99.00" in shown
    assert stranger.client.post(page, data={"order": "3"}).status_code == 422
    assert stranger.client.post(page, data={"order": "2"}).status_code == 200
    assert levels() == [LinkLevel.VERIFIED]
    assert stranger.client.post(page, data={"order": "1"}).status_code == 410


def questions(visitor: Visitor, page: str) -> int:
    """How often a page asks the database."""
    asked: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    assert visitor.get(page).status_code == 200
    event.remove(db.engine, "before_cursor_execute", note)
    return len(asked)


@pytest.mark.parametrize("page", ["orders", "claim"])
def test_a_choice_of_many_orders_asks_the_database_as_often_as_one_of_few(
    desk: Desk, stranger: Visitor, page: str
) -> None:
    sell(given(NUMBER), given("1111111111111111111"))
    desk.receive(letter("Where is it?", sender="Li <li@buyer.example>"))
    link = path(1, Purpose.ORDERS) if page == "orders" else address(Passing.CLAIM, 1)
    few = questions(stranger, link)
    sell(*[given(f"{number:019d}") for number in range(15)])
    assert questions(stranger, link) == few


def test_a_link_to_an_address_that_is_not_on_file_any_more_proves_nothing(
    desk: Desk, stranger: Visitor
) -> None:
    page = asked(desk)
    sell(given(emails=("li.new@buyer.example",)))
    assert stranger.get(page).status_code == 410
    assert stranger.client.post(page, data={"mine": "yes"}).status_code == 410
    assert levels() == [LinkLevel.WEAK]
