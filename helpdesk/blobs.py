"""Bytes by their SHA-256, in files. A blob is written before the row that names it, never changed.

    <data>/blobs/ab/abcdef...      path = hash, so no name from outside ever reaches the file system

A crash between blob and row leaves an orphan, which costs disk and nothing else.
"""

import hashlib
import os
import secrets
from pathlib import Path


class MissingBlobError(Exception):
    """A row names bytes that are not in the store, or that no longer match their hash."""


class BlobStore:
    """put and get; S3 would be a second class of the same two methods."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, content: bytes) -> str:
        """Store `content` durably; its SHA-256 in hex. Storing twice is free, and mends a cut file."""
        digest = hashlib.sha256(content).hexdigest()
        path = self.path(digest)
        if path.exists() and path.stat().st_size == len(content):
            return digest
        if not path.parent.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            _sync_folder(self.folder)  # or a power cut takes the new folder with all that is in it
        draft = path.parent / f".{digest[:16]}.{secrets.token_hex(4)}"
        try:
            with draft.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)  # it is there only when the disk is full
        _sync_folder(path.parent)
        return digest

    def get(self, digest: str) -> bytes:
        """The bytes of this hash. Raises MissingBlobError when absent or damaged."""
        try:
            content = self.path(digest).read_bytes()
        except FileNotFoundError as error:
            raise MissingBlobError(f"blob {digest} is missing") from error
        if hashlib.sha256(content).hexdigest() != digest:
            raise MissingBlobError(f"blob {digest} is damaged")
        return content

    def path(self, digest: str) -> Path:
        if len(digest) != 64 or not all(char in "0123456789abcdef" for char in digest):
            raise MissingBlobError(f"{digest!r} is not a SHA-256")
        return self.folder / digest[:2] / digest


def _sync_folder(folder: Path) -> None:
    """Make a rename survive a power cut (POSIX promises that only after the folder is synced)."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
