"""Subjects, languages, encoded words and charsets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail import charset, folding, headers, language, subjects


@pytest.mark.parametrize(
    ("subject", "bare"),
    [
        ("回复：回复：Re: 退款", "退款"),
        ("Re[2]: RE: Fwd: hi", "hi"),
        ("[EXTERNAL] 答复: 退款 [RF-1]", "退款 [RF-1]"),
        ("回复率太低怎么办", "回复率太低怎么办"),
        ("Re:", ""),
    ],
)
def test_prefixes_come_off(subject: str, bare: str) -> None:
    assert subjects.bare(subject) == bare


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("您好，order 退款", "zh-CN"),
        ("Where is my refund?", "en"),
        ("", "en"),
        ("where is 我的 refund for order 7?", "en"),
    ],
)
def test_the_language_is_told_by_its_letters(text: str, expected: str) -> None:
    assert language.language(text) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("=?utf-8?B?6YCA?= =?utf-8?B?5qy+?=", "退款"),
        ("=?utf-8?B?6YA=?= =?utf-8?B?gA==?=", "退"),
        ("=?gb2312?B?zcu/7g==?=", "退款"),
        ("a =?utf-8?Q?b=20c?= d", "a b c d"),
        ("=?x-unknown?B?6YCA5qy+?=", "退款"),
        ("=?utf-8?B?broken", "=?utf-8?B?broken"),
        ("=?=?=", "=?=?="),
    ],
)
def test_encoded_words_are_read(value: str, expected: str) -> None:
    assert headers.words(value) == expected


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("GB2312", "gb18030"),
        ('"x-gbk"', "gb18030"),
        ("charset=utf-8", "utf-8"),
        ("zlib", ""),
        ("hex", ""),
        ("x", ""),
    ],
)
def test_labels_mean_what_is_written_under_them(label: str, codec: str) -> None:
    assert charset.codec_named(label) == codec


@pytest.mark.parametrize("label", ["gb2312", "gbk", "big5", "shift_jis", "euc-kr", "windows-1251", "koi8-r"])
@pytest.mark.parametrize("words", ["你的回复", "我要退款，訂單號碼12345，請儘快處理", "返金をお願いします"])
def test_utf8_under_another_label_is_utf8(label: str, words: str) -> None:
    decoded = charset.decode(words.encode(), label)

    assert decoded.text == words
    assert decoded.codec == "utf-8"


@pytest.mark.parametrize(("label", "words"), [("iso-8859-15", "Preis 20 €, zurück"), ("koi8-r", "Привет")])
def test_utf8_under_a_label_of_single_bytes_is_utf8(label: str, words: str) -> None:
    assert charset.decode(words.encode(), label).text == words


@pytest.mark.parametrize(
    ("label", "words"),
    [("gb2312", "锟斤拷"), ("gbk", "退款"), ("gbk", "已退"), ("gbk", "鑫淼锛钢厂"),
     ("big5", "請退款"), ("koi8-r", "Привет"),
     ("windows-1251", "Ні"), ("iso-8859-15", "Ã©"), ("gb2312", "联系"), ("shift_jis", "ﾃﾞｰﾀ")],
)  # fmt: skip
def test_words_that_fit_their_label_stay_in_it(label: str, words: str) -> None:
    codec = charset.codec_named(label)

    assert charset.decode(words.encode(codec), label).text == words


RUSSIAN = "Здравствуйте, верните деньги за заказ 12345."
KOREAN = "환불해 주세요. 주문번호 12345 입니다."
JAPANESE = "返金をお願いします。注文番号は12345です。"


@pytest.mark.parametrize(
    ("label", "codec", "words"),
    [
        ("", "cp1251", RUSSIAN), ("", "koi8-r", RUSSIAN), ("iso-8859-1", "cp1251", RUSSIAN),
        ("", "koi8-r", "Привет заказ"), ("", "cp1251", "Возврат заказа"), ("win-1251", "cp1251", RUSSIAN),
        ("cp-1251", "cp1251", RUSSIAN), ("x-cp1251", "cp1251", RUSSIAN), ("", "euc-kr", KOREAN),
        ("utf-8", "iso2022_jp", JAPANESE), ("gb2312", "iso2022_jp", JAPANESE), ("", "hz", "我要退款，谢谢"),
        ("utf-16", "utf-16-be", "退款 12345"), ("utf-16", "utf-16-le", "退款 12345"),
        ("", "cp1252", "Bitte erstatten Sie mir das Geld zurück. Grüße"), ("", "gbk", "订单 123 退款"),
        ("", "gbk", "你好 我要退款 谢谢"), ("", "gbk", "已退"), ("", "cp1252", "l'été à Évian, ça été cassé"),
        ("", "ascii", "see ~{ab~} in the code"), ("utf-8", "ascii", "a\x1b$b"),
    ],
)  # fmt: skip
def test_the_bytes_say_what_the_label_does_not(label: str, codec: str, words: str) -> None:
    assert charset.decode(words.encode(codec), label).text == words


@pytest.mark.parametrize("label", ["utf-8", ""])
def test_a_footer_in_another_charset_does_not_garble_the_words_above(label: str) -> None:
    footer = "原来的内容是这样的，请您看一看"
    mixed = "你好，请退款，谢谢您的回复\n".encode() + footer.encode("gbk")

    assert charset.decode(mixed, label).text == f"你好，请退款，谢谢您的回复\n{footer}"


def test_latin_letters_stay_latin() -> None:
    assert charset.decode("Café für Größe".encode("latin-1"), "iso-8859-1").text == "Café für Größe"
    assert charset.decode("Café für Größe".encode("latin-1")).text == "Café für Größe"


def test_one_broken_character_does_not_garble_the_rest() -> None:
    decoded = charset.decode(("退款" * 50).encode()[:-1], "utf-8")
    assert decoded.text == ("退款" * 50)[:-1]
    assert decoded.defect


def test_a_subject_that_passes_a_mail_on_is_told_by_its_first_prefix() -> None:
    assert subjects.is_forward("[EXTERNAL] Fw: Re: x")
    assert subjects.is_forward("转发：x")
    for subject in ("[Fwd: x]", "x (fwd)", "VB: x", "PD: x", "I: ordine"):
        assert subjects.is_forward(subject), subject
    for subject in ("Re: x (fwd)", "Re: [Fwd: x]", "I want a refund", "i:x"):
        assert not subjects.is_forward(subject), subject
    assert not subjects.is_forward("Re: Fwd: x")
    assert not subjects.is_forward("转发我的包裹")


PIECES = (
    b"=?utf-8?b?",
    b"=?gbk?Q?",
    b"?=",
    b"6YCA",
    b"=",
    b"\r\n ",
    b";",
    b"*0*=",
    b'"',
    b"utf-8''",
    b"%E9",
    b"\\",
)


@given(st.lists(st.sampled_from(PIECES) | st.binary(max_size=10), max_size=40).map(b"".join))
def test_no_header_value_raises_and_none_keeps_a_surrogate(value: bytes) -> None:
    headers.decoded(value).encode()
    headers.one_line(headers.unfolded(value)).encode()
    main, found = headers.parameters(value)
    "".join((main, *found, *found.values())).encode()


@given(st.text(max_size=200))
def test_what_we_fold_is_read_back_as_it_was(subject: str) -> None:
    folded = folding.text(subject)
    assert all(len(line) <= 998 for line in folded.split("\r\n"))
    assert headers.one_line(headers.decoded(folded.encode())) == headers.one_line(folding.one_line(subject))


@given(
    st.binary(max_size=200),
    st.sampled_from(["", "gb2312", "big5", "utf-8", "iso-2022-jp", "x-nonsense", "hz"]),
)
def test_no_bytes_in_any_charset_raise(data: bytes, label: str) -> None:
    charset.mended(charset.decode(data, label).text).encode()


def test_japanese_with_the_characters_of_nec_is_read() -> None:
    assert charset.decode(b"\x1b$B-b\x1b(B41 \x1b$BJV6b\x1b(B", "iso-2022-jp").text == "№41 返金"


def test_an_error_that_a_buyer_met_begins_no_delivery_report() -> None:
    assert not subjects.is_bounce("Mail error on your site")
    assert not subjects.is_bounce("Delivery error: the wrong mug came")
