"""Header values: unfolding, encoded words (RFC 2047), parameters (RFC 2045, 2231); tolerant and linear."""

import base64
import binascii
import re
from urllib.parse import unquote_to_bytes

from mail import charset

MAX_WORDS = 1_000  # encoded words read in one header
MAX_SEGMENTS = 200  # parameters, and segments of them, read in one header

_WORD_HEAD = re.compile(r"=\?([^?\s]{1,100})\?([bBqQ])\?")
_Q_ESCAPE = re.compile(rb"=([0-9A-Fa-f]{2})")
_FOLD = re.compile(rb"\r?\n[ \t]*|\r")
# Control characters, bidi overrides and zero-width characters: they hide what a name really is.
INVISIBLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]"
)


def unfolded(value: bytes) -> str:
    """One line of text from a raw value: folds become one space, 8-bit bytes are decoded, words are not."""
    return charset.decode(_FOLD.sub(b" ", value).strip()).text


def unread(value: bytes) -> str:
    """One line in which every ASCII byte stands for itself: no charset is guessed, no word decoded."""
    return charset.clean(_FOLD.sub(b" ", value).decode("utf-8", "replace")).strip()


def decoded(value: bytes) -> str:
    """The raw value as a person should read it."""
    return words(unfolded(value))


def one_line(text: str) -> str:
    """Text for showing in one line: no control, bidi or zero-width characters."""
    return " ".join(
        INVISIBLE.sub(lambda m: " " if m[0] in "\t\r\n\x0b\x0c\x85\u2028\u2029" else "", text).split()
    )


def words(value: str) -> str:
    """Text with its encoded words decoded, also inside quoted strings, where they should not be.

    Neighbours in one charset are joined as bytes first: mailers cut characters in two.
    """
    if "=?" not in value:
        return charset.clean(value)
    out: list[str] = []
    pending = b""  # bytes of the words read so far that share `label`
    label = ""
    position = 0
    for start, end, word_label, data in _words(value):
        between = value[position:start]
        adjacent = position > 0 and not between.strip()
        if pending and not (adjacent and word_label == label):
            out.append(charset.decode(pending, label).text)
            pending = b""
        if not adjacent:
            out.append(between)
        pending += data
        label = word_label
        position = end
    if pending:
        out.append(charset.decode(pending, label).text)
    return charset.clean("".join((*out, value[position:])))


def _words(value: str) -> list[tuple[int, int, str, bytes]]:
    """Start, end, charset label and bytes of each encoded word, at most MAX_WORDS."""
    found: list[tuple[int, int, str, bytes]] = []
    position = 0
    while len(found) < MAX_WORDS and (head := _WORD_HEAD.search(value, position)):
        close = value.find("?=", head.end())
        if close < 0:
            break
        data = _word_bytes(head[2], value[head.end() : close])
        found.append((head.start(), close + 2, head[1].split("*", 1)[0].lower(), data))
        position = close + 2
    return found


def _word_bytes(encoding: str, text: str) -> bytes:
    raw = text.encode("utf-8", "replace")
    if encoding in "bB":
        return from_base64(raw)
    return _Q_ESCAPE.sub(lambda m: bytes([int(m[1], 16)]), raw.replace(b"_", b" "))


_NOT_BASE64 = bytes(
    set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
)


def from_base64(data: bytes) -> bytes:
    """Decode what can be decoded: foreign characters skipped, missing padding supplied."""
    kept = data.translate(None, _NOT_BASE64)
    if len(kept) % 4 == 1:
        kept = kept[:-1]
    try:
        return base64.b64decode(kept + b"=" * (-len(kept) % 4))
    except binascii.Error:  # cannot happen after the cleaning above; a word is not worth a mail
        return b""


def parameters(value: bytes) -> tuple[str, dict[str, str]]:
    """The value before the first ";" in lower case, and the decoded parameters by lower-case name.

    Reads RFC 2231 segments and charsets, encoded words and raw 8-bit bytes in values; the plain form loses
    against the extended one.
    """
    pieces = _split_parameters(_FOLD.sub(b" ", value))
    main = pieces[0].strip().lower().decode("ascii", "ignore") if pieces else ""
    plain: dict[str, str] = {}
    extended: dict[str, dict[int, tuple[bytes, bool]]] = {}
    for piece in pieces[1 : MAX_SEGMENTS + 1]:
        raw_name, equals, raw_value = piece.partition(b"=")
        name = raw_name.strip().lower().decode("ascii", "ignore")
        if not equals or not name:
            continue
        content = _unquoted(raw_value.strip())
        base, star, rest = name.partition("*")
        if not star:
            plain.setdefault(name, words(charset.decode(content).text))
            continue
        number = rest.rstrip("*")
        index = int(number) if number.isdecimal() and len(number) < 5 else 0
        extended.setdefault(base, {}).setdefault(index, (content, name.endswith("*")))
    plain.update({name: _joined(segments) for name, segments in extended.items()})
    return main.split(",", 1)[0].strip(), plain


def _joined(segments: dict[int, tuple[bytes, bool]]) -> str:
    label = ""
    data: list[bytes] = []
    for order, (_, (content, is_encoded)) in enumerate(sorted(segments.items())):
        piece = content
        if is_encoded:
            if order == 0 and piece.count(b"'") >= 2:
                raw_label, _, piece = piece.split(b"'", 2)
                label = raw_label.decode("ascii", "ignore")
            piece = unquote_to_bytes(piece)
        data.append(piece)
    joined = b"".join(data)
    return words(charset.decode(joined, label).text)


def _split_parameters(value: bytes) -> list[bytes]:
    """Cut at each ";" outside of quotes."""
    if b'"' not in value:
        return value.split(b";")
    pieces: list[bytes] = []
    start = 0
    quoted = False
    for token in re.finditer(rb'\\.|[";]', value):
        if token[0] == b'"':
            quoted = not quoted
        elif token[0] == b";" and not quoted:
            pieces.append(value[start : token.start()])
            start = token.end()
    last = value[start:]
    # A quote that is never closed would swallow the rest: then every ";" counts.
    return pieces + (last.split(b";") if quoted else [last])


def _unquoted(value: bytes) -> bytes:
    if value.startswith(b'"'):
        end = len(value) - 1 if value.endswith(b'"') and len(value) > 1 else len(value)
        return re.sub(rb'\\(["\\])', rb"\1", value[1:end])
    return value
