"""winmail.dat: what Outlook packs its files and words into (MS-OXTNEF), read with bounds and one pass.

Every length is checked against what is there; a broken attribute ends the reading, and what was read before
it counts.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from mail import charset

MAX_FILES = 200
MAX_DEPTH = 4  # messages inside messages
_MAX_ATTRIBUTES = 20_000
_MAX_PROPERTIES = 5_000

_SIGNATURE = b"\x78\x9f\x3e\x22"
_HEAD = struct.Struct("<BHHI")  # level, id, type, length
_TITLE, _DATA, _RENDERING, _ATTACHMENT = 0x8010, 0x800F, 0x9002, 0x9005
_MESSAGE, _CODEPAGE, _BODY = 0x9003, 0x9007, 0x800C

_BODY_PROPERTY, _HTML_PROPERTY, _RTF_PROPERTY, _CODEPAGE_PROPERTY = 0x1000, 0x1013, 0x1009, 0x3FDE
_SHOWN_NAME, _SHORT_NAME, _LONG_NAME = 0x3001, 0x3704, 0x3707
_OBJECT, _MIME_TYPE, _CONTENT_ID = 0x3701, 0x370E, 0x3712

_FIXED = {0x0002: 4, 0x0003: 4, 0x0004: 4, 0x000A: 4, 0x000B: 4, 0x0001: 4, 0x0005: 8, 0x0006: 8, 0x0007: 8,
          0x0014: 8, 0x0040: 8, 0x0048: 16}  # fmt: skip
_TEXT8, _TEXT16, _ENCLOSED, _BINARY = 0x001E, 0x001F, 0x000D, 0x0102


@dataclass(slots=True)
class File:
    """One packed file. `content_type` and `content_id` are "" when Outlook did not note them."""

    name: str = ""
    content: bytes = b""
    content_type: str = ""
    content_id: str = ""


@dataclass(slots=True)
class Unpacked:
    """The words and files of a winmail.dat; not `is_whole` when it breaks off or holds more than is read."""

    text: str = ""
    html: str = ""
    has_rtf: bool = False  # words in Outlook's compressed form, which is not read
    files: list[File] = field(default_factory=list)
    is_whole: bool = True


def is_tnef(data: bytes) -> bool:
    return data.startswith(_SIGNATURE)


def unpack(data: bytes) -> Unpacked:
    """Read as far as it goes. Never raises."""
    found = Unpacked()
    waiting = [(memoryview(data), 1)]
    while waiting:
        packed, depth = waiting.pop()
        for enclosed in _read(packed, found):
            if depth < MAX_DEPTH and len(waiting) < MAX_FILES:
                waiting.append((enclosed, depth + 1))
    found.files = [each for each in found.files if each.content or each.name][:MAX_FILES]
    return found


def _read(data: memoryview, found: Unpacked) -> list[memoryview]:
    """One message's words and files into `found`; the messages enclosed in it."""
    enclosed: list[memoryview] = []
    codepage = ""
    outer = not (found.text or found.html or found.files)
    file = File()
    for number, value in _attributes(data, found):
        if number == _RENDERING:
            if len(found.files) >= MAX_FILES:
                found.is_whole = False
                break
            file = File()
            found.files.append(file)
        elif number == _CODEPAGE and len(value) >= 4:
            codepage = f"cp{int.from_bytes(value[:4], 'little')}"
        elif number == _TITLE:
            file.name = file.name or _text8(value, codepage)
        elif number == _DATA:
            file.content = bytes(value)
        elif number == _ATTACHMENT:
            enclosed += _describe(file, value, codepage, found)
        elif number == _BODY and outer:
            found.text = found.text or _text8(value, codepage)
        elif number == _MESSAGE and outer:
            _words(value, codepage, found)
    return enclosed


def _attributes(data: memoryview, found: Unpacked) -> Iterator[tuple[int, memoryview]]:
    if bytes(data[:4]) != _SIGNATURE:
        found.is_whole = False
        return
    position = 6
    for _ in range(_MAX_ATTRIBUTES):
        if position + _HEAD.size > len(data):
            return
        _, number, _, length = _HEAD.unpack_from(data, position)
        start = position + _HEAD.size
        if start + length > len(data):
            found.is_whole = False
            yield number, data[start:]
            return
        yield number, data[start : start + length]
        position = start + length + 2  # a checksum, which programs get wrong
    found.is_whole = False


def _words(value: memoryview, codepage: str, found: Unpacked) -> None:
    """The message's own properties: its text and its HTML."""
    raw_html = raw_text = b""
    label = ""
    for number, kind, content in _properties(value, found):
        if number == _CODEPAGE_PROPERTY:
            label = f"cp{int.from_bytes(content[:4], 'little')}"
        elif number == _BODY_PROPERTY:
            if kind == _TEXT16:
                found.text = found.text or _text16(content)
            else:
                raw_text = bytes(content)
        elif number == _HTML_PROPERTY:
            raw_html = bytes(content)
        elif number == _RTF_PROPERTY:
            found.has_rtf = True
    label = {"cp65001": "utf-8", "cp20127": "us-ascii", "cp28591": "iso-8859-1"}.get(label, label)
    found.html = found.html or charset.decode(raw_html.rstrip(b"\0"), label).text
    if raw_text and not found.text:
        found.text = charset.decode(raw_text.rstrip(b"\0"), label or codepage).text


def _describe(file: File, value: memoryview, codepage: str, found: Unpacked) -> list[memoryview]:
    """A file's properties: the better names, the type, and a message that is enclosed as an object."""
    names: dict[int, str] = {}
    enclosed: list[memoryview] = []
    for number, kind, content in _properties(value, found):
        if kind in (_TEXT8, _TEXT16):
            text = _text16(content) if kind == _TEXT16 else _text8(content, codepage)
            if number in (_SHOWN_NAME, _SHORT_NAME, _LONG_NAME):
                names[number] = text
            elif number == _MIME_TYPE:
                file.content_type = text.strip().lower()[:200]
            elif number == _CONTENT_ID:
                file.content_id = text.strip("<> ")[:500]
        elif number == _OBJECT:
            body = content[16:] if kind == _ENCLOSED else content  # behind the class id of the object
            if bytes(body[:4]) == _SIGNATURE:
                enclosed.append(body)
                file.content_type = file.content_type or "application/ms-tnef"
            file.content = bytes(body)
    better = names.get(_LONG_NAME) or names.get(_SHORT_NAME)
    file.name = better or file.name or names.get(_SHOWN_NAME, "")
    return enclosed


def _properties(data: memoryview, found: Unpacked) -> Iterator[tuple[int, int, memoryview]]:
    """Id, type and value of each MAPI property, the first of several values (MS-OXTNEF 2.1.3.4)."""
    if len(data) < 4:
        return
    count = int.from_bytes(data[:4], "little")
    position = 4
    for _ in range(min(count, _MAX_PROPERTIES)):
        if position + 4 > len(data):
            break
        kind, number = struct.unpack_from("<HH", data, position)
        position += 4
        if number >= 0x8000:
            position = _past_name(data, position)
        several, kind = bool(kind & 0x1000), kind & 0x0FFF
        if kind in _FIXED:
            values, position = _count(data, position) if several else (1, position)
            start, length = position, _FIXED[kind]
            position += values * length
        elif kind in (_TEXT8, _TEXT16, _ENCLOSED, _BINARY):
            values, position = _count(data, position)
            start = length = 0
            for index in range(min(values, _MAX_PROPERTIES)):
                size, position = _count(data, position)
                if index == 0:
                    start, length = position, size
                position += size + -size % 4
                if position > len(data):
                    break
        else:
            break  # a type that we do not know has a length that we do not know
        if start + length > len(data):
            break
        yield number, kind, data[start : start + length]
    else:
        if count <= _MAX_PROPERTIES:
            return
    found.is_whole = False


def _past_name(data: memoryview, position: int) -> int:
    """Behind the name of a named property: a class id and a number, or a string."""
    kind, position = _count(data, position + 16)
    size, position = _count(data, position)
    return position if kind == 0 else position + size + -size % 4


def _count(data: memoryview, position: int) -> tuple[int, int]:
    return int.from_bytes(data[position : position + 4], "little"), position + 4


def _text8(value: memoryview, codepage: str) -> str:
    return charset.decode(bytes(value).split(b"\0", 1)[0], codepage).text


def _text16(value: memoryview) -> str:
    return charset.clean(bytes(value).decode("utf-16-le", "ignore").split("\0", 1)[0])
