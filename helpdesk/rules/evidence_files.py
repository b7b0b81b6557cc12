"""Which files can be evidence: what a file is stands in its first bytes, never in its name or its label.

Pictures, films and PDF; no programs, no archives, no documents that may hold either.
"""

from dataclasses import dataclass

LARGEST = 25 * 1024 * 1024  # bytes of one file: half a minute of film by a phone
MOST_AT_ONCE = 10
MOST_OF_A_CLAIM = 60
PDF = "application/pdf"

# A logo or a line under a signature is an inline picture of this size; a photo of goods never is.
TRIFLE_BYTES = 12 * 1024
TRIFLE_SIDE = 220  # pixels

_AT_START: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"\x1a\x45\xdf\xa3", "video/webm"),  # EBML: WebM, Matroska
    (b"\x00\x00\x01\xba", "video/mpeg"),
)
_RIFF = {b"WEBP": "image/webp", b"AVI ": "video/x-msvideo"}
# ISO/IEC 14496-12 section 4.3: the brand in the first box, "ftyp".
_BRANDS = {
    b"heic": "image/heic", b"heix": "image/heic", b"heim": "image/heic", b"heis": "image/heic",
    b"hevc": "image/heic", b"hevx": "image/heic", b"mif1": "image/heic", b"msf1": "image/heic",
    b"avif": "image/avif", b"avis": "image/avif", b"qt  ": "video/quicktime",
    b"mp41": "video/mp4", b"mp42": "video/mp4", b"isom": "video/mp4", b"iso2": "video/mp4",
    b"iso4": "video/mp4", b"iso5": "video/mp4", b"iso6": "video/mp4", b"avc1": "video/mp4",
    b"dash": "video/mp4", b"MSNV": "video/mp4", b"M4V ": "video/mp4", b"M4VP": "video/mp4",
    b"3gp4": "video/3gpp", b"3gp5": "video/3gpp", b"3gp6": "video/3gpp", b"3g2a": "video/3gpp",
}  # fmt: skip
_PROGRAMS = (
    b"MZ",
    b"\x7fELF",
    b"#!",
    b"\xca\xfe\xba\xbe",
    b"\xfe\xed\xfa",
    b"\xcf\xfa\xed\xfe",
    b"\xce\xfa\xed\xfe",
)
_ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06", b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh", b"\xfd7zXZ")
_PROGRAM_NAMES = (
    ".exe", ".com", ".bat", ".cmd", ".msi", ".scr", ".vbs", ".js", ".jar", ".apk", ".ps1", ".sh", ".lnk",
    ".hta", ".dmg", ".app", ".pif", ".cpl", ".iso",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a file is not taken: a word, and a sentence for whoever sent it."""

    code: str  # "empty", "too_large", "program", "archive", "unknown"
    sentence: str


def content_type(content: bytes) -> str:
    """What the bytes are, "" for everything that cannot be evidence."""
    for start, kind in _AT_START:
        if content.startswith(start):
            return kind
    if content[:4] == b"RIFF":
        return _RIFF.get(content[8:12], "")
    if content[4:8] == b"ftyp":
        return _branded(content)
    return PDF if content[:1024].lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"%PDF-") else ""


def refused(filename: str, content: bytes) -> Refused | None:
    """Why this file is not taken as evidence; None when it is."""
    if not content:
        return Refused("empty", f"{filename} is empty: choose it again")
    if len(content) > LARGEST:
        return Refused(
            "too_large", f"{filename} is larger than 25 MB: a shorter film or a smaller picture will do"
        )
    is_program = content.startswith(_PROGRAMS) or filename.lower().rstrip(". ").endswith(_PROGRAM_NAMES)
    if is_program:
        return Refused("program", f"{filename} is a program: we take photos, videos and PDF only")
    if content_type(content):
        return None
    if content.startswith(_ARCHIVES):
        return Refused("archive", f"{filename} is an archive or office file: send the pictures themselves")
    return Refused("unknown", f"{filename} is neither a photo nor a video nor a PDF: we cannot open it")


def is_trifle(content: bytes, *, inline: bool) -> bool:
    """Whether it is a picture that belongs to the look of a mail: a logo, an icon, a line."""
    if not inline:
        return False
    if len(content) < TRIFLE_BYTES:
        return True
    width, height = _pixels(content)
    return 0 < max(width, height) <= TRIFLE_SIDE or 0 < min(width, height) <= 8


def _branded(content: bytes) -> str:
    """By the main brand, else by the first compatible one that says something."""
    box = min(int.from_bytes(content[:4]), 256)
    brands = [content[8:12], *(content[at : at + 4] for at in range(16, box, 4))]
    return next((_BRANDS[brand] for brand in brands if brand in _BRANDS), "")


def _pixels(content: bytes) -> tuple[int, int]:
    """Width and height where the header says so at a fixed place (PNG, GIF); (0, 0) elsewhere."""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return int.from_bytes(content[16:20]), int.from_bytes(content[20:24])
    if content.startswith(b"GIF8"):
        return int.from_bytes(content[6:8], "little"), int.from_bytes(content[8:10], "little")
    return 0, 0
