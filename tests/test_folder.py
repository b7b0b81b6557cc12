"""Who else on the machine may read what the desk keeps."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpdesk.blobs import BlobStore
from helpdesk.folder import make_private
from tests.app import make_app_anew, migrate

pytestmark = pytest.mark.trust


@pytest.fixture(autouse=True)
def usual_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def open_to_others(folder: Path) -> set[str]:
    """What in a folder, itself among it, somebody else may do anything with."""
    found = [folder, *folder.rglob("*")]
    return {path.name for path in found if stat.S_IMODE(path.lstat().st_mode) & 0o077}


def test_a_new_desk_keeps_everything_to_itself(tmp_path: Path) -> None:
    data = tmp_path / "data"
    url = f"sqlite:///{data / 'helpdesk.db'}"
    data.mkdir()
    migrate(url)
    app = make_app_anew(url, data)
    with app.app_context():
        from helpdesk.current import current_desk
        from helpdesk.db import db

        current_desk().blobs.put(b"a photo")
        db.engine.dispose()
    assert (data / "blobs").is_dir()
    assert open_to_others(data) == set()


def test_what_an_older_version_left_open_is_shut_at_the_start(tmp_path: Path) -> None:
    data = tmp_path / "data"
    digest = BlobStore(data / "blobs").put(b"a photo")
    (data / "helpdesk.db").touch()
    for path in (data, *data.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    make_private(data, str(data / "helpdesk.db"))

    assert open_to_others(data) == set()
    assert BlobStore(data / "blobs").get(digest) == b"a photo"


def test_a_folder_that_is_everybodys_stays_so(tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)
    (tmp_path / "of somebody else").touch()
    make_private(tmp_path, None)
    assert open_to_others(tmp_path) == {tmp_path.name, "of somebody else"}
