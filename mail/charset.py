"""Bytes to text: what a charset label means in practice, and what to do when it is missing or wrong.

Labels lie in known ways (gb2312 holds GBK, us-ascii holds anything), so the label chooses the widest
relative of the charset it names. Without a usable label the bytes are scored: UTF-8, then ISO-2022, then
the share of everyday characters under GB18030, Big5, Shift_JIS and EUC-JP, then Windows-1252.
"""

import codecs
import re
from dataclasses import dataclass
from functools import lru_cache

_ALIASES = {
    "gb2312": "gb18030", "gb-2312": "gb18030", "gb-2312-80": "gb18030", "gb2312-80": "gb18030",
    "iso-gb2312": "gb18030", "x-gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030",
    "gb18030": "gb18030", "x-gb18030": "gb18030", "cp936": "gb18030", "ms936": "gb18030", "936": "gb18030",
    "windows-936": "gb18030", "euc-cn": "gb18030", "x-euc-cn": "gb18030", "chinese": "gb18030",
    "gb2312-charset": "gb18030", "csgb2312": "gb18030", "iso-ir-58": "gb18030", "hz-gb-2312": "hz",
    "big5": "big5hkscs", "big-5": "big5hkscs", "x-big5": "big5hkscs", "x-x-big5": "big5hkscs",
    "cn-big5": "big5hkscs", "csbig5": "big5hkscs", "big5-hkscs": "big5hkscs", "big5-eten": "big5hkscs",
    "cp950": "big5hkscs", "ms950": "big5hkscs", "windows-950": "big5hkscs", "shift-jis": "cp932",
    "shift_jis": "cp932", "sjis": "cp932", "x-sjis": "cp932", "ms-kanji": "cp932", "windows-31j": "cp932",
    "cswindows31j": "cp932", "x-ms-cp932": "cp932", "euc-jp": "euc_jis_2004", "x-euc-jp": "euc_jis_2004",
    "x-euc": "euc_jis_2004", "ks-c-5601": "cp949", "ks-c-5601-1987": "cp949", "ksc5601": "cp949",
    "ks-c-5601-1989": "cp949", "euc-kr": "cp949", "x-windows-949": "cp949", "windows-949": "cp949",
    "korean": "cp949", "ascii": "ascii", "us-ascii": "ascii", "ansi-x3.4-1968": "ascii", "us": "ascii",
    "7bit": "ascii", "iso-8859-1": "cp1252", "iso8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252",
    "l1": "cp1252", "iso-8859-1-windows-3.1-latin-1": "cp1252", "iso-8859-1-windows-3.0-latin-1": "cp1252",
    "ansi-x3.110-1983": "cp1252", "windows-1252": "cp1252", "cp-1252": "cp1252", "x-ansi": "cp1252",
    "iso-8859-8-i": "iso8859-8", "iso-8859-8-e": "iso8859-8", "iso-8859-6-i": "iso8859-6",
    "iso-8859-9": "cp1254", "iso-8859-11": "cp874", "windows-874": "cp874", "tis-620": "cp874",
    "unicode-1-1-utf-7": "utf-7", "x-unicode-2-0-utf-7": "utf-7", "unicode-1-1-utf-8": "utf-8",
    "utf8": "utf-8", "utf-8": "utf-8", "utf8mb4": "utf-8", "utf-8mb4": "utf-8", "x-utf-8": "utf-8",
    "utf-16": "utf-16", "unicode": "utf-16", "ucs-2": "utf-16", "iso-10646-ucs-2": "utf-16",
    "x-mac-cyrillic": "mac-cyrillic", "macintosh": "mac-roman", "x-mac-roman": "mac-roman",
    "koi8": "koi8-r", "cp-850": "cp850",
}  # fmt: skip

# Codecs that turn bytes into text and nothing else; Python's registry also holds zlib, hex and idna.
_TEXT_CODECS = re.compile(
    r"ascii|utf-8|utf-7|utf-16(-[lb]e)?|utf-32(-[lb]e)?|iso8859-\d{1,2}|cp\d{3,4}|koi8-[rut]|kz1048|ptcp154"
    r"|mac-[a-z]+|gb18030|big5hkscs|hz|johab|euc_j[a-z0-9_]+|shift_jis[a-z0-9_]*|iso2022_[a-z0-9_]+|tis-620|hp-roman8"
)
_WIDER = {
    "iso2022_jp": ("iso2022_jp_ext", "iso2022_jp_2004", "iso2022_jp_2"),
    "euc_jis_2004": ("euc_jp", "cp932"),
    "cp932": ("shift_jis_2004",),
    "cp1252": ("iso8859-1",),
    "cp949": ("johab",),
}
_SAMPLE = 65_536  # bytes looked at for scoring; enough for certainty, bounded for speed
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_STRIP = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text, the codec that made it, and a sentence when the label could not simply be followed."""

    text: str
    codec: str
    defect: str = ""


def decode(data: bytes, label: str = "") -> Decoded:
    """Decode by the label when it fits the bytes, by score when it does not. Never raises."""
    if (
        data.isascii()
        and b"\x1b" not in data
        and b"~{" not in data
        and b"+" not in data
        and b"\0" not in data
    ):
        return Decoded(data.decode("ascii"), "ascii")
    codec = codec_named(label)
    text, used, defect = _decode(data, label, codec)
    return Decoded(_STRIP.sub("", text.removeprefix("\ufeff")), used, defect)


_GARBLED = re.compile(
    "[锛銆鐨鎴鏄涓鍙浠璇閫鍦涔鎮]|[\u00c3\u00e4-\u00e9][\u0080-\u00bf\u0152-\u02dc\u2013-\u2122]"
)
_RIGHT = re.compile(r"[\x00-\x7f\u2010-\u2026\u3000-\u30ff\u3400-\u9fff\uac00-\ud7a3\uff00-\uffef]+")
_HAN = re.compile("[\u3400-\u9fff]")
_MOST_MENDED = 200_000  # characters; many short lines cost more than they are worth


def mended(text: str) -> str:
    """UTF-8 that was read as GBK or Latin-1 before it was sent, put right line by line where beyond doubt.

    It is when all of the line goes back to bytes that are valid UTF-8 for Chinese, Japanese or Korean words.
    """
    if not _GARBLED.search(text):
        return text
    end = text.find("\n", _MOST_MENDED)
    head, rest = (text[:end], text[end:]) if end >= 0 else (text, "")
    return "\n".join(_mended(line) for line in head.split("\n")) + rest


def _mended(line: str) -> str:
    if not _GARBLED.search(line):
        return line
    for codec in ("gb18030", "cp1252", "latin-1"):
        try:
            better = line.encode(codec).decode("utf-8")
        except UnicodeError:
            continue
        if len(_HAN.findall(better)) >= 2 and _RIGHT.fullmatch(better):
            return better
    return line


def clean(text: str) -> str:
    """Text without NUL and lone surrogates, which databases and HTML parsers refuse."""
    return _STRIP.sub("", text)


@lru_cache(maxsize=512)
def codec_named(label: str) -> str:
    """The Python codec to read a charset label with, "" when the label means nothing."""
    if len(label) > 100:
        return ""
    name = label.strip().strip("\"'").lower().removeprefix("charset=").strip("\"' ")
    name = name.split(";", 1)[0].split("*", 1)[0].strip().replace("_", "-")
    name = _ALIASES.get(name, name)
    try:
        codec = codecs.lookup(name).name
    except (LookupError, ValueError, UnicodeError):
        return ""
    codec = _ALIASES.get(codec.replace("_", "-"), codec)
    return codec if _TEXT_CODECS.fullmatch(codec) else ""


def _decode(data: bytes, label: str, codec: str) -> tuple[str, str, str]:
    if not codec or codec == "ascii":
        text, used = guess(data)
        known = not label.strip() or codec == "ascii"
        return text, used, "" if known else f"the charset {label[:60]!a} is unknown, read as {used}"
    if codec == "cp1252" and (better := _not_western(data)):
        return *better, f"the charset {label[:60]!a} does not fit, read as {better[1]}"
    if (text_or_none := _utf8_after_all(data, codec)) is not None:
        return text_or_none, "utf-8", f"the charset {label[:60]!a} does not fit, read as utf-8"
    for candidate in (codec, *_WIDER.get(codec, ())):
        text_or_none = _strict(data, candidate)
        if text_or_none is not None:
            return text_or_none, candidate, ""
    if codec.startswith("iso2022_jp") and (text_or_none := _shifted(data)) is not None:
        return text_or_none, codec, ""
    if (almost := _almost(data, codec)) is not None:
        return almost, codec, f"some bytes are not valid {codec} and were left out"
    text, used = guess(data)
    return text, used, f"the charset {label[:60]!a} does not fit, read as {used}"


def guess(data: bytes) -> tuple[str, str]:
    """Text and codec of bytes without a usable label (the scored rule)."""
    for bom, codec in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig")):
        if data.startswith(bom) and (text := _strict(data, codec)) is not None:
            return text, codec
    if (text := _strict(data, "utf-8")) is not None and b"\x1b" not in data:
        return text, "utf-8"
    if b"\x1b" in data:
        for codec in ("iso2022_jp_ext", "iso2022_jp_2004", "iso2022_kr"):
            if (text := _strict(data, codec)) is not None:
                return text, codec
        if (shifted := _shifted(data)) is not None:
            return shifted, "iso2022_jp"
        if text is not None or (text := _strict(data, "utf-8")) is not None:
            return text, "utf-8"
    if (text := _almost(data, "utf-8")) is not None:
        return text, "utf-8"
    codec = _best_score(data[:_SAMPLE])
    return data.decode(codec, "ignore"), codec


_SELF_EVIDENT = ("utf-", "iso2022", "hz")  # how codecs begin that no other bytes fit by chance
_IN_PAIRS = frozenset(("gb18030", "big5hkscs", "cp932", "euc_jis_2004", "euc_jp", "cp949", "johab"))
_THREE_BYTES = re.compile("[\u0800-\uffff]")
_FOREIGN = re.compile("[^\x00-\x7f]")


def _utf8_after_all(data: bytes, codec: str) -> str | None:
    """UTF-8 under another label: valid, and too much of it for chance; else None.

    Pairs of bytes fall into place more easily than single ones: they need two characters of three bytes each,
    or to be nothing under their own label.
    """
    if codec.startswith(_SELF_EVIDENT) or data.isascii() or (text := _strict(data, "utf-8")) is None:
        return None
    if codec not in _IN_PAIRS:
        return text if len(_FOREIGN.findall(text)) >= 2 else None
    if "\ufffd" in text:
        return None  # these bytes are three everyday characters of GBK
    certain = len(_THREE_BYTES.findall(text)) >= 2 or _strict(data, codec) is None
    return text if certain else None


_JIS = re.compile(rb"\x1b(\$[@B]|\([BIJ])([^\x1b]*)")


def _shifted(data: bytes) -> str | None:
    """ISO-2022-JP with the characters of NEC and IBM, which Python knows in Shift_JIS only, else None."""
    if b"\x1b$" not in data or len(_JIS.sub(b"", data)) > len(data.split(b"\x1b", 1)[0]):
        return None
    out = [data.split(b"\x1b", 1)[0]]
    for mode, piece in _JIS.findall(data):
        if mode.startswith(b"$"):
            line, newline, rest = piece.partition(b"\n")  # a line ends in ASCII, whatever came before
            out.append(b"".join(_shift(*pair) for pair in zip(line[::2], line[1::2], strict=False)))
            out.append(newline + rest)
        else:
            out.append(bytes(byte | 0x80 for byte in piece) if mode == b"(I" else piece)
    text = b"".join(out).decode("cp932", "replace")
    return text.replace("\ufffd", "") if text.count("\ufffd") * 20 <= len(text) else None


def _shift(row: int, cell: int) -> bytes:
    """A JIS X 0208 pair as Shift_JIS."""
    if not (0x21 <= row <= 0x7E and 0x21 <= cell <= 0x7E):
        return b""
    lead = ((row + 1) >> 1) + (0x70 if row < 0x5F else 0xB0)
    trail = cell + ((0x1F if cell < 0x60 else 0x20) if row & 1 else 0x7E)
    return bytes((lead, trail))


def _strict(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except (UnicodeError, ValueError):
        return None


def _almost(data: bytes, codec: str) -> str | None:
    """The text when at most one character in fifty (or one at all) is broken, else None."""
    try:
        text = data.decode(codec, "replace")
    except (UnicodeError, ValueError):
        return None
    broken = text.count("\ufffd")
    foreign = sum(1 for character in text[:_SAMPLE] if character > "\x7f")
    if broken > max(1, foreign // 50) or foreign < 3 * broken:
        return None
    return text.replace("\ufffd", "")


def _not_western(data: bytes) -> tuple[str, str] | None:
    """Latin-1 is what programs write when they do not know; believe strong signs of anything else."""
    if data.isascii():
        return None
    if (text := _strict(data, "utf-8")) is not None:
        return text, "utf-8"
    runs = _HIGH_RUN.findall(data[:_SAMPLE])
    paired = all(len(run) % 2 == 0 for run in runs)
    if not paired or sum(map(len, runs)) < 8 or _gb_share(data[:_SAMPLE]) <= 0.9:
        return None
    text = _strict(data, "gb18030")
    return None if text is None else (text, "gb18030")


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


def _best_score(sample: bytes) -> str:
    runs = _HIGH_RUN.findall(sample)
    high = sum(map(len, runs)) or 1
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
