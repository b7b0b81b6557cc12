"""The tree of parts of a message, found by scanning for boundaries; bounded before it is structured.

The standard parser recurses per nesting level and spends minutes on many small parts, so this walks with a
stack, keeps offsets into the raw bytes instead of copies, and stops at the caps. It never raises and never
writes a message out again.
"""

import binascii
import quopri
import re
from dataclasses import dataclass, field

from mail import headers

MAX_DEPTH = 50
MAX_PARTS = 1_000
MAX_HEADER_BLOCK = 262_144  # bytes
MAX_HEADER = 65_536  # bytes
_MAX_FALSE_BOUNDARIES = 20_000  # lines that begin like a boundary and are none

_FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:(.*)", re.S)
_MEANT = {"text": "text/plain", "plain": "text/plain", "html": "text/html"}  # types without a slash
_MEANT_ENCODING = {
    "base-64": "base64",
    "quotedprintable": "quoted-printable",
    "quoted_printable": "quoted-printable",
}
_ASIDE = re.compile(r"[;(].*", re.S)  # a comment or a parameter behind the value
_BLANK = re.compile(rb"\n\r?\n")
_ENVELOPE = re.compile(rb">?From [^\n]*\n")
_GUESSED_BOUNDARY = re.compile(rb"^--([^\s-][^\r\n]{0,200})[ \t]*\r?$", re.M)


@dataclass(slots=True)
class Part:
    """One MIME entity: its raw headers and where its body lies in the whole message."""

    headers: list[tuple[str, bytes]]
    start: int
    end: int
    content_type: str = "text/plain"
    parameters: dict[str, str] = field(default_factory=dict)
    disposition: str = ""
    disposition_parameters: dict[str, str] = field(default_factory=dict)
    encoding: str = ""
    children: list["Part"] = field(default_factory=list)

    def first(self, name: str) -> bytes:
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), b"")

    @property
    def is_multipart(self) -> bool:
        return bool(self.children)

    def walk(self) -> list["Part"]:
        """All parts, depth first, without recursion."""
        found: list[Part] = []
        waiting = [self]
        while waiting:
            part = waiting.pop()
            found.append(part)
            waiting.extend(reversed(part.children))
        return found


def tree(raw: bytes, defects: list[str]) -> Part:
    """The outermost part of the message; what was odd is added to `defects`."""
    root = _part(raw, _first_header(raw), len(raw), "text/plain", defects)
    waiting = [(root, 1)]
    parts = 1
    patience = _MAX_FALSE_BOUNDARIES
    while waiting:
        part, depth = waiting.pop()
        if not part.content_type.startswith("multipart/"):
            continue
        if depth > MAX_DEPTH:
            note(
                defects,
                f"parts are nested deeper than {MAX_DEPTH}; the inner ones stand in the raw message only",
            )
            continue
        slices, patience = _slices(raw, part, MAX_PARTS - parts, patience)
        if not slices:
            note(defects, "a multipart without parts was read as text")
            part.content_type = "text/plain"
            continue
        parts += len(slices)
        if parts >= MAX_PARTS or patience <= 0:
            note(defects, f"more than {MAX_PARTS:,} parts; the rest stand in the raw message only")
        default = "message/rfc822" if part.content_type == "multipart/digest" else "text/plain"
        part.children = [_part(raw, start, end, default, defects) for start, end in slices]
        waiting.extend((child, depth + 1) for child in part.children)
    return root


def note(defects: list[str], sentence: str) -> None:
    """Add a sentence once."""
    if sentence not in defects:
        defects.append(sentence)


def content(raw: bytes, part: Part, defects: list[str]) -> bytes:
    """The body of a leaf with its transfer encoding undone (RFC 2045 section 6), as far as that goes."""
    body = raw[part.start : part.end]
    if part.encoding in ("", "7bit", "8bit", "binary", "none"):
        return body
    if part.encoding == "quoted-printable":
        return quopri.decodestring(body)
    if part.encoding == "base64":
        if _is_prose(body):
            note(defects, "a part says base64 and is plain; it is left as it came")
            return body
        return _from_base64(body)
    if part.encoding in ("x-uuencode", "uuencode", "x-uue", "uue"):
        return uudecode(body)
    note(defects, f"the transfer encoding {part.encoding[:40]!a} is unknown, the part is left as it came")
    return body


_BASE64_BODY = re.compile(rb"[A-Za-z0-9+/\s]*={0,2}")


def _is_prose(body: bytes) -> bool:
    """Words with blanks between them, as no line of base64 has; only the beginning is looked at."""
    start = body[:4_000].strip()
    words = start.split()
    lines = start.count(b"\n") + 1
    return len(words) - lines > max(4, len(start) // 25)


_WORDS = re.compile(rb"\S[ \t]+\S|_")  # no line of base64 has these


def _from_base64(body: bytes) -> bytes:
    """Decode up to the padding; readable words after it (a list's footer) are kept as they are."""
    words = _WORDS.search(body) if any(mark in body for mark in (b" ", b"\t", b"_")) else None
    stop = body.rfind(b"\n", 0, words.start() + 1) + 1 if words else len(body)
    match = _BASE64_BODY.match(body, 0, stop)
    head = match[0] if match else b""
    rest = body[len(head) :].strip()
    if words and stop == len(head) and head.strip():
        return headers.from_base64(head) + b"\n" + rest
    if not rest or not head.rstrip().endswith(b"="):
        return headers.from_base64(body)
    if b" " in rest or b"_" in rest:
        return headers.from_base64(head) + b"\n" + rest
    return headers.from_base64(head) + headers.from_base64(rest)


def uudecode(body: bytes) -> bytes:
    """The bytes of uuencoded lines; lines that are none are passed over."""
    out: list[bytes] = []
    for line in body.splitlines():
        if line.startswith((b"begin ", b"end")) or not line:
            continue
        try:
            out.append(binascii.a2b_uu(line))
        except binascii.Error:
            length = (((line[0] - 32) & 63) * 4 + 5) // 3  # some programs pad the line with rubbish
            try:
                out.append(binascii.a2b_uu(line[:length]))
            except binascii.Error:
                continue
    return b"".join(out)


def _first_header(raw: bytes) -> int:
    """Past blank lines, an mbox `From ` line, or a banner line above the headers."""
    start = len(raw) - len(raw.lstrip(b"\r\n \t\xef\xbb\xbf\0")) if raw[:1] in b"\r\n \t\xef\0" else 0
    if not _FIELD.match(raw[start : start + 1_000].split(b"\n", 1)[0]):
        envelope = _ENVELOPE.match(raw, start)
        if envelope is None:
            return _below_banner(raw, start)
        start = envelope.end()
    return start


def _below_banner(raw: bytes, start: int) -> int:
    line_end = raw.find(b"\n", start, start + 1_000)
    following = raw[line_end + 1 : line_end + 1_001].split(b"\n", 1)[0] if line_end >= 0 else b""
    return line_end + 1 if _FIELD.match(following) else start


def _part(raw: bytes, start: int, end: int, default: str, defects: list[str]) -> Part:
    fields, body = _fields(raw, start, end, defects)
    part = Part(headers=fields, start=body, end=end, content_type=default)
    declared, part.parameters = headers.parameters(part.first("content-type")[:MAX_HEADER])
    if "/" in declared and " " not in declared:
        part.content_type = declared
    elif declared:
        part.content_type = _MEANT.get(declared.strip("<>"), "application/octet-stream")
    part.disposition, part.disposition_parameters = headers.parameters(
        part.first("content-disposition")[:MAX_HEADER]
    )
    encoding = part.first("content-transfer-encoding")[:200].decode("ascii", "ignore")
    part.encoding = _MEANT_ENCODING.get(name := _ASIDE.sub("", encoding).strip(" \t\r\n\"'").lower(), name)
    return part


def _fields(raw: bytes, start: int, end: int, defects: list[str]) -> tuple[list[tuple[str, bytes]], int]:
    """The header fields from `start`, and where the body begins."""
    if raw.startswith((b"\n", b"\r\n"), start, end):
        return [], start + (1 if raw[start] == 10 else 2)
    blank = _BLANK.search(raw, start, end)
    stop, body = (blank.start() + 1, blank.end()) if blank else (end, end)
    block = raw[start : min(stop, start + MAX_HEADER_BLOCK)]
    if stop - start > MAX_HEADER_BLOCK:
        note(defects, f"the headers are longer than {MAX_HEADER_BLOCK // 1024} kB; the rest was not read")
    lines = block.splitlines(keepends=True) if b"\x0b" not in block and b"\x0c" not in block else None
    if lines is None:
        lines = re.findall(rb"[^\n]*\n|[^\n]+", block)
    last = max((number for number, line in enumerate(lines) if _FIELD.match(line)), default=-1)
    found: list[tuple[str, list[bytes]]] = []
    offset = start
    for number, line in enumerate(lines):
        match = _FIELD.match(line)
        if match:
            found.append((match[1].decode("ascii"), [match[2]]))
        elif found and (line[:1] in b" \t" or found[-1][1][-1].rstrip().endswith(b";")):
            found[-1][1].append(line)
        elif number < last and found:
            found[-1][1].append(line)
            note(defects, "a header line was broken in the middle and was joined again")
        elif number > last:
            if last >= 0:
                note(defects, "the blank line between headers and text is missing")
            body = offset
            break
        offset += len(line)
    return [(name, _bounded(b"".join(lines), defects)) for name, lines in found], body


def _bounded(value: bytes, defects: list[str]) -> bytes:
    if len(value) > MAX_HEADER:
        note(defects, f"a header is longer than {MAX_HEADER // 1024} kB; the rest of it was not read")
    return value[:MAX_HEADER].strip(b" \t\r\n")


def _slices(raw: bytes, part: Part, most: int, patience: int) -> tuple[list[tuple[int, int]], int]:
    """Start and end of each child between the boundary lines, and how much patience is left."""
    boundary = part.parameters.get("boundary", "").rstrip().encode("utf-8", "ignore")
    slices, left = _between(raw, part, b"--" + boundary, most, patience) if boundary else ([], patience)
    bare = boundary.strip(b"'")
    if not slices and bare and bare != boundary:
        slices, left = _between(raw, part, b"--" + bare, most, left)
    if not slices and (guessed := _guessed_boundary(raw, part, wary=bool(boundary))):
        slices, left = _between(raw, part, b"--" + guessed, most, left)
    return slices, left


def _guessed_boundary(raw: bytes, part: Part, *, wary: bool) -> bytes:
    """Of the first line that looks like one, b"" when there is none; who is wary wants a field below it."""
    for found in _GUESSED_BOUNDARY.finditer(raw, part.start, min(part.end, part.start + MAX_HEADER_BLOCK)):
        if not wary or _FIELD.match(raw[found.end() + 1 : found.end() + 1_000].split(b"\n", 1)[0]):
            return found[1].rstrip()
    return b""


def _between(
    raw: bytes, part: Part, marker: bytes, most: int, patience: int
) -> tuple[list[tuple[int, int]], int]:
    slices: list[tuple[int, int]] = []
    opened = -1
    position = part.start
    while patience > 0:
        line = _line_with(raw, marker, position, part)
        if line < 0:
            break
        after = line + len(marker)
        line_end = raw.find(b"\n", after, min(part.end, after + 1_000))
        tail = raw[after : line_end if line_end >= 0 else min(part.end, after + 1_000)].rstrip()
        position = line_end + 1 if line_end >= 0 else after
        if tail not in (b"", b"--") and not tail.startswith((b" ", b"\t", b"-- ")):
            patience -= 1
            continue
        if 0 <= opened < line:
            slices.append((opened, _before_newline(raw, opened, line)))
        opened = -1 if tail.startswith(b"--") else position
        if opened < 0 or len(slices) >= most:
            break
    if opened >= 0 and len(slices) < most and opened < part.end:
        slices.append((opened, part.end))  # the closing boundary is missing: cut off on the way
    return slices, patience


def _line_with(raw: bytes, marker: bytes, position: int, part: Part) -> int:
    """Where the next line that begins with the marker begins, -1 when there is none."""
    if position == part.start and raw.startswith(marker, position, part.end):
        return position
    found = raw.find(b"\n" + marker, max(part.start, position - 1), part.end)
    return found + 1 if found >= 0 else -1


def _before_newline(raw: bytes, start: int, line: int) -> int:
    """The newline before a boundary belongs to the boundary (RFC 2046 section 5.1.1)."""
    end = line - 1
    if end > start and raw[end - 1] == 13:
        end -= 1
    return max(start, end)
