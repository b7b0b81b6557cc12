"""Bytes by their SHA-256, in files. A blob is written before the row that names it, never changed.

    <data>/blobs/ab/abcdef...      path = hash, so no name from outside ever reaches the file system

A crash between blob and row leaves an orphan, which costs disk and nothing else.
"""

import hashlib
import os
import secrets
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

PIECE = 64 * 1024  # bytes
HANDS = 4  # that wait for the disk at the same time: its journal takes their syncs in one go


class MissingBlobError(Exception):
    """A row names bytes that are not in the store, or that no longer match their hash."""


class BlobStore:
    """put, get, pieces and together; S3 would be a second class of the same methods."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._batch = _Batch()

    def put(self, content: bytes) -> str:
        """Store `content` durably; its SHA-256 in hex. Storing twice is free, and mends a cut file."""
        digest = hashlib.sha256(content).hexdigest()
        if self._batch.waiting is None:
            self._keep({digest: content})
        else:
            self._batch.waiting[digest] = content
        return digest

    @contextmanager
    def together(self) -> Iterator[None]:
        """Inside, `put` of this thread takes note; the end of the block makes it all durable at once.

        Open it inside the transaction whose rows name the blobs, so that it ends before the commit. A block
        that raises stores nothing, and nothing of it can be got before its end.
        """
        outer, self._batch.waiting = self._batch.waiting, {}
        try:
            yield
            self._keep(self._batch.waiting)
        finally:
            self._batch.waiting = outer

    def get(self, digest: str) -> bytes:
        """The bytes of this hash. Raises MissingBlobError when absent or damaged."""
        try:
            content = self.path(digest).read_bytes()
        except FileNotFoundError as error:
            raise MissingBlobError(f"blob {digest} is missing") from error
        if hashlib.sha256(content).hexdigest() != digest:
            raise MissingBlobError(f"blob {digest} is damaged")
        return content

    def pieces(self, digest: str) -> tuple[int, Iterator[bytes]]:
        """Size and bytes of this hash, a piece at a time: what is sent on is never whole in memory.

        Raises MissingBlobError at once when absent or damaged.
        """
        path = self.path(digest)
        try:
            with path.open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
                size = file.tell()
        except FileNotFoundError as error:
            raise MissingBlobError(f"blob {digest} is missing") from error
        if found != digest:
            raise MissingBlobError(f"blob {digest} is damaged")
        return size, _read(path)

    def path(self, digest: str) -> Path:
        if len(digest) != 64 or not all(char in "0123456789abcdef" for char in digest):
            raise MissingBlobError(f"{digest!r} is not a SHA-256")
        return self.folder / digest[:2] / digest

    def _keep(self, contents: dict[str, bytes]) -> None:
        """Drafts, synced; then their names; then the folders, synced: a name never stands for half a blob."""
        missing = {
            path: content
            for digest, content in contents.items()
            if not _is_whole(path := self.path(digest), len(content))
        }
        if not missing:
            return
        folders = {path.parent for path in missing}
        if new := [folder for folder in folders if not folder.is_dir()]:
            for folder in new:
                self.folder.mkdir(
                    mode=0o700, parents=True, exist_ok=True
                )  # `parents` would not take the mode
                folder.mkdir(mode=0o700, exist_ok=True)
            folders.add(self.folder)
        drafts = {path: path.parent / f".{path.name[:16]}.{secrets.token_hex(4)}" for path in missing}
        try:
            with ThreadPoolExecutor(HANDS) as hands:
                list(hands.map(_write, drafts.values(), missing.values()))
                for path, draft in drafts.items():
                    draft.replace(path)
                list(hands.map(_sync_folder, folders))
        except BaseException:
            for draft in drafts.values():
                draft.unlink(missing_ok=True)
            raise


class _Batch(threading.local):
    """What `together` has taken note of in this thread; None outside of it."""

    waiting: dict[str, bytes] | None = None


def _read(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


def _is_whole(path: Path, size: int) -> bool:
    """A file cut short by a crash of the machine is as good as missing."""
    try:
        return path.stat().st_size == size
    except FileNotFoundError:
        return False


def _write(path: Path, content: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """Make a rename survive a power cut (POSIX promises that only after the folder is synced)."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
