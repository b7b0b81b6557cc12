"""The page's way to call a ticket spam, and to take that back."""

from tests.web.conftest import Desk, Visitor


def test_one_button_marks_spam_and_the_same_takes_it_back(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    browser.get(f"/tickets/{number}")
    assert browser.post(f"/tickets/{number}/spam", spam="yes").status_code == 303
    assert f'id="row-{number}"' not in browser.text("/")
    assert f'id="row-{number}"' in browser.text("/?queue=spam")

    refused = browser.post(f"/tickets/{number}/spam", spam="perhaps")
    assert refused.status_code == 422
    assert browser.post(f"/tickets/{number}/spam", spam="no").status_code == 303
    assert f'id="row-{number}"' in browser.text("/")
