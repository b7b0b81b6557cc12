"""The page's way to call a ticket spam, and to take that back."""

from tests.web.conftest import Desk, Visitor, letter


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


def test_who_asks_for_answers_elsewhere_is_named_beside_the_sender(desk: Desk, browser: Visitor) -> None:
    raw = letter(sender='"service@taobao.com" <wang@qq.example>').replace(
        b"To: support", b"Reply-To: eve@else.example\nTo: support", 1
    )
    page = browser.text(f"/tickets/{desk.receive(raw)}")
    assert "asks for answers at another domain" in page
    assert "the name shows another address" in page


def test_spam_offers_no_answer_that_would_be_refused(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    browser.post(f"/tickets/{number}/spam", spam="yes")
    page = browser.text(f"/tickets/{number}")
    assert "Send and wait" not in page
    assert 'id="kind-reply"' not in page
    assert "Spam is not answered." in page
    assert "Not spam" in page
    assert "waits" not in browser.text("/queue/rows?queue=spam"), "nobody waits for an answer to spam"
    note = browser.post(f"/tickets/{number}/entries", kind="note", text="a known sender of such", seen="9")
    assert note.status_code == 303


def test_a_sender_without_a_name_is_shown_by_address(desk: Desk, browser: Visitor) -> None:
    page = browser.text(f"/tickets/{desk.receive(letter(sender='ann@mail.example'))}")
    assert "<b>ann@mail.example</b>" in page
    assert "unknown sender" not in page
