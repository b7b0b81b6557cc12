"""The receiving server's verdict on From."""

import pytest

from mail.authentication import doubts, verdict
from mail.parse import parse
from mail.types import Doubt, Verdict
from tests.mail.factory import make_incoming, make_raw


def verdict_of(results: str, authserv_id: str = "mx.shop.example") -> Verdict:
    return verdict(make_incoming(authentication_results=results), authserv_id=authserv_id)


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ("mx.shop.example; dmarc=pass header.from=buyer.example", Verdict.PASS),
        ("mx.shop.example 1; spf=pass; dmarc=fail (p=reject; x) header.from=buyer.example", Verdict.FAIL),
        ("MX.shop.example (a;b=c(d)); dmarc = pass", Verdict.PASS),
        ("mx.shop.example; spf=pass smtp.mailfrom=wang@buyer.example", Verdict.PASS),
        ("mx.shop.example; dkim=pass header.d=mail.buyer.example", Verdict.PASS),
        ("mx.shop.example; dkim=pass header.i=@evil.example", Verdict.NONE),
        ("mx.shop.example; spf=pass smtp.mailfrom=x@evil.example; dkim=fail", Verdict.FAIL),
        ("mx.shop.example; dmarc=pass header.from=evil.example", Verdict.FAIL),
        ("mx.shop.example; none", Verdict.NONE),
        ("evil.example; dmarc=pass header.from=buyer.example", Verdict.NONE),
        ("", Verdict.NONE),
        (";;;((", Verdict.NONE),
    ],
)
def test_the_header_is_read(results: str, expected: Verdict) -> None:
    assert verdict_of(results) is expected


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ('spf=pass smtp.mailfrom="li@buyer.example"@evil.example', Verdict.NONE),
        ('spf=pass smtp.mailfrom="li@buyer.example;"@evil.example; dmarc=none', Verdict.NONE),
        ('spf=pass smtp.mailfrom="li@buyer.example("@evil.example; dmarc=fail (p=NONE)', Verdict.FAIL),
        (r'spf=pass smtp.mailfrom="\"li@buyer.example\"@evil.example"; dmarc=none', Verdict.NONE),
        ('spf=pass smtp.mailfrom="x smtp.mailfrom=li@buyer.example"@evil.example', Verdict.NONE),
        ('dkim=pass header.i="li@buyer.example"@evil.example header.s=x', Verdict.NONE),
        ('dkim=pass header.i="x;" header.d=evil.example', Verdict.NONE),
        ('spf=none reason="x; dmarc=pass header.from=buyer.example"', Verdict.NONE),
        (r'spf=pass smtp.mailfrom="\" ; dmarc=pass ; \""@evil.example; dmarc=fail', Verdict.FAIL),
        ('spf=pass (of "x) ; dmarc=pass ; ("@evil.example) smtp.mailfrom="x)"@evil.example', Verdict.NONE),
        ("spf=pass smtp.mailfrom==?utf-8?q?x=3B_dmarc=3Dpass_?=@evil.example", Verdict.NONE),
        ("spf=pass smtp.mailfrom=x; dmarc=pass @evil.example", Verdict.NONE),  # quotes left off by the server
        ('dmarc=pass header.from="li@buyer.example"', Verdict.NONE),
        ("dmarc=pass; dmarc=fail header.from=buyer.example", Verdict.FAIL),
        ('spf=pass smtp.mailfrom="l i"@buyer.example; dkim=none', Verdict.PASS),
        (r'spf=pass (it is "l\" i"@buyer.example) smtp.mailfrom="l\" i"@buyer.example', Verdict.PASS),
        ('dmarc=pass(p=REJECT) header.from="buyer.example"', Verdict.PASS),
        (r"auth=pass smtp.auth=SHOP\li; dmarc=pass", Verdict.PASS),
    ],
)
def test_what_the_writer_of_the_mail_chose_ends_nothing(results: str, expected: Verdict) -> None:
    assert verdict_of(f"mx.shop.example; {results}") is expected


@pytest.mark.parametrize("end", ['"', "(", "(()", ")", "\\", '(5")', ";" * 20_000])
def test_a_header_that_cannot_be_read_whole_vouches_for_nobody(end: str) -> None:
    assert verdict_of(f"mx.shop.example; dmarc=pass; x=y {end}") is Verdict.NONE
    assert verdict_of(f"mx.shop.example; dmarc=pass; dmarc = fail x=y {end}") is Verdict.FAIL


def test_without_a_configured_server_nobody_is_believed() -> None:
    assert verdict_of("mx.shop.example; dmarc=pass", authserv_id="") is Verdict.NONE


def test_a_sender_that_does_not_stand_alone_in_from_is_not_vouched_for() -> None:
    fields = {"from": "boss@buyer.example, thief@evil.example", "sender": "boss@buyer.example"}
    incoming = make_incoming(**fields, authentication_results="mx.shop.example; dmarc=pass")
    assert verdict(incoming, authserv_id="mx.shop.example") is Verdict.NONE


def test_only_the_topmost_header_of_the_server_counts() -> None:
    top = b"Authentication-Results: mx.shop.example; dmarc=fail\r\n"
    forged = b"Authentication-Results: mx.shop.example; dmarc=pass\r\n"
    assert verdict(parse(top + forged + make_raw()), authserv_id="mx.shop.example") is Verdict.FAIL


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ("From: Li <li@buyer.example>", ()),
        ("From: li@buyer.example <li@buyer.example>", ()),
        ('From: "service@taobao.com" <x@qq.com>', (Doubt.NAME,)),
        ('From: "service＠taobao.com" <x@qq.com>', (Doubt.NAME,)),
        ("From: li@buyer.example\r\nReply-To: me@mail.buyer.example", ()),
        ("From: li@mail.shop.com.cn\r\nReply-To: me@shop.com.cn", ()),
        ("From: li@a.com.cn\r\nReply-To: me@b.com.cn", (Doubt.REPLY_TO,)),
        ("From: li@buyer.example\r\nReply-To: me@elsewhere.example", (Doubt.REPLY_TO,)),
        ("From: li@buyer.example\r\nFrom: eve@else.example", (Doubt.FROM,)),
        ("Subject: nobody", ()),
    ],
)
def test_what_looks_like_a_pretence_is_named(headers: str, expected: tuple[Doubt, ...]) -> None:
    assert doubts(parse(f"{headers}\r\n\r\nhi".encode())) == expected
