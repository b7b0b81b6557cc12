"""Where tests keep their files: in memory, where there is room, so that no commit waits for a disk.

A power cut cannot hurt a test. What measures in full size keeps to the disk, as a shop does.
"""

import os
import shutil
from pathlib import Path

from tests import sizes

VARIABLE = "PYTEST_DEBUG_TEMPROOT"  # pytest's own: the folder above all its temporary ones
MEMORY = Path("/dev/shm")
ENOUGH = 2 * 1024**3  # bytes


def choose() -> None:
    """Say so to pytest, and to what it starts, unless somebody has said where."""
    if sizes.name() == "small" and _has_room(MEMORY):
        os.environ.setdefault(VARIABLE, str(MEMORY))


def chosen() -> str | None:
    """The folder for what is no file of pytest's; None: the machine's usual one."""
    return os.environ.get(VARIABLE)


def _has_room(folder: Path) -> bool:
    return folder.is_dir() and os.access(folder, os.W_OK) and shutil.disk_usage(folder).free >= ENOUGH
