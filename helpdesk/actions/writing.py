"""How much an agent may write, and send along."""

from collections.abc import Sequence

from helpdesk.errors import InvalidError
from mail.types import Attachment

LONGEST = 100_000
MOST_BYTES = 20 * 1024 * 1024  # most providers refuse more than 25 MB after base64


def check(text: str, files: Sequence[Attachment]) -> None:
    """Raises InvalidError for nothing at all, and for too much."""
    if not text.strip():
        raise InvalidError("write something first", field="text")
    check_length(text)
    check_size(sum(len(file.content) for file in files))


def check_length(text: str) -> None:
    if len(text) > LONGEST:
        raise InvalidError(f"this is longer than {LONGEST} characters: send it as a file", field="text")


def check_size(size: int) -> None:
    """Raises InvalidError for more bytes of files than a mail may hold."""
    if size > MOST_BYTES:
        raise InvalidError(
            "these files are more than 20 MB together: mail servers refuse that", field="files"
        )
