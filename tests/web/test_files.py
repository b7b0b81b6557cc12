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


def jpeg(width: int, height: int, *, before: bytes = b"") -> bytes:
    """A photo as far as its frame; `before` are segments that stand first."""
    frame = b"\xff\xc0\x00\x11\x08" + height.to_bytes(2) + width.to_bytes(2) + bytes(10)
    return b"\xff\xd8" + before + frame


def segment(size: int) -> bytes:
    return b"\xff\xe1" + (size + 2).to_bytes(2) + bytes(size)


PICTURES = {
    "png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (50_000).to_bytes(4) * 2 + bytes(30),
    "gif": b"GIF89a\xff\xff\xff\xff" + bytes(30),
    "webp": b"RIFF\0\0\0\0WEBPVP8X\n\0\0\0\0\0\0\0\xff\xff\xff\xff\xff\xff",
    "jpeg": jpeg(65_000, 65_000, before=segment(4) + segment(60_000)),
    "jpeg that says it late": jpeg(65_000, 65_000, before=segment(65_000) * 9),
}


@pytest.mark.trust
@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_that_no_browser_can_hold_is_a_file_to_save(
    desk: Desk, browser: Visitor, name: str
) -> None:
    desk.receive(letter(file=("bomb.png", "image/png", PICTURES[name])))
    answer = browser.get("/attachments/1/image")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.get_data() == PICTURES[name]


@pytest.mark.parametrize("picture", [jpeg(16_320, 12_240, before=segment(65_000) * 3), jpeg(1, 1)])
def test_a_photo_of_a_telephone_is_shown(desk: Desk, browser: Visitor, picture: bytes) -> None:
    desk.receive(letter(file=("photo.jpg", "image/jpeg", picture)))
    answer = browser.get("/attachments/1/image")
    assert answer.headers["Content-Disposition"] == "inline"
    assert answer.get_data() == picture
