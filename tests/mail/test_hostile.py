"""Hostile input stays linear: four times the size may cost about four times the work, not sixteen."""

import time
from collections.abc import Callable

import pytest

from mail import addresses, charset, cms, headers, html_quotes, quoting, references
from mail.bounces import read
from mail.parse import parse

pytestmark = pytest.mark.trust

SMALL = 5_000  # repetitions; the large input has four times as many
ROUNDS = 3
FLOOR = 0.004  # seconds below which a clock tells nothing
MOST = 10  # linear is 4, quadratic 16

HEAD = b"From: a@x.example\nSubject: x\n"
HTML = HEAD + b"Content-Type: text/html\n\n"
MULTIPART = HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n"
OUTLOOK = HEAD + b"Content-Type: application/ms-tnef\n\n\x78\x9f\x3e\x22\x01\x00"
DAEMON = b"From: mailer-daemon@x.example\nSubject: failure notice\n\n"


def cost(act: Callable[[int], object], size: int) -> float:
    """Processor seconds of the quickest of a few rounds."""
    rounds = []
    for _ in range(ROUNDS):
        started = time.process_time()
        act(size)
        rounds.append(time.process_time() - started)
    return min(rounds)


def assert_linear(act: Callable[[int], object]) -> None:
    small = max(cost(act, SMALL), FLOOR)
    assert cost(act, 4 * SMALL) < MOST * small


TEXTS: dict[str, Callable[[int], str]] = {
    "one long On line": lambda n: "On " + "a " * n,
    "many On lines": lambda n: "On x\n" * n,
    "dashes": lambda n: "-" * n,
    "newlines": lambda n: "\n" * n,
    "From lines": lambda n: "From: a\n" * n,
    "blanks": lambda n: " " * n,
    "interleaved": lambda n: "> a\nb\n" * n,
    "quoted": lambda n: "> a\n" * n,
    "attributions": lambda n: "On 2020-01-01 10:00 x wrote:\n\n\n\n\n\n\n" * n,
    "Original lines": lambda n: "Original\n" * n,
    "entities": lambda n: "&gt;" * n,
    "label lines": lambda n: "发件人：a\n日期：b\n" * n,
    "said lines": lambda n: "写道：\n" * n,
    "quotes and attributions": lambda n: "> a\nOn 2020-01-01 10:00 x wrote:\n" * n,
    "wrapped attributions": lambda n: "> a\n" + "On 2020-01-01\n10:00 x@y\n" * n,
    "turned header blocks": lambda n: "Date: 10:00\nSubject: x\nFrom: a@b\n" * n,
    "Notes": lambda n: 'x "a" ---13-11-2019 12:48:15---\n' * n,
    "dashed lines": lambda n: "---- a写道 ---\n" * n,
}


@pytest.mark.slow
@pytest.mark.parametrize("name", TEXTS)
def test_finding_the_quote_is_linear(name: str) -> None:
    assert_linear(lambda n: quoting.split(TEXTS[name](n)))


MESSAGES: dict[str, Callable[[int], bytes]] = {
    "many parts": lambda n: MULTIPART + b"--b\n\na\n" * n,
    "false boundaries": lambda n: MULTIPART + b"--bc\n" * n,
    "nested multiparts": lambda n: (
        HEAD
        + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (i, i) for i in range(n // 10))
    ),
    "nested with one boundary": lambda n: HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n--b\n" * n,
    "nested messages": lambda n: HEAD + b"Content-Type: message/rfc822\n\n" * n,
    "encoded words": lambda n: b"Subject: " + b"=?utf-8?q?a?= " * n + b"\n\nx",
    "parameter segments": lambda n: (
        b"Content-Type: text/plain; " + b"".join(b"x*%d*=a; " % i for i in range(n)) + b"\n\nx"
    ),
    "folds": lambda n: b"Subject: " + b"a\n " * n + b"\n\nx",
    "headers": lambda n: b"a:\n" * n + b"\nx",
    "broken headers": lambda n: b"a b\n" * n + b"a: b\n\nx",
    "recipients": lambda n: b"To: " + b"a@x.example, " * n + b"\n\nx",
    "references": lambda n: b"References: " + b"".join(b"<%d@x>" % i for i in range(n)) + b"\n\nx",
    "base64": lambda n: HEAD + b"Content-Transfer-Encoding: base64\n\n" + b"QUJD\n" * n,
    "equals signs": lambda n: HEAD + b"Content-Transfer-Encoding: quoted-printable\n\n" + b"=" * n,
    "uuencode": lambda n: HEAD + b"Content-Transfer-Encoding: x-uuencode\n\n" + b"M\n" * n,
    "flowed": lambda n: HEAD + b"Content-Type: text/plain; format=flowed\n\n" + b"a \n" * n,
    "carriage returns": lambda n: b"a\r" * n,
    "unclosed divs": lambda n: HTML + b"<div>" * n,
    "unclosed brackets": lambda n: HTML + b"<" * n,
    "paragraphs": lambda n: HTML + b"<p>x" * n,
    "comments": lambda n: HTML + b"<!--" * n,
    "scripts": lambda n: HTML + b"<script>" * n,
    "tables": lambda n: HTML + b"<table><tr><td>" * n,
    "one wide cell over many rows": lambda n: (
        HTML
        + b"<table><tr><td>"
        + b"x" * n
        + b"</td></tr>"
        + b"<tr><td>a</td></tr>" * (n // 20)
        + b"</table>"
    ),
    "nested lists": lambda n: HTML + b"<ul>" * 90 + b"<li>x" * (n // 4),
    "huge padding": lambda n: HTML + b'<p style="padding-left:%d00em">x' % n,
    "attributes": lambda n: HTML + b"<a " + b"x=1 " * n + b">",
    "ampersands": lambda n: HTML + b"&" * n,
    "meta tags": lambda n: HTML + b"<meta " * n,
    "bounced addresses": lambda n: DAEMON + b"<a@x.example>:\n" * n,
    "half addresses": lambda n: DAEMON + b"a@" * n,
    "status codes": lambda n: DAEMON + b"5.1." * n,
    "quotes in HTML": lambda n: HTML + b"<blockquote type=cite>a</blockquote>b" * n,
    "open quotes in HTML": lambda n: HTML + b"<blockquote>On 2020-01-01 10:00 x wrote:" * n,
    "rules above headers in HTML": lambda n: HTML + b"<hr>From: a<br>" * n,
    "half uuencoded files": lambda n: HEAD + b"\n" + b"begin 644 a\nMAB\n" * n,
    "yEnc without an end": lambda n: HEAD + b"\n" + b"=ybegin size=1 name=a\n=\n" * n,
    "attributes of winmail": lambda n: OUTLOOK + b"\2\2\x90\0\0\0\0\0\0\0\0" * n,
    "properties of winmail": lambda n: (
        OUTLOOK
        + b"\1\3\x90\0\0"
        + (4 + 4 * n).to_bytes(4, "little")
        + n.to_bytes(4, "little")
        + b"\3\0\1\0" * n
    ),
    "PGP armour": lambda n: HEAD + b"\n" + b"-----BEGIN PGP SIGNED MESSAGE-----\nA: b\n" * n,
    "PGP signatures": lambda n: (
        HEAD + b"\n-----BEGIN PGP SIGNED MESSAGE-----\n\n" + b"-----BEGIN PGP SIGNATURE-----\nA\n" * (n // 4)
    ),
    "signed data in pieces": lambda n: (
        HEAD
        + b"Content-Type: application/pkcs7-mime\n\n\x30\x80"
        + cms.SIGNED
        + cms.DATA
        + b"\xa0\x80\x24\x80"
        + b"\4\1a" * n
    ),
    "garbled words": lambda n: HEAD + b"\n" + "锛銆鐨".encode() * n,
    "calendar lines": lambda n: HEAD + b"Content-Type: text/calendar\n\n" + b"BEGIN:VEVENT\n " * n,
    "path parts": lambda n: HEAD + b'Content-Disposition: attachment; filename="' + b"a/" * n + b'"\n\nx',
}


@pytest.mark.slow
@pytest.mark.parametrize("name", MESSAGES)
def test_reading_a_message_is_linear(name: str) -> None:
    assert_linear(lambda n: read(parse(MESSAGES[name](n))))


VALUES: dict[str, Callable[[int], object]] = {
    "comments": lambda n: addresses.addresses(b"(" * n),
    "angles": lambda n: addresses.addresses(b"<" * n),
    "quotes": lambda n: addresses.addresses(b'"' * n),
    "groups": lambda n: addresses.addresses(b"a:" * n),
    "at signs and colons": lambda n: addresses.addresses(b"a@:" * n),
    "backslashes": lambda n: addresses.addresses(b"\\" * n),
    "the fold of a page": lambda n: html_quotes.cut(
        "<div class=gmail_quote>a<blockquote>b</blockquote>c</div>" * n
    ),
    "labels": lambda n: addresses.addresses(b"a@" + b"a-." * n),
    "open words": lambda n: headers.words("=?a?q?" * n),
    "open ids": lambda n: references.message_ids("<" * n),
    "open parameter": lambda n: headers.parameters(b'text/plain; x="' + b";" * n),
    "escapes": lambda n: charset.decode(b"\x1b$B" * n),
    "high bytes": lambda n: charset.decode(b"\xe9a" * n),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", VALUES)
def test_reading_a_value_is_linear(name: str) -> None:
    assert_linear(VALUES[name])
