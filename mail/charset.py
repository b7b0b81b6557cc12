"""Bytes to text: what a charset label means in practice, and what to do when it is missing or wrong.

Labels lie in known ways (gb2312 holds GBK, us-ascii holds anything), so the label chooses the widest
relative of the charset it names. Without a usable label the bytes are scored: UTF-8, then ISO-2022, then
the share of everyday characters under GB18030, Big5, Shift_JIS and EUC-JP, then Windows-1252.
"""

import codecs
import re
from dataclasses import dataclass
from functools import lru_cache

from mail import charset_scores
from mail.charset_seven_bit import escaped, hz, shifted, strict

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
_NUMBERED = re.compile(r"(?:x-|ms-?|win(?:dows)?-?|cp-?|ibm-?)+(\d{3,4})")  # win-1251, cp-1251, x-cp1251
_WIDER = {
    "iso2022_jp": ("iso2022_jp_ext", "iso2022_jp_2004", "iso2022_jp_2"),
    "euc_jis_2004": ("euc_jp", "cp932"),
    "cp932": ("shift_jis_2004",),
    "cp1252": ("iso8859-1",),
    "cp949": ("johab",),
}
_HIGH = re.compile(rb"[\x80-\xff]")
_MOST_LINES = 20_000  # beyond it lines are not read each by itself
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
    if name not in _ALIASES and (numbered := _NUMBERED.fullmatch(name)):
        name = f"cp{numbered[1]}"
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
    if data.isascii() and codec.startswith(_WIDER_THAN_ASCII) and (hidden := escaped(data)):
        return *hidden, f"the charset {label[:60]!a} does not fit, read as {hidden[1]}"
    if codec == "utf-16" and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        codec = _byte_order(data)
    if codec == "cp1252" and (better := _not_western(data)):
        return *better, f"the charset {label[:60]!a} does not fit, read as {better[1]}"
    if (text_or_none := _utf8_after_all(data, codec)) is not None:
        return text_or_none, "utf-8", f"the charset {label[:60]!a} does not fit, read as utf-8"
    for candidate in (codec, *_WIDER.get(codec, ())):
        text_or_none = strict(data, candidate)
        if text_or_none is not None:
            return text_or_none, candidate, ""
    if codec.startswith("iso2022_jp") and (text_or_none := shifted(data)) is not None:
        return text_or_none, codec, ""
    if codec == "utf-8" and (mixed := _line_by_line(data)):
        return mixed[0], codec, f"some lines are not in {codec}, they were read as {mixed[1]}"
    if (almost := _almost(data, codec)) is not None:
        return almost, codec, f"some bytes are not valid {codec} and were left out"
    text, used = guess(data)
    return text, used, f"the charset {label[:60]!a} does not fit, read as {used}"


def guess(data: bytes) -> tuple[str, str]:
    """Text and codec of bytes without a usable label (the scored rule)."""
    for bom, codec in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig")):
        if data.startswith(bom) and (text := strict(data, codec)) is not None:
            return text, codec
    if (text := strict(data, "utf-8")) is not None and b"\x1b" not in data:
        return hz(data) or (text, "utf-8")
    if b"\x1b" in data:
        if (hidden := escaped(data)) is not None:
            return hidden
        if text is not None or (text := strict(data, "utf-8")) is not None:
            return text, "utf-8"
    if (mixed := _line_by_line(data)) is not None:
        return mixed[0], "utf-8"
    if (text := _almost(data, "utf-8")) is not None:
        return text, "utf-8"
    codec = charset_scores.best(data)
    return data.decode(codec, "ignore"), codec


_WIDER_THAN_ASCII = ("utf-8", "cp", "iso8859", "koi8", "gb", "big5")


def _byte_order(data: bytes) -> str:
    """UTF-16 without a mark: the zero bytes of blanks, digits and line ends are the high ones."""
    return "utf-16-be" if data[::2].count(0) > data[1::2].count(0) else "utf-16-le"


_SELF_EVIDENT = ("utf-", "iso2022", "hz")  # how codecs begin that no other bytes fit by chance
_IN_PAIRS = frozenset(("gb18030", "big5hkscs", "cp932", "euc_jis_2004", "euc_jp", "cp949", "johab"))
_THREE_BYTES = re.compile("[\u0800-\uffff]")
_FOREIGN = re.compile("[^\x00-\x7f]")


def _utf8_after_all(data: bytes, codec: str) -> str | None:
    """UTF-8 under another label: valid, and too much of it for chance; else None.

    Pairs of bytes fall into place more easily than single ones: they need two characters of three bytes each,
    or to be nothing under their own label.
    """
    if codec.startswith(_SELF_EVIDENT) or data.isascii() or (text := strict(data, "utf-8")) is None:
        return None
    if codec not in _IN_PAIRS:
        return text if len(_FOREIGN.findall(text)) >= 2 else None
    if "\ufffd" in text:
        return None  # these bytes are three everyday characters of GBK
    certain = len(_THREE_BYTES.findall(text)) >= 2 or strict(data, codec) is None
    return text if certain else None


def _almost(data: bytes, codec: str) -> str | None:
    """The text when at most one character in fifty (or one at all) is broken, else None."""
    try:
        text = data.decode(codec, "replace")
    except (UnicodeError, ValueError):
        return None
    broken = text.count("\ufffd")
    foreign = sum(1 for character in text[: charset_scores.SAMPLE] if character > "\x7f")
    if broken > max(1, foreign // 50) or foreign < 3 * broken:
        return None
    return text.replace("\ufffd", "")


def _not_western(data: bytes) -> tuple[str, str] | None:
    """Latin-1 is what programs write when they do not know; believe strong signs of anything else."""
    if data.isascii():
        return None
    if (text := strict(data, "utf-8")) is not None:
        return text, "utf-8"
    codec = charset_scores.not_western(data)
    text = strict(data, codec) if codec else None
    return None if text is None else (text, codec)


def _line_by_line(data: bytes) -> tuple[str, str] | None:
    """UTF-8 with lines of another charset in it (a footer, a quote that was put in as it came), else None."""
    lines = data.split(b"\n")
    if len(lines) > _MOST_LINES:
        return None
    read = [strict(line, "utf-8") or _almost(line, "utf-8") for line in lines]
    others = b"\n".join(line for line, text in zip(lines, read, strict=True) if text is None and line)
    own = sum(len(_THREE_BYTES.findall(text.replace("\ufffd", ""))) for text in read if text)
    if own < 2 or len(_HIGH.findall(others)) < 4:
        return None
    codec = charset_scores.best(others)
    pairs = zip(lines, read, strict=True)
    return "\n".join(line.decode(codec, "ignore") if text is None else text for line, text in pairs), codec
