"""Files keep their names on the way to a browser."""

from urllib.parse import unquote

import pytest

from helpdesk.web.files import disposition
from tests.web.conftest import PNG, Desk, Visitor, letter


def test_a_name_in_chinese_goes_through_a_header_that_takes_only_ascii(desk: Desk, browser: Visitor) -> None:
    number = desk.receive(letter(file=("碎杯子 100%.png", "image/png", PNG)))
    browser.get(f"/tickets/{number}")

    header = browser.get("/attachments/1").headers["Content-Disposition"]

    assert header.isascii()  # a real server refuses anything else; Flask's test client does not
    assert header.startswith('attachment; filename="___ 100_.png"; ')
    assert unquote(header.partition("filename*=UTF-8''")[2]) == "碎杯子 100%.png"


@pytest.mark.trust
@pytest.mark.parametrize("name", ['a"; filename=evil.exe', "a\r\nSet-Cookie: x=1", "\\", "", "\ud83d"])
def test_a_name_cannot_write_into_the_header(name: str) -> None:
    header = disposition("attachment", name)
    assert header.isascii()
    assert header.isprintable()
    assert header.count('"') == 2
