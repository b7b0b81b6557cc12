"""Letters with a page behind them that an agent sends by a button."""

import pytest

from helpdesk.db import reading
from helpdesk.links import Passing
from helpdesk.models import Ticket
from tests.web.buying import claimed, letters, verbs
from tests.web.conftest import Desk, Visitor

pytestmark = pytest.mark.flows


@pytest.mark.parametrize(
    ("path", "page", "verb"),
    [
        ("/tickets/1/form", Passing.CLAIM, "form_offered"),
        ("/tickets/1/order/request", Passing.CLAIM, "order_asked"),
        ("/claims/1/reason/request", Passing.REASON, "reason_asked"),
    ],
)
def test_a_button_mails_a_link_that_opens_its_page_once(
    desk: Desk, browser: Visitor, stranger: Visitor, path: str, page: Passing, verb: str
) -> None:
    claimed(desk, reason="")
    before = len(letters())
    assert path in browser.text("/tickets/1")

    for _ in range(2):
        assert browser.post(path, once="a").status_code == 303

    (letter,) = letters()[before:]
    link = next(word for word in letter.text.split() if f"/b/{page}/" in word)
    assert stranger.get(link[link.index("/b/") :]).status_code == 200
    assert verbs().count(verb) == 1
    with reading() as session:
        assert session.get_one(Ticket, 1).waiting_on == "buyer"


def test_no_letter_goes_out_for_a_ticket_that_is_not_there(browser: Visitor) -> None:
    browser.get("/profile")
    assert browser.post("/tickets/9/form").status_code == 404
    assert browser.post("/claims/9/reason/request").status_code == 404
