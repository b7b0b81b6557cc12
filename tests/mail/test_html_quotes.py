"""Quotes in HTML mail: the container that each mail program puts around what it quotes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail import html_quotes
from mail.quoting import of, split
from tests.mail.factory import make_incoming

NEW = "<div>请尽快退款，谢谢。</div>"
CONTAINERS = {
    "Gmail": '<div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">客服 '
    '&lt;a@x.example&gt; 于2026年3月5日周四 21:14写道：<br></div>'
    '<blockquote class="gmail_quote">您好</blockquote></div>',
    "Apple": '<blockquote type="cite">'
    '<div>在 2026年3月5日，21:14，客服 &lt;a@x.example&gt; 写道：</div>您好</blockquote>',
    "Thunderbird": '<div class="moz-cite-prefix">On 26.06.2014 14:41, A wrote:<br></div>'
    '<blockquote type="cite">您好</blockquote>',
    "Yahoo": '<div class="ydp1yahoo_quoted"><div>On Thursday, A &lt;a@x.example&gt; wrote:</div>您好</div>',
    "Proton": '<div class="protonmail_quote">-----Original Message-----<br>您好</div>',
    "QQ": '<div style="font-size:12px">------------------&nbsp;原始邮件&nbsp;------------------</div>'
    '<div style="background:#efefef"><b>发件人:</b>客服</div><div>您好</div>',
    "QQ app": '<div id="original-content"><br>您好</div>',
    "QQ of 2024": '<article><div><div style="font-size:12px">Original</div><hr></div><table>'
    '<tr><td>From: A</td>'
    "</tr></table>您好</article>",
    "NetEase web": '<blockquote id="isReplyContent">您好</blockquote>',
    "NetEase MailMaster": '<div class="J-reply ntes-mailmaster-quote">---- 回复的原邮件 ----<p>您好</div>',
    "NetEase FlashMail": "<BLOCKQUOTE id=ntes-flashmail-quote><DIV>发件人：客服 &lt;a@x&gt;"
    "</DIV>您好</BLOCKQUOTE>",
    "Foxmail": '<blockquote><div style="border:none;border-top:solid #B5C4DF 1.0pt"><b>发件人：'
    '</b>客服</div>您好'
    "</blockquote>",
    "Alimail": '<blockquote _quote="1"><div>发件人：客服</div>您好</blockquote>',
    "139": '<hr id="replySplit"><div id="reply139content">您好</div>',
    "Feishu": '<div class="history-quote-wrapper" id="lark-mail-quote-1"><div>发件人: 客服</div>您好</div>',
    "Outlook on the web": '<div id="appendonsend"></div><hr tabindex="-1">'
    '<div id="divRplyFwdMsg"><b>发件人:</b> '
    "客服<br><b>发送时间:</b> 2026年3月5日 21:14<br><b>收件人:</b> 王<br>"
    "<b>主题:</b> 退款"
    "</div><div>您好</div>",
    "Outlook": '<div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0in"><p>From: A<br>'
    "Sent: Friday, 6 March 2026 09:00<br>To: W<br>Subject: x</p></div><p>您好</p>",
    "mail.ru": "<br>Thu, 26 Jun 2014 14:00:51 +0400 от A &lt;a@x.example&gt;:<br>"
    "<blockquote>您好</blockquote>",
    "a rule and a header block": "<hr><b>From: </b>a@x.example<br><b>To: </b>b@x.example<br>"
    "<b>Sent: </b>Friday, "
    "July 22, 2011 6:20:01 PM<br><b>Subject: </b>Hello<br><p>您好</p>",
}  # fmt: skip


def reply(html: str, subject: str = "Re: x") -> str:
    return of(make_incoming(html, content_type="text/html; charset=utf-8", subject=subject)).new


@pytest.mark.parametrize("name", CONTAINERS)
def test_the_container_is_cut_off_the_words_and_off_the_page(name: str) -> None:
    page = NEW + CONTAINERS[name]
    assert reply(page) == "请尽快退款，谢谢。"
    assert "请尽快退款" in page[: html_quotes.cut(page)]
    assert "您好" not in page[: html_quotes.cut(page)]


@pytest.mark.parametrize(
    "page",
    [
        '<div class="gmail_quote">---------- Forwarded message ----------<br>From: A<br>坏了的照片</div>',
        '<blockquote type="cite"><div>Begin forwarded message:</div><b>From:</b> A'
        "<br>坏了的照片</blockquote>",
        '<div class="moz-forward-container">-------- Forwarded Message --------<br>坏了的照片</div>',
        "<hr><p>发件人：王小明<br>收件人：小店<br>单号：SF123</p><p>坏了的照片</p>",
        "<blockquote>坏了的照片</blockquote>",
        '<div class="J-reply">请看：</div><blockquote id="ntes-pcmail-quote"><p>坏了的照片</blockquote>',
        '<p>见下：</p><blockquote type="cite">您好</blockquote><p>坏了的照片</p>',
        '<div class="gmail_quote">On 1 March 2026 10:00 A wrote:'
        '<blockquote class="gmail_quote">a</blockquote>'
        "坏了的照片<blockquote>b</blockquote></div>",
    ],
)
def test_what_is_forwarded_answered_inside_or_not_quoted_stays_whole(page: str) -> None:
    assert "坏了的照片" in reply(NEW + page)
    assert html_quotes.cut(NEW + page) == len(NEW + page)


def test_a_forward_by_its_subject_stays_whole() -> None:
    text = reply(NEW + CONTAINERS["Outlook"], subject="FW: x")
    assert "您好" in text


def test_answers_between_quotes_show_whole() -> None:
    page = '<blockquote type="cite">问一</blockquote>答一<blockquote type="cite">问二</blockquote>答二'
    text = make_incoming(page, content_type="text/html; charset=utf-8").text
    assert text.split("\n\n") == ["> 问一", "答一", "> 问二", "答二"]
    assert split(text).quoted == ""


@given(
    st.lists(
        st.sampled_from(
            [
                '<div class="gmail_quote">',
                "<blockquote type=cite>",
                "</div>",
                "</blockquote>",
                "<hr>",
                "x",
                "<",
                "From: a@x\nDate: 1 March 2026 10:00\nTo: b\n",
                "<!--",
                "<style>",
                "<article>",
                "原始邮件",
                "<p",
            ]
        ),
        max_size=40,
    )
)
def test_no_page_raises_and_the_cut_lies_inside_it(pieces: list[str]) -> None:
    page = "".join(pieces)
    assert 0 <= html_quotes.cut(page) <= len(page)
