"""Which charset bytes without a usable label are in, told by how its everyday characters lie in them.

Chinese, Japanese and Korean are scored by pairs of bytes, Cyrillic by its letters; Windows-1252 is the rest.
"""

import re

SAMPLE = 65_536  # bytes looked at; enough for certainty, bounded for speed
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")


# In English text only the quotation marks are foreign, and these differ: they count as everyday words do.
# Each charset: how its characters are cut from bytes, and which of them are everyday ones (level 1).
_GB_TOKEN = re.compile(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]|[\x80-\xff]")
_GB_COMMON = re.compile(rb"[\xb0-\xd7][\xa1-\xfe]|[\xa1-\xa3][\xa1-\xfe]")
_BIG5_TOKEN = re.compile(rb"[\x81-\xfe][\x40-\x7e\xa1-\xfe]|[\x80-\xff]")
_BIG5_COMMON = re.compile(rb"[\xa4-\xc5][\x40-\x7e\xa1-\xfe]|\xc6[\x40-\x7e]|[\xa1-\xa3][\x40-\x7e\xa1-\xbf]")
_SJIS_TOKEN = re.compile(rb"[\x81-\x9f\xe0-\xfc][\x40-\x7e\x80-\xfc]|[\x80-\xff]")
_SJIS_COMMON = re.compile(rb"\x82[\x9f-\xf1]|\x83[\x40-\x96]|\x81[\x40-\x7e]|[\x88-\x97][\x40-\x7e\x80-\xfc]")
_EUC_KANA = re.compile(rb"[\xa4\xa5][\xa1-\xf6]")
_GB_FREQUENT = re.compile(
    rb"\xb5\xc4|\xca\xc7|\xb2\xbb|\xce\xd2|\xc1\xcb|\xc4\xfa|\xba\xc3|\xd4\xda|\xd3\xd0|\xcd\xcb|\xc7\xeb"
    rb"|\xa1[\xa2\xa3\xae-\xb1]|\xa3[\xa1\xa8\xa9\xac\xba\xbb\xbf]"
)
_BIG5_FREQUENT = re.compile(
    rb"\xaa\xba|\xac\x4f|\xa4\xa3|\xa7\xda|\xa4\x46|\xb1\x7a|\xa6\x6e|\xa6\x62|\xa6\xb3|\xb0\x68|\xbd\xd0"
    rb"|\xa1[\x41-\x49\x5d\x5e\xa5-\xa8]"
)


def _share(data: bytes, token: re.Pattern[bytes], common: re.Pattern[bytes]) -> float:
    tokens = token.findall(data)
    return sum(1 for item in tokens if common.fullmatch(item)) / len(tokens) if tokens else 0.0


def _gb_share(data: bytes) -> float:
    return _share(data, _GB_TOKEN, _GB_COMMON)


def not_western(data: bytes) -> str:
    """The codec of bytes that are labelled Latin-1 and beyond doubt are none, "" when they may be."""
    sample = data[:SAMPLE]
    runs = _HIGH_RUN.findall(sample)
    if cyrillic := _cyrillic(sample, runs):
        return cyrillic
    paired = all(len(run) % 2 == 0 for run in runs)
    return "gb18030" if paired and sum(map(len, runs)) >= 8 and _gb_share(sample) > 0.9 else ""


def best(data: bytes) -> str:
    """The codec that fits best, windows-1252 when none of the others does."""
    sample = data[:SAMPLE]
    runs = _HIGH_RUN.findall(sample)
    high = sum(map(len, runs)) or 1
    if other := _cyrillic(sample, runs) or _korean(sample, runs):
        return other
    single = sum(1 for run in runs if len(run) == 1) / max(1, len(runs))
    gb = _gb_share(sample) + 0.1 * (len(_GB_FREQUENT.findall(sample)) * 40 > high)
    big5 = _share(sample, _BIG5_TOKEN, _BIG5_COMMON) + 0.1 * (len(_BIG5_FREQUENT.findall(sample)) * 40 > high)
    if single == 1 and max(gb, big5) < 0.95:
        return "cp1252"
    sjis = _share(sample, _SJIS_TOKEN, _SJIS_COMMON)
    if len(_EUC_KANA.findall(sample)) * 2 > 0.3 * high and gb > 0.3:
        return "euc_jp"
    share, codec = max((gb, "gb18030"), (big5, "big5hkscs"), (sjis - 0.05, "cp932"), key=lambda pair: pair[0])
    return codec if share >= 0.5 else "cp1252"


# The letters that make up half of Russian, Ukrainian and Bulgarian words, of both cases.
_CYRILLIC_COMMON = frozenset("оеаинтсОЕАИНТС")
_CYRILLIC_LETTER = re.compile(rb"[\xc0-\xff\xa8\xb8]")
_KOREAN_COMMON = re.compile(rb"[\xb0-\xc8][\xa1-\xfe]")
_KOREAN_BLANK = re.compile(rb"[\x80-\xff][.,]? +[\x80-\xff]")
_CHINESE_ONLY = re.compile(rb"\xb5\xc4|\xb2\xbb|\xba\xc3|\xc4\xfa|\xa1\xa3|\xa3\xac")


def _cyrillic(sample: bytes, runs: list[bytes]) -> str:
    """The codec of whole words of single-byte letters; the half that the small letters lie in tells which."""
    high = sum(map(len, runs))
    if high < 6 or high < 3 * len(runs) or len(_CYRILLIC_LETTER.findall(sample)) < 0.95 * high:
        return ""
    upper_half = sum(1 for run in runs for byte in run if byte >= 0xE0)
    if 0.3 * high < upper_half < 0.7 * high:
        return ""
    codec = "cp1251" if upper_half * 2 > high else "koi8-r"
    letters = b"".join(runs).decode(codec, "ignore")
    return codec if sum(1 for letter in letters if letter in _CYRILLIC_COMMON) >= 0.33 * high else ""


def _korean(sample: bytes, runs: list[bytes]) -> str:
    """Hangul of everyday words with blanks between them, which Chinese does not write."""
    pairs = [run[at : at + 2] for run in runs for at in range(0, len(run), 2)]
    if len(pairs) < 6 or not _KOREAN_BLANK.search(sample) or any(map(_CHINESE_ONLY.fullmatch, pairs)):
        return ""
    return "cp949" if sum(1 for pair in pairs if _KOREAN_COMMON.fullmatch(pair)) >= 0.95 * len(pairs) else ""
