"""Bytes by their hash: stored once, found again, and never believed when they no longer match."""

from pathlib import Path

import pytest

from helpdesk import blobs
from helpdesk.blobs import BlobStore, MissingBlobError


@pytest.fixture
def store(tmp_path: Path) -> BlobStore:
    return BlobStore(tmp_path / "blobs")


def files(store: BlobStore) -> list[Path]:
    return [path for path in store.folder.rglob("*") if path.is_file()]


def test_what_was_put_comes_back(store: BlobStore) -> None:
    assert store.get(store.put(b"a mail\r\n")) == b"a mail\r\n"


def test_nothing_is_also_something(store: BlobStore) -> None:
    assert store.get(store.put(b"")) == b""


def test_the_same_bytes_are_one_file(store: BlobStore) -> None:
    assert store.put(b"twice") == store.put(b"twice")
    assert len(files(store)) == 1


def test_a_hash_that_was_never_stored_is_missing(store: BlobStore) -> None:
    with pytest.raises(MissingBlobError, match="is missing"):
        store.get("0" * 64)


@pytest.mark.trust
@pytest.mark.parametrize("damage", [b"", b"a mai", b"A mail", b"a mail and more"])
def test_a_damaged_file_is_not_handed_out(store: BlobStore, damage: bytes) -> None:
    digest = store.put(b"a mail")
    store.path(digest).write_bytes(damage)

    with pytest.raises(MissingBlobError, match="is damaged"):
        store.get(digest)


@pytest.mark.trust
def test_a_cut_file_is_whole_again_when_the_same_bytes_come_back(store: BlobStore) -> None:
    digest = store.put(b"a mail")
    store.path(digest).write_bytes(b"a m")

    store.put(b"a mail")

    assert store.get(digest) == b"a mail"


@pytest.mark.trust
@pytest.mark.parametrize(
    "name",
    ["", "..", "../../etc/passwd", "/etc/passwd", "a" * 63, "A" * 64, "../" * 21 + "a", "٣" * 64, "0" * 65],
)
def test_a_name_from_outside_never_reaches_the_file_system(store: BlobStore, name: str) -> None:
    with pytest.raises(MissingBlobError, match="not a SHA-256"):
        store.get(name)


@pytest.mark.trust
def test_a_full_disk_leaves_no_half_file(store: BlobStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(draft: Path, path: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space"):
        store.put(b"a mail")

    assert files(store) == []


@pytest.mark.trust
def test_a_power_cut_after_put_cannot_take_the_file_or_its_new_folder(
    store: BlobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[Path] = []
    store.folder.mkdir()
    monkeypatch.setattr(blobs, "_sync_folder", synced.append)

    path = store.path(store.put(b"a mail"))

    assert synced == [store.folder, path.parent]
