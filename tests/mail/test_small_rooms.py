"""Subjects, languages, encoded words and charsets."""

import pytest

from mail import charset, headers, language, subjects


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


def test_latin_letters_stay_latin() -> None:
    assert charset.decode("Café für Größe".encode("latin-1"), "iso-8859-1").text == "Café für Größe"
    assert charset.decode("Café für Größe".encode("latin-1")).text == "Café für Größe"


def test_one_broken_character_does_not_garble_the_rest() -> None:
    decoded = charset.decode(("退款" * 50).encode()[:-1], "utf-8")
    assert decoded.text == ("退款" * 50)[:-1]
    assert decoded.defect
