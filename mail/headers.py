<<<<<<< HEAD
"""Header lines for sending: always ASCII, folded, and without a way to smuggle in another header.

The standard library's folding loses spaces and cuts words in ways that some readers show wrongly, so the few
headers we send are folded here: RFC 2047 for words, RFC 2231 for names of files.
"""

import base64
import re
import unicodedata
from urllib.parse import quote

from mail.types import Address

FOLD = "\r\n "
_WIDTH = 74  # characters of a line, well below the 78 of RFC 5322 section 2.1.1
_WORD_BYTES = 42  # of UTF-8 in one encoded word: 56 of base64 and 12 of frame stay below the 75 of RFC 2047
_LONGEST_NAME = 150  # bytes of UTF-8 in a file name: 450 percent-encoded, on one line of at most 998
_PLAIN_PHRASE = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")
_MESSAGE_ID = re.compile(r"[!-;=?-~]{1,900}")


def text(value: str) -> str:
    """An unstructured value, a subject say: as it is when short ASCII, else in encoded words."""
    line = one_line(value)
    if line.isascii() and "=?" not in line and all(len(word) < _WIDTH for word in line.split(" ")):
        return _wrapped(line)
    return encoded_words(line)


def address(who: Address) -> str:
    """`name <addr-spec>`, the domain in ASCII."""
    name = one_line(who.name)
    if not name:
        return addr_spec(who.email)
    if not name.isascii() or len(name) > 60 or "=?" in name:
        return f"{encoded_words(name)}{FOLD}<{addr_spec(who.email)}>"
    if not _PLAIN_PHRASE.fullmatch(name):
        name = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"{name}{FOLD}<{addr_spec(who.email)}>"


def addr_spec(email: str) -> str:
    """Raises ValueError for an address that could not stand in a header."""
    local, at, domain = email.rpartition("@")
    if not (local and at and domain) or re.search(r'[\s<>,;:"\\\x00-\x1f\x7f]', email):
        raise ValueError(f"{email!r} is not an e-mail address")
    return f"{local}@{domain.encode('idna').decode('ascii')}"


def message_ids(ids: tuple[str, ...]) -> str:
    """`<a>` on a line each. Ids that other programs made up beyond the grammar are left out."""
    return FOLD.join(f"<{each}>" for each in ids if is_message_id(each))


def is_message_id(value: str) -> bool:
    return _MESSAGE_ID.fullmatch(value) is not None


def file_name_parameters(key: str, name: str) -> str:
    """`; key="ascii fallback"; key*=UTF-8''...`: old Outlook and Foxmail read only the first."""
    name = _shortened(one_line(name)) or "file"
    ascii_name = re.sub(r"[^A-Za-z0-9 ._()+,-]", "_", unicodedata.normalize("NFKD", name))
    if ascii_name == name:
        return f';{FOLD}{key}="{name}"'
    stem, dot, ending = ascii_name.rpartition(".")
    if not re.search(r"[A-Za-z0-9]", stem):
        ascii_name = "file" + dot + ending if dot else "file"
    return f";{FOLD}{key}=\"{ascii_name}\";{FOLD}{key}*=UTF-8''{quote(name, safe='')}"


def encoded_words(value: str) -> str:
    """RFC 2047, base64 of UTF-8, cut between characters and never inside a combined one."""
    words: list[str] = []
    piece = b""
    for cluster in _clusters(value):
        if piece and len(piece) + len(cluster) > _WORD_BYTES:
            words.append(_encoded_word(piece))
            piece = b""
        piece += cluster
    return FOLD.join([*words, _encoded_word(piece)])


def one_line(value: str) -> str:
    """Without control characters and lone surrogates; runs of space become one."""
    visible = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in value)
    return " ".join(visible.encode("utf-8", "replace").decode().split())


def _encoded_word(piece: bytes) -> str:
    return f"=?utf-8?b?{base64.b64encode(piece).decode('ascii')}?="


def _clusters(value: str) -> list[bytes]:
    """Characters together with the marks that combine with them, as UTF-8, as far as one word holds them."""
    clusters: list[bytes] = []
    for character in value:
        raw = character.encode()
        joined = unicodedata.combining(character) or character in "\u200d\ufe0f"
        if joined and clusters and len(clusters[-1]) + len(raw) <= _WORD_BYTES:
            clusters[-1] += raw
        else:
            clusters.append(raw)
    return clusters


def _wrapped(line: str) -> str:
    lines = [""]
    for word in line.split(" "):
        if lines[-1] and len(lines[-1]) + 1 + len(word) > _WIDTH:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}" if lines[-1] else word
    return FOLD.join(lines)


def _shortened(name: str) -> str:
    """At most `_LONGEST_NAME` bytes, the ending kept."""
    if len(name.encode()) <= _LONGEST_NAME:
        return name
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending.encode()) > 20:
        stem, dot, ending = name, "", ""
    room = _LONGEST_NAME - len((dot + ending).encode())
    return stem.encode()[:room].decode("utf-8", "ignore") + dot + ending
=======
"""Header values: unfolding, encoded words (RFC 2047) and parameters (RFC 2045, RFC 2231), tolerant and linear."""

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
INVISIBLE = re.compile("[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]")


def unfolded(value: bytes) -> str:
    """One line of text from a raw value: folds become one space, 8-bit bytes are decoded, words are not."""
    return charset.decode(_FOLD.sub(b" ", value).strip()).text


def decoded(value: bytes) -> str:
    """The raw value as a person should read it."""
    return words(unfolded(value))


def one_line(text: str) -> str:
    """Text for showing in one line: no control, bidi or zero-width characters."""
    return " ".join(INVISIBLE.sub(lambda m: " " if m[0] in "\t\r\n\x0b\x0c\x85\u2028\u2029" else "", text).split())


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


_NOT_BASE64 = bytes(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"))


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
>>>>>>> main
