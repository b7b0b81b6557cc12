"""Small pictures for pretend buyers, drawn here: a PNG needs no more than zlib (RFC 2083)."""

import math
import struct
import zlib

WIDTH, HEIGHT = 320, 240
Colour = tuple[int, int, int]


def mug(colour: Colour, *, broken: bool) -> bytes:
    """A mug on a table, with a crack when broken; PNG, 320 by 240."""
    return _png(b"".join(_row(y, colour, broken) for y in range(HEIGHT)))


def _row(y: int, colour: Colour, broken: bool) -> bytes:
    """One line of pixels behind its filter byte, 0 for none."""
    return b"\0" + b"".join(bytes(_pixel(x, y, colour, broken)) for x in range(WIDTH))


def _pixel(x: int, y: int, colour: Colour, broken: bool) -> Colour:
    if broken and _on_crack(x, y):
        return (52, 40, 36)
    if broken and _on_shard(x, y):
        return _shade(colour, 0.85)
    if 96 <= x <= 204 and 62 <= y <= 186:
        light = 0.72 + 0.28 * math.sin((x - 96) / 108 * math.pi)
        return _shade(colour, light if y > 70 else light * 0.6)
    if 30 <= math.hypot(x - 206, y - 122) <= 42 and x > 204:
        return _shade(colour, 0.8)
    if y > 178:
        return _shade((158, 124, 92), 0.9 + 0.1 * math.sin(x / 9 + y / 3))
    return _shade((226, 224, 216), 0.86 + 0.14 * y / HEIGHT)


def _on_crack(x: int, y: int) -> bool:
    return 62 <= y <= 186 and abs(x - (148 + 14 * math.sin(y / 7) + (y - 62) / 6)) < 2.2


def _on_shard(x: int, y: int) -> bool:
    return 200 <= y <= 222 and abs(x - 84) < (222 - y) * 0.9


def _shade(colour: Colour, light: float) -> Colour:
    red, green, blue = (min(255, int(part * light)) for part in colour)
    return red, green, blue


def _png(rows: bytes) -> bytes:
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 6)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
