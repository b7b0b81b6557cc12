"""The order of a ticket on its page, the list of orders, and what an agent does with both."""

import pytest
from sqlalchemy import select

from helpdesk.db import reading
from helpdesk.models import Claim, OrderProof
from helpdesk.rules.claims import ClaimState
from tests.actions.sold import given, line, sell
from tests.web.conftest import Desk, Visitor, letter

pytestmark = pytest.mark.trust
NUMBER = "2398471029384756102"
REASON = "confirmed by telephone"


def test_a_linked_order_stands_on_the_ticket(desk: Desk, browser: Visitor) -> None:
    sell()
    number = desk.receive(letter(f"order {NUMBER}", sender="Eve <eve@else.example>"))
    page = browser.text(f"/tickets/{number}")
    for words in (NUMBER, "not confirmed", "only the number was named", "CN¥99.00", "paid, not shipped"):
        assert words in page
    assert "no money without a second person" in page
    assert "Linked with order 2398471029384756102: not confirmed" in page
    live = browser.text(f"/tickets/{number}/entries")
    assert 'data-part="orders"' in live


def test_an_agent_confirms_with_a_reason_and_takes_it_back(desk: Desk, browser: Visitor) -> None:
    sell()
    number = desk.receive(letter(f"order {NUMBER}", sender="Eve <eve@else.example>"))
    browser.get(f"/tickets/{number}")
    path = f"/tickets/{number}/orders"
    refused = browser.post(path, pick=f"taobao:{NUMBER}")
    assert refused.status_code == 422
    assert "Say how you know" in refused.get_data(as_text=True)
    assert browser.post(path, pick=f"taobao:{NUMBER}", reason=REASON, words="Ms Li").status_code == 303
    page = browser.text(f"/tickets/{number}")
    assert "Agent Li linked order 2398471029384756102: verified (confirmed by telephone: Ms Li)" in page
    assert browser.post(f"{path}/1/removal").status_code == 303
    assert browser.post(f"{path}/1/removal").status_code == 409
    assert "it is not about order" in browser.text(f"/tickets/{number}")


def test_a_claim_that_waits_for_its_order_goes_on_once_an_agent_has_linked_it(
    desk: Desk, browser: Visitor
) -> None:
    sell()
    number = desk.receive(letter("I want my money back", sender="Eve <eve@else.example>"))
    assert desk.row(Claim, 1).state is ClaimState.NEEDS_LINK
    browser.get(f"/tickets/{number}")

    browser.post(f"/tickets/{number}/orders", pick=f"taobao:{NUMBER}", reason=REASON, words="Ms Li")

    assert desk.row(Claim, 1).state is ClaimState.AWAITING_DECISION


def test_what_a_ticket_may_be_about_is_one_click_away(desk: Desk, browser: Visitor) -> None:
    number = desk.receive(letter(f"order {NUMBER}"))
    assert "Perhaps one of these" not in browser.text(f"/tickets/{number}")
    sell(given(), given("2398471029384756103", emails=("wang@qq.example",)))
    page = browser.text(f"/tickets/{number}")
    assert f'value="taobao:{NUMBER}"' in page
    assert 'value="taobao:2398471029384756103"' in page, "of her own address"


def test_a_number_that_nobody_has_comes_back_with_the_form(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    browser.get(f"/tickets/{number}")
    answer = browser.post(f"/tickets/{number}/orders", order="123", reason=REASON)
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "We have no order with this number" in page
    assert 'value="123"' in page


def test_the_address_on_file_is_asked_again_and_not_for_ever(desk: Desk, browser: Visitor) -> None:
    sell()
    number = desk.receive(letter(f"order {NUMBER}", sender="Eve <eve@else.example>"))
    browser.get(f"/tickets/{number}")
    asked = [browser.post(f"/tickets/{number}/orders/1/question").status_code for _ in range(5)]
    assert asked == [303, 303, 409, 409, 409]
    with reading() as session:
        assert session.query(OrderProof).count() == 3, "no address gets more in a day"


def test_orders_are_found_by_number_address_and_parcel(desk: Desk, browser: Visitor) -> None:
    sell(given(), given("2398471029384756103", buyer_name="Somebody else", emails=()))
    everything = browser.text("/orders")
    assert [number in everything for number in (NUMBER, "2398471029384756103")] == [True, True]
    for wanted in (NUMBER, "LI@buyer.example"):
        page = browser.text("/orders", query_string={"q": wanted})
        assert NUMBER in page
        assert "Somebody else" not in page
    assert "No order has exactly this" in browser.text("/orders", query_string={"q": "nothing"})


def test_an_order_has_a_page_with_history_and_tickets(desk: Desk, browser: Visitor) -> None:
    sell()
    sell(given(shipping_paid_minor=500))
    number = desk.receive(letter(f"order {NUMBER}", subject="Broken"))
    page = browser.text("/orders/1")
    for words in (
        f"#{number} Broken",
        "shipping_paid_minor",
        "test",
        "li@buyer.example",
        "phone ends in 5678",
    ):
        assert words in page
    assert browser.get("/orders/99").status_code == 404


def test_a_merged_ticket_brings_its_order_along(desk: Desk, browser: Visitor) -> None:
    sell()
    one = desk.receive(letter("first"))
    two = desk.receive(letter(f"order {NUMBER}", subject="second"))
    browser.get(f"/tickets/{one}")
    assert browser.post(f"/tickets/{two}/merger", into=str(one)).status_code == 303
    assert NUMBER in browser.text(f"/tickets/{one}").partition('data-part="orders"')[2]


def test_the_address_on_file_is_asked_from_a_ticket_that_is_about_the_order(
    desk: Desk, browser: Visitor
) -> None:
    sell()
    desk.receive(letter(f"order {NUMBER}", sender="Eve <eve@else.example>"))
    desk.receive(letter("Hello", sender="Mallory <mallory@else.example>"))
    browser.get("/tickets/2")
    assert browser.post("/tickets/2/orders/1/question").status_code == 409


def test_an_order_that_lost_a_line_can_be_linked_and_claimed(desk: Desk, browser: Visitor) -> None:
    sell(given(lines=(line(), line(sku="POT-1"))))
    sell(given(lines=(line(),)))
    number = desk.receive(letter("My cup is broken, I want a refund.", sender="Eve <eve@else.example>"))
    browser.get(f"/tickets/{number}")
    assert browser.post(f"/tickets/{number}/orders", order=NUMBER, reason=REASON).status_code == 303
    with reading() as session:
        claim = session.scalars(select(Claim)).one()
        assert claim.order_id == 1
        assert [each.order_line_id for each in claim.lines] == [1]


def test_two_clicks_ask_the_address_on_file_once(desk: Desk, browser: Visitor) -> None:
    sell()
    number = desk.receive(letter(f"order {NUMBER}", sender="Eve <eve@else.example>"))
    page = browser.text(f"/tickets/{number}")
    once = page.partition('/orders/1/question"')[2].partition('name="once" value="')[2].partition('"')[0]
    for _ in range(2):
        assert browser.post(f"/tickets/{number}/orders/1/question", once=once).status_code == 303
    with reading() as session:
        assert len(session.scalars(select(OrderProof.id)).all()) == 2, "that of the mail, and this one"
