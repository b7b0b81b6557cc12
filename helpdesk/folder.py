"""The data folder is nobody else's on this machine: buyers' letters and the mailboxes' key lie there."""

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

OTHERS = stat.S_IRWXG | stat.S_IRWXO
TREES = ("blobs", "demo")  # made by us below the data folder
BESIDE_SQLITE = ("", "-wal", "-shm", "-journal")


def make_private(folder: Path, database: str | None) -> None:
    """Make the folder, and shut it to others with all that the desk keeps there; `database` is SQLite's file.

    What an older version left open is shut too. A folder that is everybody's by its nature, like /tmp, stays
    so, and what belongs to somebody else cannot be changed and stays: no start fails for it.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder = folder.resolve()
    for tree in TREES:
        if _is_open(folder / tree):
            for path in _below(folder / tree):
                _shut(path)
            _shut(folder / tree)  # last: a walk that was interrupted is begun anew
    for end in BESIDE_SQLITE if database else ():
        _shut(Path(f"{database}{end}"))
    if not _mode(folder) & stat.S_ISVTX:
        _shut(folder)


def _below(tree: Path) -> Iterator[Path]:
    for parent, folders, files in os.walk(tree):
        yield from (Path(parent, name) for name in (*folders, *files))


def _is_open(path: Path) -> bool:
    return bool(_mode(path) & OTHERS)


def _shut(path: Path) -> None:
    mode = _mode(path)
    if mode & OTHERS:
        with contextlib.suppress(OSError):
            path.chmod(stat.S_IMODE(mode) & ~OTHERS)


def _mode(path: Path) -> int:
    """Of the thing itself, never of what a link points at; 0 when it is not there, or is a link."""
    with contextlib.suppress(OSError):
        mode = path.lstat().st_mode
        return 0 if stat.S_ISLNK(mode) else mode
    return 0
