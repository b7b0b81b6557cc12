"""The blob store: what is put is there to stay, alone or together with others."""

import contextlib
import os
import threading
from pathlib import Path

import pytest

from helpdesk.blobs import BlobStore, MissingBlobError

pytestmark = pytest.mark.trust


@pytest.fixture
def blobs(tmp_path: Path) -> BlobStore:
    return BlobStore(tmp_path / "blobs")


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the files and folders that the disk was asked to keep, in order."""
    names: list[str] = []
    fsync = os.fsync

    def note(handle: int) -> None:
        names.append(Path(os.readlink(f"/proc/self/fd/{handle}")).name)
        fsync(handle)

    monkeypatch.setattr("helpdesk.blobs.os.fsync", note)
    return names


def names(blobs: BlobStore) -> set[str]:
    return {path.name for path in blobs.folder.rglob("*") if path.is_file()}


def test_what_is_put_can_be_got(blobs: BlobStore) -> None:
    assert blobs.get(blobs.put(b"a photo")) == b"a photo"


def test_a_large_blob_is_read_in_pieces_and_checked_before_the_first(blobs: BlobStore) -> None:
    digest = blobs.put(b"a photo " * 100_000)
    size, pieces = blobs.pieces(digest)
    read = list(pieces)
    assert (size, b"".join(read)) == (800_000, b"a photo " * 100_000)
    assert max(map(len, read)) <= 64 * 1024

    blobs.path(digest).write_bytes(b"something else")
    with pytest.raises(MissingBlobError, match="damaged"):
        blobs.pieces(digest)
    blobs.path(digest).unlink()
    with pytest.raises(MissingBlobError, match="missing"):
        blobs.pieces(digest)


def test_a_damaged_blob_is_not_handed_out(blobs: BlobStore) -> None:
    digest = blobs.put(b"a photo")
    blobs.path(digest).write_bytes(b"another")

    with pytest.raises(MissingBlobError, match="damaged"):
        blobs.get(digest)


def test_a_blob_its_folder_and_the_new_folder_s_place_are_synced(blobs: BlobStore, synced: list[str]) -> None:
    digest = blobs.put(b"a photo")

    assert synced[0].startswith(f".{digest[:16]}")
    assert sorted(synced[1:]) == sorted([digest[:2], "blobs"])


def test_together_everything_is_there_at_the_end_and_each_is_synced_once(
    blobs: BlobStore, synced: list[str]
) -> None:
    with blobs.together():
        digests = [blobs.put(b"%d" % (number % 20)) for number in range(40)]
        assert synced == []

    assert [blobs.get(digest) for digest in digests] == [b"%d" % (number % 20) for number in range(40)]
    assert len([name for name in synced if name.startswith(".")]) == 20
    assert len(synced) == len(set(synced))


def test_storing_twice_asks_the_disk_for_nothing(blobs: BlobStore, synced: list[str]) -> None:
    blobs.put(b"a photo")
    synced.clear()

    with blobs.together():
        blobs.put(b"a photo")

    assert synced == []


def test_a_block_that_raises_stores_nothing(blobs: BlobStore) -> None:
    with contextlib.suppress(KeyError), blobs.together():
        blobs.put(b"a photo")
        raise KeyError("the transaction around it fails")

    assert names(blobs) == set()
    assert blobs.put(b"afterwards") in names(blobs)


def test_a_full_disk_leaves_no_half_blob(blobs: BlobStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr("helpdesk.blobs.os.fsync", full)

    with pytest.raises(OSError, match="No space"):
        blobs.put(b"a photo")

    assert names(blobs) == set()


def test_another_thread_s_blobs_do_not_wait_for_our_block(blobs: BlobStore) -> None:
    with blobs.together():
        other = threading.Thread(target=blobs.put, args=(b"theirs",))
        other.start()
        other.join()
        ours = blobs.put(b"ours")
        assert len(names(blobs)) == 1

    assert len(names(blobs)) == 2
    assert ours in names(blobs)


@pytest.mark.parametrize("damage", [b"", b"a pho", b"A photo", b"a photo and more"])
def test_whatever_the_damage_it_is_not_handed_out(blobs: BlobStore, damage: bytes) -> None:
    digest = blobs.put(b"a photo")
    blobs.path(digest).write_bytes(damage)

    with pytest.raises(MissingBlobError, match="is damaged"):
        blobs.get(digest)


def test_a_cut_file_is_whole_again_when_the_same_bytes_come_back(blobs: BlobStore) -> None:
    digest = blobs.put(b"a photo")
    blobs.path(digest).write_bytes(b"a p")

    blobs.put(b"a photo")

    assert blobs.get(digest) == b"a photo"


@pytest.mark.parametrize(
    "name",
    ["", "..", "../../etc/passwd", "/etc/passwd", "a" * 63, "A" * 64, "../" * 21 + "a", "٣" * 64, "0" * 65],
)
def test_a_name_from_outside_never_reaches_the_file_system(blobs: BlobStore, name: str) -> None:
    with pytest.raises(MissingBlobError, match="not a SHA-256"):
        blobs.get(name)
