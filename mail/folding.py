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


def addresses(people: tuple[Address, ...]) -> str:
    """A list of them (RFC 5322 section 3.4), one on a line."""
    return f",{FOLD}".join(address(each) for each in people)


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
    """`; key*=UTF-8''...; key="ascii fallback"`: old Outlook and Foxmail read only the second.

    In this order, because Python's own parser keeps the first of the two.
    """
    name = _shortened(one_line(name)) or "file"
    ascii_name = re.sub(r"[^A-Za-z0-9 ._()+,-]", "_", unicodedata.normalize("NFKD", name))
    if ascii_name == name:
        return f';{FOLD}{key}="{name}"'
    stem, dot, ending = ascii_name.rpartition(".")
    if not re.search(r"[A-Za-z0-9]", stem):
        ascii_name = "file" + dot + ending if dot else "file"
    return f";{FOLD}{key}*=UTF-8''{quote(name, safe='')};{FOLD}{key}=\"{ascii_name}\""


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
