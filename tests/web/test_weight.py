"""What an answer weighs: compressed where that is safe, and style and script asked for once."""

import re

import brotli
import pytest

from tests.web.conftest import PNG, Desk, Visitor, letter

BROWSERS = {"Accept-Encoding": "gzip, deflate, br, zstd"}
MOST_HTML, MOST_COLD = 30_000, 350_000  # bytes as sent


def test_a_page_goes_out_compressed_and_says_the_same(desk: Desk, browser: Visitor) -> None:
    number = desk.receive(letter("A buyer's words, " * 100))
    plain = browser.get(f"/tickets/{number}")
    sent = browser.client.get(f"/tickets/{number}", headers=BROWSERS)
    assert sent.headers["Content-Encoding"] == "br"
    assert "Accept-Encoding" in sent.headers["Vary"]
    assert "A buyer&#39;s words" in brotli.decompress(sent.data).decode()
    assert len(sent.data) < len(plain.data) / 3


@pytest.mark.parametrize("offered", ["", "identity", "compress"])
def test_a_browser_that_offers_nothing_gets_it_plain(browser: Visitor, offered: str) -> None:
    answer = browser.client.get("/", headers={"Accept-Encoding": offered})
    assert "Content-Encoding" not in answer.headers
    assert "<html" in answer.text


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_what_another_site_asked_for_is_never_compressed(desk: Desk, browser: Visitor, site: str) -> None:
    """Whoever can make the browser ask with guesses learns nothing from how long the answer is."""
    number = desk.receive()
    answer = browser.client.get(
        f"/tickets/{number}?again=guess", headers={**BROWSERS, "Sec-Fetch-Site": site}
    )
    assert "Content-Encoding" not in answer.headers
    assert "Sec-Fetch-Site" in answer.headers["Vary"]


def test_an_open_page_still_hears_that_nothing_is_new(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    first = browser.client.get(f"/tickets/{number}/entries", headers=BROWSERS)
    again = browser.client.get(
        f"/tickets/{number}/entries", headers={**BROWSERS, "If-None-Match": first.headers["ETag"]}
    )
    assert first.headers["Content-Encoding"] == "br"
    assert (again.status_code, again.data) == (304, b"")


def test_a_file_to_save_goes_out_as_it_is(desk: Desk, browser: Visitor) -> None:
    number = desk.receive(letter(file=("cup.png", "image/png", PNG + bytes(4000))))
    address = re.search(r'href="(/attachments/\d+)"', browser.text(f"/tickets/{number}"))
    assert address
    answer = browser.client.get(address[1], headers=BROWSERS)
    assert "Content-Encoding" not in answer.headers
    assert answer.content_length == len(answer.data) == len(PNG) + 4000


def test_style_and_script_are_kept_for_good_and_renewed_together(browser: Visitor) -> None:
    address = re.search(r'src="(/static/([0-9a-f]{12})/js/main\.js)"', browser.text("/"))
    assert address
    ours = browser.client.get(address[1])
    assert "immutable" in ours.headers["Cache-Control"]
    assert "max-age=31536000" in ours.headers["Cache-Control"]
    assert "Cookie" not in ours.headers.get("Vary", "")

    before = browser.client.get(address[1].replace(address[2], "0" * 12))
    assert before.status_code == 200
    assert "immutable" not in before.headers["Cache-Control"]
    assert "no-cache" in before.headers["Cache-Control"] or "max-age=0" in before.headers["Cache-Control"]
    assert browser.get("/static/js/main.js").status_code == 404


def test_a_ticket_and_all_that_it_loads_stay_small(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    for turn in range(10):
        desk.reply(number, f"Answer {turn}. " + "Thank you for your patience, we have looked into it. " * 10)
        desk.hear(number, f"Question {turn}. " + "I have sent the photographs already. " * 10)
    page = browser.client.get(f"/tickets/{number}", headers=BROWSERS)
    assert len(page.data) <= MOST_HTML
    assert len(page.data) + sum(len(each) for each in loaded(browser, browser.text(f"/tickets/{number}"))) < (
        MOST_COLD
    )


def loaded(browser: Visitor, page: str) -> list[bytes]:
    """Every sheet, script and icon of a page, modules of modules too, as sent."""
    waiting = re.findall(r'(?:href|src)="(/static/[^"]+)"', page)
    seen: dict[str, bytes] = {}
    while waiting:
        address = waiting.pop()
        if address not in seen:
            seen[address] = browser.client.get(address, headers=BROWSERS).data
            folder = address.rpartition("/")[0]
            source = browser.client.get(address).text
            waiting += [f"{folder}/{name}" for name in re.findall(r'from "\./([^"]+)"', source)]
    return list(seen.values())
