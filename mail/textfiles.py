"""Files that old programs write into the text itself: uuencode (POSIX) and yEnc 1.3.

Only what is complete enough to be one is taken out: a heading line, and below it lines that decode.
"""

import re
from dataclasses import dataclass

from mail import mime

MAX_FILES = 100
_HEAD = re.compile(
    rb"^begin [0-7]{3,4} (?P<uu>[^\r\n]{1,200}?)[ \t]*\r?\n(?=[!-`])"
    rb"|^=ybegin [^\r\n]{0,200}?\bname=(?P<y>[^\r\n]{1,200}?)[ \t]*\r?\n(?:=ypart [^\r\n]{0,200}\r?\n)?",
    re.M,
)
_UU_LINE = re.compile(rb"[ -`]{1,90}")
_Y_END = re.compile(rb"^=yend\b[^\r\n]{0,200}\r?\n?", re.M)
_Y_SHIFT = bytes((code - 42) % 256 for code in range(256))
_Y_ESCAPED = re.compile(rb"=(.)", re.S)


@dataclass(frozen=True, slots=True)
class File:
    name: bytes  # as written, in whatever charset the text is in
    content: bytes


def extract(text: bytes) -> tuple[bytes, tuple[File, ...]]:
    """The text without its files, and the files. Undecoded bytes in, because yEnc uses all of them."""
    if b"begin " not in text:
        return text, ()
    kept: list[bytes] = []
    files: list[File] = []
    position = 0
    for head in _HEAD.finditer(text):
        if head.start() < position:
            continue  # inside the file before it
        if len(files) >= MAX_FILES:
            break
        end, content = _uu(text, head.end()) if head["uu"] else _yenc(text, head.end())
        if content:
            kept.append(text[position : head.start()])
            files.append(File((head["uu"] or head["y"]).strip(b'"'), content))
            position = end
    return b"".join((*kept, text[position:])), tuple(files)


def _uu(text: bytes, start: int) -> tuple[int, bytes]:
    """Where the block ends and what it holds; nothing when its first line is no line of it."""
    position = start
    while position < len(text):
        line_end = text.find(b"\n", position)
        line_end = len(text) if line_end < 0 else line_end
        line = text[position:line_end].rstrip(b"\r")
        if line.strip() == b"end":
            return line_end + 1, mime.uudecode(text[start:position])
        if line.strip() and not _is_uu_line(line):
            break  # cut off on the way, or junk
        position = line_end + 1
    return (
        (position, mime.uudecode(text[start:position]))
        if _has_full_lines(text[start:position])
        else (start, b"")
    )


def _has_full_lines(block: bytes) -> bool:
    """A block without an end is one when two lines of it are as long as every line but the last is."""
    lines = [line.rstrip(b"\r") for line in block[:10_000].split(b"\n")]
    return sum(1 for line in lines if line.startswith(b"M") and _is_uu_line(line)) >= 2


def _is_uu_line(line: bytes) -> bool:
    """The first character counts the bytes: three of them are four characters."""
    count = (line[0] - 32) & 63
    least = (count * 4 + 2) // 3
    return _UU_LINE.fullmatch(line) is not None and least <= len(line) - 1 + 3 and len(line) <= least + 8


def _yenc(text: bytes, start: int) -> tuple[int, bytes]:
    end = _Y_END.search(text, start)
    stop, after = (end.start(), end.end()) if end else (len(text), len(text))
    lines = text[start:stop].replace(b"\r", b"").replace(b"\n", b"")
    plain = _Y_ESCAPED.sub(lambda match: bytes([(match[1][0] - 64) % 256]), lines)
    return after, plain.translate(_Y_SHIFT)
