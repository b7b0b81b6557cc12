"""The claim form: it shows the reader's own orders, opens one claim, and keeps what was typed."""

import html
import re
from datetime import timedelta

import pytest

from helpdesk import clock
from helpdesk.actions import late_orders
from helpdesk.links import Passing
from helpdesk.models import Claim, Evidence
from helpdesk.workers import linking
from tests import files
from tests.actions.sold import LI, given, line, sell
from tests.web.buying import (
    NUMBER,
    address,
    bought,
    claim,
    count,
    everything,
    filled,
    labels,
    letters,
    once,
    post,
    upload,
    verbs,
)
from tests.web.conftest import Desk, Visitor, letter
from tests.web.test_public import SCANNERS

pytestmark = pytest.mark.trust


def labelled(desk: Desk, number: int) -> str:
    """What the conversation says of the newest form."""
    page = html.unescape(desk.visitor("agent").text(f"/tickets/{number}"))
    return re.findall(r"filled in the form: [^<]*", page)[-1]


@pytest.fixture
def form(desk: Desk) -> str:
    """Li's link to the form."""
    return address(Passing.CLAIM, bought(desk))


def test_a_form_opens_a_claim_with_its_evidence(form: str, stranger: Visitor) -> None:
    page = stranger.text(form)
    assert NUMBER in page
    assert "茶壶" in page

    answer = post(stranger, form, **filled(once=once(page)))

    assert answer.status_code == 303
    assert claim() == {
        "state": "awaiting_decision",
        "reason": "damaged",
        "source": "buyer",
        "wish": "refund",
        "order": 1,
        "lines": [(1, 1)],
    }
    assert count(Evidence) == 2
    status = stranger.text(answer.location)
    assert "我们正在处理" in status or "收到" in status
    assert NUMBER in status
    assert {"form_sent", "order_linked", "claim_opened", "evidence_given"} <= set(verbs())
    assert labels() == [("", "damaged", "buyer")]


def test_a_form_that_is_sent_twice_opens_one_claim(form: str, stranger: Visitor) -> None:
    first = post(stranger, form, **filled())
    second = post(stranger, form, **filled())

    assert (first.status_code, second.status_code) == (303, 303)
    assert (count(Claim), verbs().count("form_sent")) == (1, 1)


def test_a_second_form_about_the_same_items_joins_the_claim(form: str, stranger: Visitor) -> None:
    post(stranger, form, **filled())
    post(stranger, form, **filled(once="b", words="还有一张", files=[upload("c.png", files.PNG)]))

    assert (count(Claim), count(Evidence)) == (1, 3)


def test_another_reason_for_the_same_items_is_another_claim(form: str, stranger: Visitor) -> None:
    post(stranger, form, **filled())
    post(stranger, form, **filled(once="b", reason="missing"))

    assert count(Claim) == 2


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"reason": ""}, "请选择"),
        ({"wish": "gold"}, "请选择"),
        ({"line-1": "0"}, "请至少选择一件"),
        ({"line-1": "3"}, "1 到 2"),
        ({"order": "999"}, "请先选择订单"),
        ({"files": [upload("virus.exe", files.EXE)]}, "virus.exe"),
    ],
)
def test_a_mistake_keeps_what_was_typed_and_the_files(
    form: str, stranger: Visitor, changes: dict[str, object], said: str
) -> None:
    before = everything()
    kept = {"files": [upload("杯子.jpg")]} if "files" not in changes else {}
    answer = post(stranger, form, **filled(**kept) | changes)

    assert answer.status_code == 422
    assert said in answer.text
    assert "杯子碎了" in answer.text
    assert everything() == before
    if kept:
        assert "杯子.jpg" in answer.text


def test_files_of_a_form_with_a_mistake_need_not_be_chosen_again(form: str, stranger: Visitor) -> None:
    page = post(stranger, form, **filled(reason="")).text
    words = [part.partition('"')[0] for part in page.split('name="kept" value="')[1:]]
    assert len(words) == 2

    post(stranger, form, **filled(files=[], kept=[*words, "made-up"]))

    assert count(Evidence) == 2


def test_only_the_readers_own_orders_can_be_chosen(desk: Desk, stranger: Visitor) -> None:
    number = bought(desk)
    sell(given("9999999999999999999", emails=("eve@else.example",)))
    form = address(Passing.CLAIM, number)

    assert "9999999999999999999" not in stranger.text(form)
    assert post(stranger, form, **filled(order="2", **{"line-3": "1"})).status_code == 422
    assert count(Claim) == 0


def test_without_an_order_on_file_its_number_is_asked_and_the_claim_waits(
    desk: Desk, stranger: Visitor
) -> None:
    form = address(Passing.CLAIM, desk.receive())
    assert post(stranger, form, **filled(order="", order_no="")).status_code == 422

    post(stranger, form, **filled(order="", order_no="A-77"))

    assert (claim()["state"], claim()["order"]) == ("needs_link", None)
    assert "order_linked" not in verbs()


def test_a_number_that_was_typed_asks_the_address_on_file_as_one_in_a_mail_does(
    desk: Desk, stranger: Visitor
) -> None:
    sell(given(NUMBER))
    number = desk.receive(letter("Hello, I want my money back.", sender="Eve <eve@else.example>"))
    form = address(Passing.CLAIM, number)

    answer = post(stranger, form, **filled(order="", order_no=f" {NUMBER} ", files=[]))

    assert [each.to[0].email for each in letters()][-1] == LI
    assert "order_link_sent" in verbs(number)
    page = stranger.text(f"{answer.location}&lang=en")
    assert "we have written to the e-mail address that it was bought with" in page
    assert "?" not in labelled(desk, number), "what is not known is left out"


def test_a_number_that_nobody_has_yet_is_linked_when_its_order_is_told(desk: Desk, stranger: Visitor) -> None:
    number = desk.receive(letter("I want my money back.", sender=f"Li <{LI}>"))
    post(stranger, address(Passing.CLAIM, number), **filled(order="", order_no=NUMBER, files=[]))
    assert claim()["state"] == "needs_link"

    sell(given(NUMBER))
    assert linking.link() == 1

    assert (claim()["state"], claim()["order"]) == ("awaiting_decision", 1)


def test_the_numbers_that_one_may_type_are_few(desk: Desk, stranger: Visitor) -> None:
    numbers = [f"239847102938475610{last}" for last in range(7)]
    sell(*(given(each) for each in numbers))
    form = address(Passing.CLAIM, desk.receive(letter("Hello", sender="Eve <eve@else.example>")))
    for each in numbers:
        post(stranger, form, **filled(order="", order_no=each, files=[], once=each))
    assert verbs().count("order_link_sent") <= late_orders.TYPED_A_DAY


def test_looking_changes_nothing(form: str, stranger: Visitor) -> None:
    before = everything()
    for agent in SCANNERS:
        for method in (stranger.client.get, stranger.client.head):
            assert method(form, headers={"User-Agent": agent}).status_code == 200
    assert everything() == before


def test_an_old_link_offers_a_new_one_to_the_address_on_file_and_tells_nothing(
    desk: Desk, stranger: Visitor
) -> None:
    form = address(Passing.CLAIM, bought(desk))
    clock.shift(timedelta(days=31))

    page = stranger.get(form)
    assert page.status_code == 410
    assert NUMBER not in page.text
    assert post(stranger, form, **filled()).status_code == 410
    token = form.rpartition("/")[2]
    before = verbs().count("link_sent_again")
    for _ in range(4):
        answer = stranger.client.post(f"/b/again/claim/{token}")
        assert answer.status_code == 200
    assert verbs().count("link_sent_again") == before + 2


@pytest.mark.parametrize("token", ["x", "WzEsOTk5OTk5OTk5OV0.AAAA", "1", "..", "é"])
def test_a_made_up_link_opens_nothing(form: str, stranger: Visitor, token: str) -> None:
    for page in ("claim", "reason", "evidence", "status"):
        assert stranger.get(f"/b/{page}/{token}").status_code == 404
        assert stranger.client.post(f"/b/{page}/{token}").status_code in (404, 405)
    assert stranger.client.post(f"/b/again/claim/{token}").status_code == 404
    assert stranger.client.post(f"/b/again/other/{token}").status_code == 404


def test_a_link_for_one_page_opens_no_other(form: str, stranger: Visitor) -> None:
    token = form.rpartition("/")[2]
    for page in ("reason", "evidence", "status"):
        assert stranger.get(f"/b/{page}/{token}").status_code == 404


def test_the_page_speaks_the_ticket_language_or_the_one_asked_for(form: str, stranger: Visitor) -> None:
    assert "您的订单出了什么问题" in stranger.text(form)
    assert "What is wrong with your order?" in stranger.text(f"{form}?lang=en")


def test_a_form_that_is_too_large_is_told_so_kindly(form: str, stranger: Visitor) -> None:
    answer = stranger.client.post(
        form,
        environ_overrides={"CONTENT_LENGTH": str(41 * 1024 * 1024)},
        content_type="multipart/form-data; boundary=x",
    )

    assert answer.status_code == 413
    assert "40 MB" in answer.text


def test_an_order_of_which_nothing_is_left_is_not_offered(desk: Desk, stranger: Visitor) -> None:
    number = bought(desk)
    sell(given("3333333333333333333", lines=(line(quantity=0, line_paid_minor=0),)))
    form = address(Passing.CLAIM, number)
    assert "3333333333333333333" not in stranger.text(form)
    assert post(stranger, form, **filled(order="2")).status_code == 422


def test_of_very_many_one_types_how_many(desk: Desk, stranger: Visitor) -> None:
    form = address(Passing.CLAIM, bought(desk, lines=(line(quantity=1_000_000),)))
    page = stranger.text(form)
    assert len(page) < 20_000
    assert 'max="1000000"' in page
    assert post(stranger, form, **filled(**{"line-1": "5000"})).status_code == 303
    assert claim()["lines"] == [(1, 5000)]
