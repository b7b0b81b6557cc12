"""A bundle as a ZIP, written while it is sent: one file in memory at a time, the same bytes each time."""

import hashlib
import io
import zipfile
from collections.abc import Iterator

from helpdesk.blobs import BlobStore, MissingBlobError
from helpdesk.queries import bundle_links
from helpdesk.queries.bundle import Bundle

WHEN = (1980, 1, 1, 0, 0, 0)  # the first moment of ZIP: a bundle has no time of its own
MANIFEST = "MANIFEST.txt"


def stream(bundle: Bundle, rendered: list[tuple[str, bytes]], blobs: BlobStore) -> Iterator[bytes]:
    """The ZIP in pieces: what was rendered, then the files of the blob store, then the manifest of all.

    `sha256sum -c` reads the manifest; what it says besides stands behind a "#". A file that is missing from
    the store is named as missing there; the others are still worth having. Of a mail that is in the bundle
    without its links, the hash of the original stands there, too.
    """
    sink = _Sink()
    manifest: list[str] = []
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for path, content in _files(bundle, rendered, blobs, manifest):
            _add(archive, path, content, manifest)
            yield sink.taken()
        _write(archive, MANIFEST, "".join(f"{line}\n" for line in manifest).encode())
    yield sink.taken()


def _files(
    bundle: Bundle, rendered: list[tuple[str, bytes]], blobs: BlobStore, manifest: list[str]
) -> Iterator[tuple[str, bytes]]:
    yield from rendered
    for piece in bundle.pieces:
        try:
            content = blobs.get(piece.sha256)
        except MissingBlobError:
            manifest.append(f"# MISSING {piece.sha256}  {piece.path}")
            continue
        if not piece.path.endswith(".eml"):
            yield piece.path, content
            continue
        path, clean = bundle_links.cleaned(piece.path, content)
        if clean is not content:
            manifest.append(f"# ORIGINAL {piece.sha256}  {path}")
        yield path, clean


def _add(archive: zipfile.ZipFile, path: str, content: bytes, manifest: list[str]) -> None:
    manifest.append(f"{hashlib.sha256(content).hexdigest()}  {path}")
    _write(archive, path, content)


def _write(archive: zipfile.ZipFile, path: str, content: bytes) -> None:
    info = zipfile.ZipInfo(path, WHEN)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.create_system = 3  # Unix, on whatever machine it is made
    info.external_attr = 0o644 << 16
    archive.writestr(info, content)


class _Sink(io.RawIOBase):
    """What was written since it was last asked; it cannot be wound back."""

    def __init__(self) -> None:
        self._waiting = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, content: bytes) -> int:  # type: ignore[override]  # only bytes are written here
        self._waiting += content
        return len(content)

    def taken(self) -> bytes:
        content, self._waiting = bytes(self._waiting), bytearray()
        return content
