"""After an inspection with a deduction: the panel has the sum and the reason, and one press does it."""

import re

import pytest

from helpdesk.rules.claim_terms import Condition
from tests.actions.sending_back import SendingBack
from tests.web.conftest import Desk, Visitor
from tests.web.reading import read

pytestmark = pytest.mark.money


@pytest.fixture
def back(desk: Desk) -> SendingBack:
    matter = SendingBack()
    matter.start()
    matter.receive()
    matter.inspect(Condition.USED, deduction=2000, why="a crack in the handle")
    return matter


def pressed(page: str) -> dict[str, str]:
    """The fields of the form for goods that are back, as they stand on the page."""
    form = page.partition('class="claim-inspected"')[2].partition("</form>")[0]
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))


def test_the_first_press_after_an_inspection_refunds_the_rest(back: SendingBack, browser: Visitor) -> None:
    page = browser.text(f"/tickets/{back.ticket}")
    said = read(page)
    assert "The goods are back" in said
    assert "CN¥89.00 less CN¥20.00: a crack in the handle" in said
    assert "CN-7D decides" not in said, "the answer is the one of now"

    fields = pressed(page)
    assert browser.post("/claims/1/proposal", **fields, how="approve").status_code == 303

    assert back.remedies()[-1] == ("return_refund", 6900, "agreed")
    page = read(browser.text(f"/tickets/{back.ticket}"))
    assert "The goods are back" not in page
    assert "Ask for the goods back" not in page
    assert "send the buyer the address" not in page.casefold()
