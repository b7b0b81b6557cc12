"""What a picture is, by its first bytes: the only kinds that a browser may be given to show."""

KINDS: tuple[tuple[bytes, int, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", 0, "image/png"),
    (b"\xff\xd8\xff", 0, "image/jpeg"),
    (b"GIF87a", 0, "image/gif"),
    (b"GIF89a", 0, "image/gif"),
    (b"WEBP", 8, "image/webp"),
)
CLAIMS = frozenset({"image/png", "image/jpeg", "image/jpg", "image/gif", "image/webp"})


def kind(content: bytes) -> str | None:
    """The content type of a picture that is safe to show, None for everything else (SVG above all)."""
    for magic, at, content_type in KINDS:
        if content[at : at + len(magic)] == magic and (at == 0 or content[:4] == b"RIFF"):
            return content_type
    return None
