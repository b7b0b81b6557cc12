"""What a mail holds, shown when somebody asks: PDFs, source, others' pictures; and links that are hers."""

import re

import pytest

from helpdesk import clock, links
from helpdesk.current import current_desk
from helpdesk.links import Passing, Purpose
from tests.web.conftest import PNG, Desk, Visitor, letter

PIXEL = '<p>Look <img src="https://tracker.example/pixel.png?buyer=7"></p>'


def address(page: str, pattern: str) -> str:
    found = re.search(pattern, page)
    assert found, pattern
    return found[1]


def frame(page: str) -> str:
    return address(page, r'<iframe src="([^"]+)"')


def test_a_pdf_is_read_in_the_browser_and_called_nothing_else(desk: Desk, browser: Visitor) -> None:
    number = desk.receive(letter(file=("invoice.pdf", "application/pdf", b"%PDF-1.7 words")))
    answer = browser.get(address(browser.text(f"/tickets/{number}"), r'href="(/attachments/\d+/pdf)"'))
    assert answer.data == b"%PDF-1.7 words"
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("inline;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none';")


def test_what_only_says_that_it_is_a_pdf_is_a_file_to_save(desk: Desk, browser: Visitor) -> None:
    number = desk.receive(letter(file=("a.pdf", "application/pdf", b"<script>alert(1)</script>")))
    answer = browser.get(address(browser.text(f"/tickets/{number}"), r'href="(/attachments/\d+/pdf)"'))
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment;")


def test_headers_and_source_are_read_as_plain_text(desk: Desk, browser: Visitor) -> None:
    number = desk.receive(letter(html="<script>alert(1)</script><p>hi</p>"))
    answer = browser.get(address(browser.text(f"/tickets/{number}"), r'href="(/entries/\d+/source)"'))
    assert "Message-ID: <" in answer.text
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")


def test_pictures_of_other_servers_wait_until_this_agent_asks_for_those_of_this_mail(
    desk: Desk, browser: Visitor
) -> None:
    number, other = (desk.receive(letter(html=PIXEL)) for _ in range(2))
    page = browser.text(f"/tickets/{number}")
    before = browser.get(frame(page))
    assert "tracker.example" not in before.text
    assert "img-src 'self';" in before.headers["Content-Security-Policy"]

    asked = browser.post(address(page, r'action="(/entries/\d+/pictures)"'))

    assert asked.status_code == 303
    assert '<details class="original" open>' in browser.text(asked.headers["Location"])
    assert "data-pictures" not in browser.text(f"/tickets/{number}"), "there is nothing left to ask for"
    after = browser.get(frame(page))
    assert 'src="https://tracker.example/pixel.png?buyer=7"' in after.text
    assert "img-src 'self' https: http:;" in after.headers["Content-Security-Policy"]
    assert after.headers["Referrer-Policy"] == "no-referrer"
    assert "tracker.example" not in browser.text(frame(browser.text(f"/tickets/{other}")))
    colleague = desk.visitor("lead")
    assert "tracker.example" not in colleague.text(frame(page)), "nobody's reading is told by another's wish"


@pytest.mark.parametrize("scheme", ["javascript:alert(1)", "data:image/png;base64,AA", "//x.example/a.png"])
def test_with_pictures_nothing_else_comes_in(desk: Desk, browser: Visitor, scheme: str) -> None:
    number = desk.receive(letter(html=f'<p>x<img src="{scheme}"></p>'))
    page = browser.text(f"/tickets/{number}")
    browser.post(address(page, r'action="(/entries/\d+/pictures)"'))
    assert scheme not in browser.text(frame(page))


def test_pictures_of_no_mail_cannot_be_asked_for(browser: Visitor) -> None:
    browser.get("/profile")
    assert browser.post("/entries/999/pictures").status_code == 404


def every_link() -> list[str]:
    desk = current_desk()
    lasting = [links.url(desk, purpose, 1) for purpose in Purpose]
    return lasting + [links.passing_url(desk, purpose, 1, at=clock.now()) for purpose in Passing]


def test_no_agent_can_answer_in_the_buyers_name_by_a_click_or_a_copy(desk: Desk, browser: Visitor) -> None:
    """The links of our letters, quoted in the mail's text, in its quoted part and in its HTML."""
    for link in every_link():
        quoted = f"It is this one: {link} or not?\n\nOn Monday Shop wrote:\n> Click {link}\n"
        html = f'<p>It is <a href="{link}">this one</a></p>'
        number = desk.receive(letter(quoted, html=html))
        desk.reply(number, f"Please open {link}.")
        page = browser.text(f"/tickets/{number}")
        token = link.rpartition("/")[2]
        assert token not in page
        assert page.count("the buyer&#39;s link") >= 3
        read = browser.text(frame(page))
        assert token not in read
        assert "this one" in read


def test_other_links_stay_as_they_are_written(desk: Desk, browser: Visitor) -> None:
    number = desk.receive(letter("See https://shop.example/b/shoes and <b>https://x.example/?a=1&b=2</b>"))
    page = browser.text(f"/tickets/{number}")
    assert "https://shop.example/b/shoes" in page
    assert "&lt;b&gt;https://x.example/?a=1&amp;b=2&lt;/b&gt;" in page


def test_a_picture_says_its_name_to_the_window_that_shows_it(desk: Desk, browser: Visitor) -> None:
    number = desk.receive(letter(file=("cup.png", "image/png", PNG)))
    page = browser.text(f"/tickets/{number}")
    assert re.search(r'<a class="thumb" href="/attachments/\d+/image"><img [^>]*alt="cup.png"', page)
    assert '<dialog class="gallery"' in page
