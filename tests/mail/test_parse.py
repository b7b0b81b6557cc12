"""What `parse` makes of ordinary and of odd messages."""

import base64
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mail.parse import parse
from mail.types import Address, Incoming, Kind
from tests.mail.factory import make_incoming, make_multipart, make_raw

HEADERS = [
    b"From: ",
    b"To: ",
    b"Subject: ",
    b"Content-Type: ",
    b"Content-Type: multipart/mixed; boundary=b\n",
]
PIECES = [
    *HEADERS,
    b"\n--b\n",
    b"--b--",
    b"=?gb2312?B?",
    b"?=",
    b"<",
    b">",
    b'"',
    b"\r\n",
    b"\n\n",
    b"\x00",
    b"\xff",
]


@given(st.binary(max_size=4_000))
def test_no_bytes_raise(raw: bytes) -> None:
    assert isinstance(parse(raw), Incoming)


@settings(max_examples=300)
@given(st.lists(st.one_of(st.sampled_from(PIECES), st.binary(max_size=30)), max_size=60))
def test_no_broken_message_raises(pieces: list[bytes]) -> None:
    incoming = parse(b"".join(pieces))
    assert "\x00" not in incoming.text + incoming.subject
    (incoming.text + incoming.html + incoming.subject).encode()  # no lone surrogate


def test_an_empty_message_is_read_as_nothing() -> None:
    incoming = parse(b"")
    assert (incoming.text, incoming.sender, incoming.message_id) == ("", None, "")


def test_a_plain_message_gives_all_its_fields() -> None:
    incoming = make_incoming(cc="Li <li@buyer.example>", delivered_to="support+x@shop.example")
    assert incoming.sender == Address(email="wang@buyer.example", name="Wang")
    assert [each.email for each in incoming.to] == ["support@shop.example"]
    assert [each.email for each in incoming.cc] == ["li@buyer.example"]
    assert incoming.delivered_to == ("support+x@shop.example",)
    assert incoming.message_id == "one@buyer.example"
    assert incoming.text == "您好，我想退款。"
    assert incoming.kind is Kind.HUMAN
    assert incoming.defects == ()


def test_gb2312_is_read_as_gb18030() -> None:
    incoming = make_incoming("朱镕基喆".encode("gb18030"), content_type="text/plain; charset=gb2312")
    assert incoming.text == "朱镕基喆"


@pytest.mark.parametrize("codec", ["utf-8", "gb18030", "big5"])
def test_a_missing_charset_is_told_by_the_bytes(codec: str) -> None:
    words = "您好，我收到的商品壞了，請幫我退款" if codec == "big5" else "您好，我收到的商品坏了，请帮我退款"
    assert make_incoming(words.encode(codec), content_type="text/plain").text == words


def test_an_unknown_charset_is_told_in_a_sentence() -> None:
    incoming = make_incoming("您好，请退款".encode("gbk"), content_type="text/plain; charset=x-nonsense")
    assert incoming.text == "您好，请退款"
    assert incoming.defects == ("the charset 'x-nonsense' is unknown, read as gb18030",)


def test_a_raw_eight_bit_subject_is_read() -> None:
    assert make_incoming(subject="关于退款".encode("gbk")).subject == "关于退款"


@pytest.mark.parametrize("value", ["", "<>", "  "])
def test_an_empty_message_id_counts_as_missing(value: str) -> None:
    assert make_incoming(message_id=value).message_id == ""


def test_references_end_with_what_was_answered() -> None:
    incoming = make_incoming(references="<a@x> <b@x>,<c@x>\r\n <d@x>", in_reply_to="<b@x>")
    assert incoming.references == ("a@x", "c@x", "d@x", "b@x")


def test_an_mbox_line_and_a_banner_above_the_headers_are_passed_over() -> None:
    assert parse(b"From wang Fri Mar  6 09:00:00 2026\n" + make_raw()).subject == "refund"
    assert parse(b"*** forwarded by the gateway ***\n" + make_raw()).subject == "refund"


def test_a_header_broken_in_the_middle_is_joined() -> None:
    incoming = parse(b"Subject: one\ntwo three\nFrom: a@x.example\n\nbody")
    assert incoming.subject == "one two three"
    assert incoming.text == "body"


def test_a_missing_blank_line_leaves_the_text_whole() -> None:
    assert parse(b"From: a@x.example\nSubject: hi\nHello there\nand more\n").text == "Hello there\nand more"


def test_lone_carriage_returns_end_lines_too() -> None:
    assert parse(make_raw("one\r\ntwo").replace(b"\r\n", b"\r")).text == "one\ntwo"


def test_of_two_alternatives_the_plain_one_is_read_and_the_html_kept() -> None:
    raw = make_multipart(
        b"Content-Type: text/plain\r\n\r\nplain words",
        b"Content-Type: text/html\r\n\r\n<p>rich words</p>",
        kind="alternative",
    )
    incoming = parse(raw)
    assert (incoming.text, incoming.html) == ("plain words", "<p>rich words</p>")


def test_a_stub_of_plain_text_gives_way_to_the_html() -> None:
    raw = make_multipart(
        "Content-Type: text/plain; charset=utf-8\r\n\r\n请使用支持HTML的客户端查看".encode(),
        "Content-Type: text/html; charset=utf-8\r\n\r\n<p>商品坏了，请全额退款，照片见附件。</p>".encode(),
        kind="alternative",
    )
    assert parse(raw).text == "商品坏了，请全额退款，照片见附件。"


def test_a_list_footer_beside_an_empty_alternative_does_not_hide_the_words() -> None:
    raw = make_multipart(
        b"Content-Type: multipart/alternative; boundary=c\r\n\r\n--c\r\nContent-Type: text/plain\r\n\r\n \r\n"
        b"--c\r\nContent-Type: text/html\r\n\r\n<p>rich words</p>\r\n--c--",
        b"Content-Type: text/plain\r\n\r\n-- \r\nthe list",
    )
    assert parse(raw).text == "rich words\n-- \nthe list"


def test_what_says_base64_and_is_plain_is_left_as_it_came() -> None:
    words = "the cup came broken and I would like to have my money back please"
    incoming = make_incoming(words, content_transfer_encoding="base64")
    assert incoming.text == words
    assert incoming.defects == ("a part says base64 and is plain; it is left as it came",)


def test_a_text_that_is_a_file_is_read_when_there_is_no_other() -> None:
    incoming = make_incoming("see me", content_type='text/plain; name="a.txt"', content_disposition="inline")
    assert (incoming.text, [each.filename for each in incoming.attachments]) == ("see me", ["a.txt"])


def test_html_between_texts_is_read_in_its_place() -> None:
    raw = make_multipart(
        b"Content-Type: text/html\r\n\r\n<p>first</p>",
        b"Content-Type: text/plain\r\n\r\nsecond",
        b"Content-Type: text/html\r\n\r\n<p>third</p>",
    )
    assert parse(raw).text.split() == ["first", "second", "third"]


def test_html_alone_becomes_text_with_the_words_of_pictures() -> None:
    html = '<style>p{}</style><p>坏了</p><img alt="照片"><script>x()</script><p>请退款</p>'
    text = make_incoming(html, content_type="text/html; charset=utf-8").text
    assert text.split() == ["坏了", "[照片]", "请退款"]


def test_too_deep_html_still_gives_its_words() -> None:
    incoming = make_incoming("<div>" * 20_000 + "help", content_type="text/html")
    assert incoming.text == "help"
    assert "the HTML is too complex to lay out; its tags were only taken off" in incoming.defects


def test_flowed_lines_are_joined() -> None:
    body = "one \r\ntwo\r\n> quoted \r\n> on\r\n-- \r\nWang"
    incoming = make_incoming(body, content_type="text/plain; format=flowed")
    assert incoming.text == "one two\n> quoted on\n-- \nWang"


def test_a_photo_is_an_attachment_with_its_bytes() -> None:
    photo = bytes(range(256)) * 10
    raw = make_multipart(
        b"Content-Type: text/plain\r\n\r\nsee photo",
        b"Content-Type: image/jpeg; name=a.jpg\r\nContent-ID: <p1@x>\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(photo),
    )
    (attachment,) = parse(raw).attachments
    assert (attachment.filename, attachment.content, attachment.content_id) == ("a.jpg", photo, "p1@x")
    assert not attachment.inline


@pytest.mark.parametrize("link", ["p1@x", "P1@X", "p1%40x"])
def test_only_a_picture_that_the_html_shows_is_inline(link: str) -> None:
    raw = make_multipart(
        f'Content-Type: text/html\r\n\r\n<p>see <img src="cid:{link}"></p>'.encode(),
        b"Content-Type: image/jpeg; name=a.jpg\r\nContent-ID: <p1@x>\r\n\r\na",
        b"Content-Type: image/jpeg; name=b.jpg\r\nContent-ID: <p2@x>\r\nContent-Disposition: inline\r\n\r\nb",
        kind="related",
    )
    assert [(each.filename, each.inline) for each in parse(raw).attachments] == [
        ("a.jpg", True),
        ("b.jpg", False),
    ]


@pytest.mark.parametrize(
    ("parameter", "name"),
    [
        ("filename*=utf-8''%E7%85%A7%E7%89%87.jpg", "照片.jpg"),
        ("filename*0*=utf-8''%E7%85%A7; filename*1*=%E7%89%87; filename*2=.jpg", "照片.jpg"),
        ('filename="=?gb2312?B?1dXGrC5qcGc=?="', "照片.jpg"),
        ('filename="../../etc/pass\u202ewd"', "passwd"),
        ('filename="C:\\\\Users\\\\wang\\\\a.jpg"', "a.jpg"),
        ('filename="a\u200bb.jpg"', "ab.jpg"),
        ('filename=".."', "image-1.jpg"),
        ("x=y", "image-1.jpg"),
    ],
)
def test_names_of_files_are_read_and_made_safe(parameter: str, name: str) -> None:
    raw = make_raw("x", content_type="image/jpeg", content_disposition=f"attachment; {parameter}")
    assert parse(raw).attachments[0].filename == name


def test_a_raw_gbk_name_of_a_file_is_read() -> None:
    disposition = b'attachment; filename="' + "退款照片.jpg".encode("gbk") + b'"'
    raw = make_raw("x", content_type="image/jpeg", content_disposition=disposition)
    assert parse(raw).attachments[0].filename == "退款照片.jpg"


def test_a_long_name_of_a_file_keeps_its_ending() -> None:
    raw = make_raw(
        "x", content_type="image/jpeg", content_disposition=f'attachment; filename="{"照" * 300}.jpg"'
    )
    name = parse(raw).attachments[0].filename
    assert len(name.encode()) <= 200
    assert name.endswith("照.jpg")


def test_a_forwarded_message_is_kept_byte_for_byte() -> None:
    inner = make_raw("inner", subject="a  b\r\n c")
    raw = make_multipart(
        b"Content-Type: text/plain\r\n\r\nsee below", b"Content-Type: message/rfc822\r\n\r\n" + inner
    )
    incoming = parse(raw)
    assert incoming.text == "see below"
    assert incoming.attachments[0].content == inner
    assert incoming.attachments[0].filename.endswith(".eml")


def test_a_message_that_only_encloses_another_shows_its_words() -> None:
    incoming = make_incoming(make_raw("inner words"), content_type="message/rfc822")
    assert incoming.text == "inner words"
    assert [each.content_type for each in incoming.attachments] == ["message/rfc822"]


def test_a_time_that_cannot_be_is_taken_from_received() -> None:
    incoming = make_incoming(date="31 Feb 2026", received="from a by b; Fri, 06 Mar 2026 01:02:03 +0000")
    assert incoming.sent_at == datetime(2026, 3, 6, 1, 2, 3, tzinfo=UTC)
    assert make_incoming(date="2026-03-05 21:14:00").sent_at is None


def test_a_clock_that_is_days_off_is_told_in_a_sentence() -> None:
    received = "from a by b; Fri, 06 Mar 2026 01:02:03 +0000"
    incoming = make_incoming(date="Fri, 01 Jan 2016 09:00:00 +0000", received=received)
    assert incoming.sent_at == datetime(2016, 1, 1, 9, tzinfo=UTC)
    assert incoming.defects == ("the date lies 3716 days before the mail was received",)
    assert make_incoming(date="Thu, 05 Mar 2026 09:00:00 +0000", received=received).defects == ()


@pytest.mark.parametrize("wrong", ["gb18030", "latin-1"])
def test_words_that_were_decoded_wrongly_before_they_were_sent_are_mended(wrong: str) -> None:
    garbled = "收到的杯子是坏的".encode().decode(wrong)
    assert make_incoming(f"hello\n{garbled}").text == "hello\n收到的杯子是坏的"
    assert make_incoming(subject=garbled).subject == "收到的杯子是坏的"


@pytest.mark.parametrize("words", ["锟斤拷", "鐢", "Ã", "naïve café", "鑫淼锛钢厂", "十分满意，谢谢"])
def test_words_that_are_odd_but_right_stay(words: str) -> None:
    assert make_incoming(words).text == words


def test_a_zone_written_as_gmt_plus_eight_is_kept() -> None:
    moment = make_incoming(date="Fri, 06 Mar 2026 09:00:00 GMT+08:00").sent_at
    assert moment == datetime(2026, 3, 6, 9, tzinfo=timezone(timedelta(hours=8)))


def test_over_a_cap_the_rest_is_still_read_and_a_sentence_says_so() -> None:
    body = b"--b\r\n\r\nwords\r\n" * 1_500
    incoming = parse(make_raw(body, content_type="multipart/mixed; boundary=b"))
    assert incoming.text.startswith("words")
    assert len(incoming.parts) <= 1_001
    assert incoming.defects == ("more than 1,000 parts; the rest stand in the raw message only",)
