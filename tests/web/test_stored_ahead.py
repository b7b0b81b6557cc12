"""Files are on disk before the transaction opens that names them: nobody waits at the database for a disk."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpdesk.blobs import BlobStore
from helpdesk.current import current_desk
from helpdesk.db import transaction
from helpdesk.links import Passing
from tests import files
from tests.web.buying import address, claimed, post, upload
from tests.web.conftest import Desk, Visitor


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The sizes of what was written to disk while a transaction was open, mails of our own left out."""
    found: list[int] = []
    keep = BlobStore._keep

    def watched(self: BlobStore, contents: dict[str, bytes]) -> None:
        new = [content for digest, content in contents.items() if not self.path(digest).exists()]
        try:
            with transaction():
                pass
        except RuntimeError:  # it does not nest
            found.extend(len(content) for content in new if b"Message-ID:" not in content)
        keep(self, contents)

    monkeypatch.setattr(BlobStore, "_keep", watched)
    return found


def blobs() -> Iterator[Path]:
    return (path for path in current_desk().blobs.folder.rglob("*") if path.is_file())


def test_a_buyers_photo_is_stored_before_anything_is_locked(
    desk: Desk, stranger: Visitor, held: list[int]
) -> None:
    claimed(desk)
    held.clear()
    sent = post(stranger, address(Passing.EVIDENCE), files=[upload("杯子.png", files.PNG)], once="a")

    assert sent.status_code == 303
    assert held == []


def test_what_a_buyer_is_refused_for_fills_the_disk_only_so_far(
    desk: Desk, stranger: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    claimed(desk)
    monkeypatch.setattr("helpdesk.web.uploads.MOST_AHEAD", 1)
    monkeypatch.setattr("helpdesk.web.uploads.MOST_KEPT", 0)
    sent = [upload(f"{number}.png", files.PNG + bytes([number])) for number in range(11)]  # one too many
    before = sum(1 for _ in blobs())

    assert post(stranger, address(Passing.EVIDENCE), files=sent, once="a").status_code == 422
    assert sum(1 for _ in blobs()) == before + 1


def test_an_agents_file_is_stored_before_anything_is_locked(
    desk: Desk, browser: Visitor, held: list[int]
) -> None:
    number = desk.receive()
    page = browser.text(f"/tickets/{number}")
    held.clear()
    seen = page.partition('name="seen" value="')[2].partition('"')[0]
    browser.client.post(
        f"/tickets/{number}/entries",
        data={
            "csrf_token": browser.token,
            "text": "for us",
            "kind": "note",
            "seen": seen,
            "files": (io.BytesIO(b"%PDF-1.4 x"), "a.pdf"),
        },
    )

    assert "a.pdf" in browser.text(f"/tickets/{number}")
    assert held == []
