"""Column maps on the command line: those that came along, and the shop's own as files in the data folder.

They are files and no rows, so that they can be edited, compared and backed up with the rest of the folder.
"""

import re
from dataclasses import replace
from pathlib import Path

import click
from flask.cli import with_appcontext

from config import ROOT
from helpdesk.current import current_settings
from helpdesk.rules import column_maps as rules
from helpdesk.rules.column_maps import ColumnMap
from helpdesk.rules.order_json import SOURCE
from helpdesk.rules.orders import FaultsError

SHIPPED = ROOT / "helpdesk" / "column_maps"
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


def chosen(wanted: str, source: str = "") -> ColumnMap:
    """The map of this name, or in this file. Raises click.UsageError with every fault."""
    if source and not SOURCE.fullmatch(source):
        raise click.UsageError("--source is 1 to 40 of a-z, 0-9, point, hyphen and underscore")
    found = _read(_path(wanted))
    return replace(found, source=source) if source else found


@click.command("maps")
@click.argument("name", required=False)
@with_appcontext
def show_maps(name: str | None) -> None:
    """List the column maps, or print one: the beginning of a map of your own."""
    if name is not None:
        click.echo(_path(name).read_text(encoding="utf-8"), nl=False)
        return
    for path in (*sorted(SHIPPED.glob("*.toml")), *sorted(_own_folder().glob("*.toml"))):
        whose = "own" if path.parent == _own_folder() else "shipped"
        click.echo(f"{path.stem:<20} {whose:<8} {_read(path).title}")


@click.command("save-map")
@click.argument("name")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def save_map(name: str, file: Path) -> None:
    """Check a map and keep it under a name, for `--map NAME`. One of your own with that name is replaced."""
    if not NAME.fullmatch(name):
        raise click.UsageError(f"{name!r} is no name for a map: 1 to 40 of a-z, 0-9, hyphen and underscore")
    if (SHIPPED / f"{name}.toml").exists():
        raise click.UsageError(f"{name} came along with the desk: choose another name")
    _read(file)
    folder = _own_folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    kept, beside = folder / f"{name}.toml", folder / f".{name}.toml"
    beside.write_bytes(file.read_bytes())
    beside.replace(kept)  # a half-written map never stands under the name
    click.echo(f"kept as {kept}")


def _own_folder() -> Path:
    return current_settings().data_dir / "column_maps"


def _path(wanted: str) -> Path:
    if NAME.fullmatch(wanted):
        for folder in (_own_folder(), SHIPPED):
            if (folder / f"{wanted}.toml").is_file():
                return folder / f"{wanted}.toml"
    if wanted.endswith(".toml") and Path(wanted).is_file():
        return Path(wanted)
    raise click.UsageError(f"there is no map {wanted!r}: see `helpdesk orders maps`, or name a .toml file")


def _read(path: Path) -> ColumnMap:
    try:
        return rules.read(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise click.UsageError(f"{path}: this is not UTF-8") from error
    except FaultsError as error:
        told = "".join(f"\n  {fault.path or 'file'}: {fault.says}" for fault in error.faults)
        raise click.UsageError(f"{path} is no column map:{told}") from error
