"""New words and quoted words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.quoting import of, split
from tests.mail.factory import make_incoming


@pytest.mark.parametrize(
    "quote",
    [
        '------------------ 原始邮件 ------------------\n发件人: "客服"<a@x.example>;\n您好',
        "------------------&nbsp;原始邮件&nbsp;------------------\n您好",
        '在 2019-10-26 00:02:46，"客服" <a@x.example> 写道：\n您好',
        "在 2021年3月5日，10:01，客服 <a@x.example> 写道：\n> 您好",
        "客服 <a@x.example> 于2022年10月9日周五 21:14写道：\n> 您好",
        "客服 <a@x.example>\n於 2022年3月5日 週二 上午10:01寫道：\n> 您好",
        "发件人： 客服\n发送时间： 2023-08-31 14:09\n收件人： 王\n主题： 退款\n您好",
        "________________________________\nFrom: Shop <a@x>\nSent: Friday, 6 March 2026 09:00\nTo: W\nHi",
        "---- 回复的原邮件 ----\n| 发件人 | 客服<a@x> |\n| 日期 | 2023年12月01日 18:09 |\n| 主题 | x |",
        "On Fri, Mar 6, 2026 at 9:00 AM Shop <a@x.example>\nwrote:\n> Hi",
        "-----Original Message-----\nFrom: Shop\nHi",
        "Am 06.03.2026 um 09:00 schrieb Shop:\n> Hallo",
        "Le 6 mars 2026 à 09:00, Shop <a@x.example> a écrit :\n> Bonjour",
        "El vie, 6 mar 2026 a las 9:00, Shop (<a@x.example>) escribió:\n> Hola",
        "2026年3月6日(金) 9:00 Shop <a@x.example>のメール:\n> こんにちは",
        "> 您好\n> 请补充照片",
        "Den 24. nov. 2025 kl. 10.00 skrev Shop <a@x.example>:\n> Hej",
        "ons 4 dec. 2024 kl. 20:42 skrev Shop <a@x.example>:\n> Hej",
        "Dnia 28 lutego 2023 14:00 Shop <a@x.example> napisał(a):\n> Dzień dobry",
        "Thu, 26 Jun 2014 14:00:51 +0400 от Shop <a@x.example>:\n> Привет",
        "Am So., 1. Jan. 2023 um 17:22 Uhr schrieb Shop <\na@x.example>:\n> Hallo",
        "Fra: Shop <a@x>\nSendt: 24. november 2025 09:30\nTil: W\nEmne: Filerne\n\nHej",
        "Od: Shop <a@x>\nWysłano: 1 marca 2023 12:00\nDo: W\nTemat: Re: x\n\nHej",
        "Date: Thu, 26 Jun 2014 13:53:45 +0400\nSubject: x\nFrom: a@x.example\nTo: b@x.example\n\nHi",
        "差出人: Shop <a@x>\n送信日時: 2026年3月6日 9:00\n宛先: W\n件名: x\n\nこんにちは",
        "보낸 사람: Shop <a@x>\n보낸 날짜: 2026년 3월 6일 9:00\n받는 사람: W\n제목: x\n\n안녕하세요",
        "-----Oprindelig meddelelse-----\nFra: Shop\nHej",
        "среда, 18 мая 2016 г., 10:00 +0300 от Shop <a@x.example>:\n\nПривет",
        "Quoting Shop <a@x.example>:\n> Hi",
        "##- Please type your reply above this line -##\nHi",
        "---- On Wed, 18 May 2016 10:00:00 +0800 Shop <a@x.example> wrote ----\n\nHi",
        "śr., 18 maj 2016 o 10:00 Shop <a@x.example> napisał(a):\n> Hej",
        "X <a@x.example>, 18 May 2016 Çar, 10:00 tarihinde şunu yazdı:\n> Merhaba",
        "st 18. 5. 2016 v 10:00 odesílatel Shop <a@x.example> napsal:\n> Ahoj",
        "On Mon, Mar 2, 2026 at 9:00 Shop <a@x.example> w=\nrote:\n> Hi",
        "---- On Tue, 05 Mar 2024 09:12:34 +0100 Shop <shop@shop.example> wrote ----\n\nDear",
        "---- On Tue, 05 Mar 2024 09:12:34 +0100 Shop  <shop@shop.example> wrote ---\n\n > Dear",
        "‐‐‐‐‐‐‐ Original Message ‐‐‐‐‐‐‐\nOn Tuesday, Shop wrote:\n\n> Dear",
        "On Tue, Mar 5, 2024 at 9:12 AM, Shop<a@x.example> wrote:   Dear Jane,\nyour order",
        "----邮件原文----\n发件人：Shop\n您好",
        "____________________\n发件人: Shop\n已发送: 2020 年 4 月 30 日 0:04\n收件人: W\n主题: x\n\nHi",
    ],
)
def test_the_quote_is_cut_off(quote: str) -> None:
    answer = split(f"请尽快退款，谢谢。\n\n{quote}")
    assert answer.new == "请尽快退款，谢谢。"
    assert answer.quoted == quote


@pytest.mark.parametrize(
    "text",
    [
        "我没有收到原始邮件，请重新发送。",
        "你们客服在 3 月 5日的聊天里写道：三天内退款。\n已经五天了。",
        "快递单：\n发件人：王小明\n收件人：小店\n单号：SF123\n请查收。",
        "快递单：\n发件人：王小明\n收件人：小店\n时间：2026-03-05 12:00\n单号：SF123\n请查收。",
        "On 5 March 2026 your agent wrote:\nwe refund within three days.\nThat was five days ago.",
        "寄件：\nFrom: Shanghai\nTo: Beijing\nDate: 5 March 10:00\nPlease check.",
        "明细：\n----------\n商品A 50元\n----------\n合计 128元",
        "请看：\n---------- 转发的邮件 ---------\n发件人: a@x\n发送时间: 2026-03-05 21:14\n主题: x\n您好",
        "Begin forwarded message:\n\nFrom: a\nDate: 6 March 2026 09:00\nTo: b\n\nhello",
        "见下文：\n在 2026/3/5 21:14, 客服 写道:\n> 请补充照片\n照片见附件。\n> 金额 128\n不对。",
        "> 您好\n> 请补充照片",
        "------------------ 原始邮件 ------------------\n您好",
        "",
    ],
)
def test_what_is_no_quote_stays_whole(text: str) -> None:
    answer = split(text)
    assert (answer.new, answer.quoted, answer.cut) == (text, "", len(text))


def test_an_answer_below_the_quote_is_found() -> None:
    text = "在 2026/3/5 21:14, 客服 写道:\n> 您好\n> 请补充照片\n\n已补充照片，请查收。"
    answer = split(text)
    assert answer.new == "已补充照片，请查收。"
    assert text[answer.start : answer.cut].strip() == answer.new


def test_an_older_mail_below_the_quote_is_no_answer() -> None:
    older = "-----Original Message-----\nFrom: Shop\nHello"
    answer = split(f"thanks\n\nOn 6 March 2026 09:00, A wrote:\n> hi\n\n{older}")
    assert answer.new == "thanks"


def test_a_device_line_below_the_quote_is_no_answer() -> None:
    answer = split("谢谢\n\n在 2026/3/5 21:14, 客服 写道:\n> 您好\n\n发自我的 iPhone")
    assert answer.new == "谢谢"


@pytest.mark.parametrize(
    "mark",
    ["-------- Forwarding messages --------", "----- Forwarded by Anna/X on 03/05/2024 09:12 AM -----"],
)
def test_what_stands_below_the_mark_of_a_forward_is_never_cut(mark: str) -> None:
    text = f"see\n\n{mark}\nFrom: c@courier.example\nDate: 2021-11-25 16:30:18\nSubject: lost\n\nParcel lost"
    assert split(text).new == text


def test_what_is_forwarded_by_its_subject_is_never_cut() -> None:
    body = "请看下面\n\n发件人: 客服 <a@x>\n发送时间: 2026-03-05 21:14\n收件人: 王\n主题: 退款\n\n您好"
    answer = of(make_incoming(body, subject="转发: Re: 退款"))
    assert (answer.new, answer.quoted) == (body, "")
    assert of(make_incoming(body, subject="Re: 转发: 退款")).new == "请看下面"


@pytest.mark.parametrize(
    "signature", ["发自我的 iPhone", "Sent from my iPhone", "-- \nWang\nSF123456", "获取 Outlook for iOS"]
)
def test_a_signature_stays_among_the_new_words_and_is_named(signature: str) -> None:
    answer = split(f"请退款\n\n{signature}\n\n在 2026/3/5 21:14, 客服 写道:\n> 您好")
    assert answer.new == f"请退款\n\n{signature}"
    assert answer.signature == signature


@pytest.mark.parametrize(
    "text", ["Sent from my desk, much easier than by phone.", "请退款\n来自我的订单，谢谢"]
)
def test_words_that_only_begin_like_a_signature_are_none(text: str) -> None:
    assert split(text).signature == ""


def test_a_list_footer_below_the_quote_is_no_answer() -> None:
    answer = split("thanks\n\nOn 6 March 2026 09:00, A wrote:\n> hi\n\n" + "_" * 40 + "\nlist mailing list")
    assert answer.new == "thanks"


LINES = (
    "> a", "a", "", "On 1 March 2026 10:00 A <a@x.example> wrote:", "-----Original Message-----", "From: A",
    "Date: 10:00", "To: b@x.example", "Subject: x", "-- ", "发自我的 iPhone", "Begin forwarded message:",
    "________________________", "在 2026/3/5 21:14, 客服 写道:", "单号：1",
)  # fmt: skip


@given(st.text(alphabet=">＞ \n-_:：|发件人写道于在Onwrte2026年/.<@a&nbsp;", max_size=400))
def test_no_text_raises_and_none_is_lost(text: str) -> None:
    answer = split(text)
    assert 0 <= answer.start <= answer.cut <= len(text)
    assert answer.new in text
    assert len(answer.new) > 0 or not text.strip()


@given(st.lists(st.sampled_from(LINES) | st.text(max_size=20), max_size=30).map("\n".join))
def test_whatever_stands_in_it_the_new_words_are_a_piece_of_the_text(text: str) -> None:
    answer = split(text)
    assert answer.new == text[answer.start : answer.cut].strip() or answer.new in text
    assert answer.quoted in text
    assert answer.signature in answer.new


@pytest.mark.parametrize(
    "text",
    [
        "I waited.\nat 10:00 the courier jane@courier.example wrote:\nnot at home\nBut I was!",
        "Hallo,\n\nam 5.3.2024 um 9:12 Uhr schrieb mir Ihr Kollege:\n\nGeld kommt bald.\n\nEs kam nichts.",
        "Here is what the package said:\n> Fragile",
        "Here is what the package said:\n> Fragile\n> This side up",
        "The package said\n> Fragile",
        "> please refund order 123\nThanks",
        "On Mar 5, 2024 at 9:12 your x@shop.example wrote: money comes.\nIt never came.",
    ],
)
def test_what_a_buyer_tells_of_others_stays_her_words(text: str) -> None:
    assert split(text).new == text
