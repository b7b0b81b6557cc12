"""Maps of columns on the command line: those that came along, and the shop's own as files in the data folder.

They are files and no rows, so that they can be edited, compared and backed up with the rest of the folder.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

import click

from helpdesk.current import current_settings
from helpdesk.rules.orders import FaultsError

Map = TypeVar("Map")
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


@dataclass(frozen=True, slots=True)
class Shelf(Generic[Map]):
    """Maps of one kind by name."""

    shipped: Path
    own: str  # the folder's name in the data folder
    read: Callable[[str], Map]  # raises FaultsError
    command: str  # that lists them

    def chosen(self, wanted: str) -> Map:
        """The map of this name, or in this file. Raises click.UsageError with every fault."""
        return self.checked(self.path(wanted))

    def every(self) -> Iterator[tuple[Path, str, Map]]:
        """All of them with whose they are: "shipped", "own"."""
        for path in (*sorted(self.shipped.glob("*.toml")), *sorted(self._own().glob("*.toml"))):
            yield path, "own" if path.parent == self._own() else "shipped", self.checked(path)

    def path(self, wanted: str) -> Path:
        """The file of a map. Raises click.UsageError."""
        if NAME.fullmatch(wanted):
            for folder in (self._own(), self.shipped):
                if (folder / f"{wanted}.toml").is_file():
                    return folder / f"{wanted}.toml"
        if wanted.endswith(".toml") and Path(wanted).is_file():
            return Path(wanted)
        raise click.UsageError(f"there is no map {wanted!r}: see `{self.command}`, or name a .toml file")

    def checked(self, path: Path) -> Map:
        """The map in this file. Raises click.UsageError with every fault."""
        try:
            return self.read(path.read_text(encoding="utf-8"))
        except UnicodeDecodeError as error:
            raise click.UsageError(f"{path}: this is not UTF-8") from error
        except FaultsError as error:
            told = "".join(f"\n  {fault.path or 'file'}: {fault.says}" for fault in error.faults)
            raise click.UsageError(f"{path} is no column map:{told}") from error

    def save(self, name: str, file: Path) -> Path:
        """Check a map and keep it under a name; one of the shop's own with that name is replaced."""
        if not NAME.fullmatch(name):
            raise click.UsageError(
                f"{name!r} is no name for a map: 1 to 40 of a-z, 0-9, hyphen and underscore"
            )
        if (self.shipped / f"{name}.toml").exists():
            raise click.UsageError(f"{name} came along with the desk: choose another name")
        self.checked(file)
        folder = self._own()
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        kept, beside = folder / f"{name}.toml", folder / f".{name}.toml"
        beside.write_bytes(file.read_bytes())
        beside.replace(kept)  # a half-written map never stands under the name
        return kept

    def _own(self) -> Path:
        return current_settings().data_dir / self.own
