"""What a picture is, by its first bytes: the only kinds, and sizes, that a browser may be given to show."""

KINDS: tuple[tuple[bytes, int, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", 0, "image/png"),
    (b"\xff\xd8\xff", 0, "image/jpeg"),
    (b"GIF87a", 0, "image/gif"),
    (b"GIF89a", 0, "image/gif"),
    (b"WEBP", 8, "image/webp"),
)
HEAD = 512 * 1024  # bytes in which a picture says how large it is
MOST_PIXELS = 256 * 1024 * 1024  # more than any telephone takes; a browser wants four bytes for each
# ITU-T T.81 table B.1: frames, but not the tables (C4, C8, CC) that lie among them.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
CLAIMS = frozenset({"image/png", "image/jpeg", "image/jpg", "image/gif", "image/webp"})


def kind(content: bytes) -> str | None:
    """The content type of a picture that is safe to show, None for everything else (SVG above all)."""
    for magic, at, content_type in KINDS:
        if content[at : at + len(magic)] == magic and (at == 0 or content[:4] == b"RIFF"):
            return content_type
    return None


def is_too_large(head: bytes) -> bool:
    """Whether showing it would take more memory than a browser has: a few kB can say a million pixels a side.

    `head` are the first HEAD bytes, or all. A photo that has not said by then how large it is, is.
    """
    width, height = _sides(head)
    return width * height > MOST_PIXELS


def _sides(head: bytes) -> tuple[int, int]:
    if head.startswith(b"\x89PNG"):
        return int.from_bytes(head[16:20]), int.from_bytes(head[20:24])
    if head.startswith(b"GIF8"):
        return int.from_bytes(head[6:8], "little"), int.from_bytes(head[8:10], "little")
    if head[:4] == b"RIFF":  # 14 bits a side in VP8 and VP8L: only the extended form can be too large
        is_extended = head[12:16] == b"VP8X"
        width, height = int.from_bytes(head[24:27], "little"), int.from_bytes(head[27:30], "little")
        return (width + 1, height + 1) if is_extended else (0, 0)
    return _sides_of_jpeg(head)


def _sides_of_jpeg(head: bytes) -> tuple[int, int]:
    """From segment to segment up to the frame. (0, 0) for what no browser can show anyway."""
    at = 2
    while at + 9 <= len(head):
        marker, length = head[at + 1], int.from_bytes(head[at + 2 : at + 4])
        if head[at] != 0xFF or length < 2:
            return 0, 0
        if marker in _FRAMES:
            return int.from_bytes(head[at + 7 : at + 9]), int.from_bytes(head[at + 5 : at + 7])
        at += 2 + length
    return (0, 0) if len(head) < HEAD else (MOST_PIXELS, 2)
