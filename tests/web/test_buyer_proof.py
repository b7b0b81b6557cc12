"""A platform's buyer shows that an order is theirs by what only they know; nobody else learns of it."""

import time
from datetime import timedelta

import pytest
from sqlalchemy import select

from helpdesk import clock
from helpdesk.actions import policies
from helpdesk.db import reading, transaction
from helpdesk.links import Passing
from helpdesk.models import Claim, Ticket, TicketOrder
from helpdesk.rules.claim_terms import LinkLevel
from helpdesk.rules.claims import ClaimState
from helpdesk.web import public
from tests.actions.sold import given, sell
from tests.web.buying import NUMBER, address, letters, verbs
from tests.web.conftest import Desk, Visitor, letter

pytestmark = pytest.mark.trust
RIGHT = {"order_no": NUMBER, "name": "李梅", "last4": "5678"}
WRONG = RIGHT | {"last4": "5679"}


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(public, "ANSWERED_AFTER", 0)


@pytest.fixture
def page(desk: Desk) -> str:
    """The form's link, as it stands in the acknowledgement of a mail that named a Taobao order."""
    sell(given(NUMBER, emails=()))
    with transaction() as session:
        policies.start_with(session, "cn-shop", by=None, at=clock.now())
    desk.receive(letter(f"订单 {NUMBER} 的杯子碎了，请退款", subject="退款", sender="梅 <mei@buyer.example>"))
    found = next(word for word in letters()[-1].text.split() if "/b/proof/" in word)
    return found[found.index("/b/") :]


def links() -> list[tuple[LinkLevel, str, bool]]:
    with reading() as session:
        rows = session.scalars(select(TicketOrder))
        return [(row.level, row.how, row.other_address) for row in rows]


def test_name_telephone_and_number_make_the_order_the_askers_and_her_claim_goes_on(
    desk: Desk, stranger: Visitor, page: str
) -> None:
    assert links() == [(LinkLevel.WEAK, "number", True)]
    assert desk.row(Claim, 1).state is ClaimState.NEEDS_LINK
    assert "核实订单" in stranger.text(page)

    answer = stranger.client.post(page, data=RIGHT)

    assert answer.status_code == 200
    assert links() == [(LinkLevel.VERIFIED, "form", True)]
    assert desk.row(Claim, 1).state is ClaimState.AWAITING_DECISION
    assert NUMBER not in answer.text


def test_money_for_such_an_order_waits_for_a_second_person(desk: Desk, stranger: Visitor, page: str) -> None:
    stranger.client.post(page, data=RIGHT)
    shown = desk.visitor("owner").text("/tickets/1")
    assert "verified by form" in shown
    assert "no money without a second person" in shown


def test_the_link_does_not_stand_in_the_conversation(desk: Desk, page: str) -> None:
    assert "/b/proof/" not in desk.visitor("owner").text("/tickets/1")


@pytest.mark.parametrize(
    "typed",
    [
        WRONG,
        RIGHT | {"name": "王梅"},
        RIGHT | {"order_no": "1111111111111111111"},
        RIGHT | {"order_no": "2398471029384756103"},  # it has an address on file: that one is asked
        RIGHT | {"order_no": "?"},
    ],
)
def test_a_miss_reads_and_lasts_as_a_hit_does(
    desk: Desk, stranger: Visitor, page: str, typed: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    sell(given("2398471029384756103"))
    waited: list[float] = []
    monkeypatch.setattr(public, "ANSWERED_AFTER", 60)
    monkeypatch.setattr(time, "sleep", waited.append)
    before = len(letters())
    miss = stranger.client.post(page, data=typed)
    assert (len(letters()), links()) == (before, [(LinkLevel.WEAK, "number", True)])

    hit = stranger.client.post(page, data=RIGHT)

    assert (miss.status_code, miss.text) == (hit.status_code, hit.text)
    assert [60 - each < 10 for each in waited] == [True, True]
    assert links() == [(LinkLevel.VERIFIED, "form", True)]


def test_five_tries_a_day_and_the_right_one_afterwards_is_too_late(
    desk: Desk, stranger: Visitor, page: str
) -> None:
    answers = [stranger.client.post(page, data=WRONG) for _ in range(5)]
    assert {answer.status_code for answer in answers} == {200}
    late = stranger.client.post(page, data=RIGHT)
    assert late.status_code == 429
    assert late.text == stranger.client.post(page, data=WRONG).text
    assert links() == [(LinkLevel.WEAK, "number", True)]
    assert verbs().count("order_form_missed") == 5
    assert desk.row(Ticket, 1).state in ("new", "open")
    assert "try 5 of 5). Ask for a code" in desk.visitor("owner").text("/tickets/1")

    clock.shift(timedelta(days=1, minutes=10))
    assert stranger.client.post(page, data=RIGHT).status_code == 200
    assert links() == [(LinkLevel.VERIFIED, "form", True)]


def test_more_tickets_are_no_more_tries_at_one_order(desk: Desk, stranger: Visitor, page: str) -> None:
    for number in range(2, 5):
        desk.receive(letter("请退款", sender=f"{number} <e{number}@else.example>"))
    tried = [
        stranger.client.post(address(Passing.PROOF, ticket), data=WRONG).status_code
        for ticket in (2, 3, 4)
        for _ in range(5)
    ]
    assert tried == [200] * 10 + [429] * 5
    assert links() == [(LinkLevel.WEAK, "number", True)]


@pytest.mark.parametrize("left_out", ["order_no", "name", "last4"])
def test_a_field_that_is_empty_is_asked_for_and_counts_as_no_try(
    desk: Desk, stranger: Visitor, page: str, left_out: str
) -> None:
    for _ in range(6):
        answer = stranger.client.post(page, data=RIGHT | {left_out: " "})
        assert answer.status_code == 422
    assert stranger.client.post(page, data=RIGHT).status_code == 200


def test_looking_counts_nothing_and_both_languages_are_there(stranger: Visitor, page: str) -> None:
    for _ in range(7):
        assert stranger.client.head(page).status_code == 200
    assert "Show that the order is yours" in stranger.text(f"{page}?lang=en")
    assert stranger.client.post(page, data=RIGHT).status_code == 200


def test_the_claim_form_leads_there(desk: Desk, stranger: Visitor, page: str) -> None:
    form = stranger.text(address(Passing.CLAIM, 1))
    assert stranger.get("/b/proof/" + form.partition("/b/proof/")[2].partition('"')[0]).status_code == 200


def test_an_order_without_a_name_or_digits_proves_nothing(desk: Desk, stranger: Visitor, page: str) -> None:
    sell(given("2398471029384756104", emails=(), buyer_name="", phone_last4=""))
    stranger.client.post(page, data={"order_no": "2398471029384756104", "name": "x", "last4": "0000"})
    assert links() == [(LinkLevel.WEAK, "number", True)]
