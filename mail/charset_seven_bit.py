"""Charsets that write Chinese, Japanese and Korean in seven bits: ISO-2022 and HZ.

They are known by their escape sequences, so they are read whatever the label says.
"""

import re

_HAN = re.compile("[\u3400-\u9fff]")
_HZ = re.compile(rb"~\{(?:[\x21-\x77][\x21-\x7e]){2,}~\}")


def escaped(data: bytes) -> tuple[str, str] | None:
    """ISO-2022 by its escape sequences, whatever the label says, else None."""
    if b"\x1b" not in data:
        return None
    for codec in ("iso2022_jp_ext", "iso2022_jp_2004", "iso2022_kr"):
        if (text := strict(data, codec)) is not None and not text.isascii():
            return text, codec
    text = shifted(data)
    return None if text is None else (text, "iso2022_jp")


def hz(data: bytes) -> tuple[str, str] | None:
    """GB2312 in seven bits (RFC 1843), else None."""
    if not data.isascii() or not _HZ.search(data):
        return None
    text = strict(data, "hz")
    return (text, "hz") if text is not None and len(_HAN.findall(text)) >= 2 else None


_JIS = re.compile(rb"\x1b(\$[@B]|\([BIJ])([^\x1b]*)")


def shifted(data: bytes) -> str | None:
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


def strict(data: bytes, codec: str) -> str | None:
    """The text when every byte fits the codec, else None."""
    try:
        return data.decode(codec)
    except (UnicodeError, ValueError):
        return None
