"""Who wrote a mail that somebody passed on, as each mail program writes it."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.forwards import Forwarded, read
from mail.parse import parse
from mail.types import Address
from tests.mail.factory import make_incoming, make_multipart, make_raw
from tests.mail.forwarded import (
    BOB,
    FOXMAIL,
    GMAIL_EN,
    GMAIL_ZH,
    LI,
    OUTLOOK_EN,
    OUTLOOK_TW,
    QQ_ZH,
    SAMPLES,
    THUNDERBIRD,
    WORDS_EN,
    WORDS_ZH,
)


def forwarded(text: str, subject: str = "Fwd: Broken mug", **fields: str) -> Forwarded | None:
    return read(make_incoming(text, subject=subject, **fields))


@pytest.mark.parametrize(("subject", "text", "sender"), SAMPLES.values(), ids=SAMPLES)
def test_the_original_sender_subject_date_and_words_are_found(
    subject: str, text: str, sender: Address
) -> None:
    found = forwarded(text, subject)

    assert found is not None
    assert found.sender == sender
    assert found.subject in ("Broken mug", "杯子碎了")
    assert "2026" in found.date
    assert found.text == (WORDS_ZH if sender is LI else WORDS_EN)
    wrote_above = found.above.split("\n")[0]
    assert wrote_above in ("Please take this one.", "请处理。", "請處理。", "")
    assert sender.email not in found.above


def test_a_date_with_a_zone_becomes_a_moment() -> None:
    found = forwarded(THUNDERBIRD)
    assert found is not None
    assert found.sent_at is not None
    assert found.sent_at.isoformat() == "2026-03-05T21:14:25+01:00"


def test_a_marker_is_enough_whatever_the_subject() -> None:
    found = forwarded(GMAIL_EN, "a mug")
    assert found is not None
    assert found.sender == BOB


@pytest.mark.parametrize("text", [OUTLOOK_EN, QQ_ZH, FOXMAIL, OUTLOOK_TW])
def test_a_reply_that_quotes_is_no_forward(text: str) -> None:
    assert forwarded(text, "Re: Broken mug") is None
    assert forwarded(text, "回复：转发：杯子碎了") is None


def test_a_reply_to_a_forward_is_no_forward() -> None:
    quoted = "\n".join(f"> {line}" for line in GMAIL_EN.split("\n"))
    assert forwarded(f"Yes, do.\n\nOn Thu, Mar 5, 2026, Ann wrote:\n{quoted}", "Re: Fwd: mug") is None


def test_the_first_forward_of_several_counts() -> None:
    inner = GMAIL_ZH.replace("请处理。", "")
    found = forwarded(GMAIL_EN.replace(WORDS_EN, inner))
    assert found is not None
    assert found.sender == BOB
    assert "李梅" in found.text


def test_a_courier_form_is_no_forward() -> None:
    assert forwarded("发件人：李梅 li@buyer.example\n收件人：张三\n电话：123", "快递") is None
    assert forwarded("hello", "a question") is None


@pytest.mark.parametrize(
    "line",
    [
        "From: Bob Stone",
        "From: eve@else.example <bob@buyer.example>",
        "From: bob@buyer.example, eve@else.example",
        "From: ",
    ],
)
def test_a_sender_who_is_not_clear_is_nobody(line: str) -> None:
    text = GMAIL_EN.replace("From: Bob Stone <bob@buyer.example>", line)
    found = forwarded(text)
    assert found is not None
    assert found.sender is None


def test_a_subject_that_says_so_without_any_block_is_a_forward_of_nobody() -> None:
    found = forwarded("see below", "Fwd: mug")
    assert found is not None
    assert found.sender is None


def test_foxmail_shows_the_name_alone_and_the_link_has_the_address() -> None:
    html = (
        '<p>请处理。</p><div><b>发件人：</b>&nbsp;<a href="mailto:li@buyer.example">李梅</a></div>'
        "<div><b>发送时间：</b>&nbsp;2026-03-05&nbsp;21:14</div>"
        '<div><b>收件人：</b>&nbsp;<a href="mailto:ann@shop.example">Ann</a></div>'
        "<div><b>主题：</b>&nbsp;杯子碎了</div><br><div>杯子碎了。</div>"
    )
    found = forwarded(html, "转发: 杯子碎了", content_type="text/html; charset=utf-8")
    assert found is not None
    assert found.sender == LI
    assert found.text == "杯子碎了。"


def test_files_come_along_and_an_enclosed_message_is_read_as_a_message() -> None:
    original = make_raw(WORDS_ZH, subject="refund", message_id="<first@buyer.example>")
    raw = make_multipart(
        b"Content-Type: text/plain; charset=utf-8\r\n\r\nPlease take this one.",
        b"Content-Type: message/rfc822\r\nContent-Disposition: attachment\r\n\r\n" + original,
        b"Content-Type: image/png; name=logo.png\r\n\r\nnot a picture",
    )
    found = read(parse(raw))

    assert found is not None
    assert found.sender == Address(email="wang@buyer.example", name="Wang")
    assert (found.subject, found.message_id, found.text) == ("refund", "first@buyer.example", WORDS_ZH)
    assert found.sent_at is not None
    assert found.above == "Please take this one."
    assert [file.filename for file in found.beside] == ["logo.png"]


def test_an_enclosed_message_without_words_above_it_has_none() -> None:
    raw = make_multipart(b"Content-Type: message/rfc822\r\n\r\n" + make_raw(WORDS_ZH))
    found = read(parse(raw))
    assert found is not None
    assert (found.text, found.above) == (WORDS_ZH, "")


def test_two_enclosed_messages_are_of_nobody() -> None:
    part = b"Content-Type: message/rfc822\r\n\r\n" + make_raw()
    found = read(parse(make_multipart(part, part)))
    assert found is not None
    assert found.sender is None


@given(st.lists(st.sampled_from([*GMAIL_EN.split("\n"), *QQ_ZH.split("\n"), "From:", "> ", "|", "\xa0"])))
def test_any_order_of_lines_is_read(lines: list[str]) -> None:
    forwarded("\n".join(lines))


@pytest.mark.parametrize(
    "text",
    [
        "From: a\n" * 60_000,
        "From: " + "a@" * 200_000,
        "---------- Forwarded message ---------\n" * 12_000,
        "---------- Forwarded message ---------\nFrom: " + "<" * 400_000,
        "---------- Forwarded message ---------\nFrom: x\nDate: y\n" + "To:\n" * 100_000,
        "|" * 400_000,
        "a:" * 200_000,
    ],
    ids=range(7),
)
@pytest.mark.parametrize("subject", ["Fwd: x", "x"])
def test_hostile_text_takes_linear_time(text: str, subject: str) -> None:
    incoming = make_incoming(text, subject=subject)
    began = time.process_time()
    read(incoming)
    assert time.process_time() - began < 1


def test_hostile_html_takes_linear_time() -> None:
    html = '<a href="mailto:' * 30_000
    incoming = make_incoming(
        "Fwd\n\nFrom: Bob\nDate: 2026\nSubject: x\n\nhello" + html,
        subject="Fwd: x",
        content_type="text/html",
    )
    began = time.process_time()
    read(incoming)
    assert time.process_time() - began < 1


def test_notes_names_who_passed_it_on_in_the_line_above_the_block() -> None:
    found = forwarded(
        "see\n\n----- Forwarded by Anna/Example on 03/05/2024 09:12 AM -----\n\n"
        "From: Courier <c@courier.example>\nTo: anna@x.example\nDate: 03/05/2024 09:12 AM\nSubject: lost\n\n"
        "Parcel lost",
        "lost",
    )
    assert found is not None
    assert found.sender == Address(email="c@courier.example", name="Courier")
    assert (found.above, found.text) == ("see", "Parcel lost")
