"""Column maps of orders on the command line: chosen, listed, printed and saved."""

from dataclasses import replace
from pathlib import Path

import click
from flask.cli import with_appcontext

from config import ROOT
from helpdesk.cli.shelves import Shelf
from helpdesk.rules import column_maps as rules
from helpdesk.rules.column_maps import ColumnMap
from helpdesk.rules.order_json import SOURCE

SHELF = Shelf(ROOT / "helpdesk" / "column_maps", "column_maps", rules.read, "helpdesk orders maps")


def chosen(wanted: str, source: str = "") -> ColumnMap:
    """The map of this name, or in this file. Raises click.UsageError with every fault."""
    if source and not SOURCE.fullmatch(source):
        raise click.UsageError("--source is 1 to 40 of a-z, 0-9, point, hyphen and underscore")
    found = SHELF.chosen(wanted)
    return replace(found, source=source) if source else found


@click.command("maps")
@click.argument("name", required=False)
@with_appcontext
def show_maps(name: str | None) -> None:
    """List the column maps, or print one: the beginning of a map of your own."""
    if name is not None:
        click.echo(SHELF.path(name).read_text(encoding="utf-8"), nl=False)
        return
    for path, whose, found in SHELF.every():
        click.echo(f"{path.stem:<20} {whose:<8} {found.title}")


@click.command("save-map")
@click.argument("name")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def save_map(name: str, file: Path) -> None:
    """Check a map and keep it under a name, for `--map NAME`. One of your own with that name is replaced."""
    click.echo(f"kept as {SHELF.save(name, file)}")
