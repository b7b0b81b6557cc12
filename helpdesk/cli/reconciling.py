"""`helpdesk reconcile FILE`: a statement of a bank or platform against the ledger of refunds."""

import json
from pathlib import Path

import click
from flask.cli import AppGroup, with_appcontext

from config import ROOT
from helpdesk import reconciling
from helpdesk.actions import conversation
from helpdesk.cli.refusing import FAILED, check_schema
from helpdesk.cli.shelves import Shelf
from helpdesk.reconciling import Reconciled
from helpdesk.rules import statement_files, statement_maps
from helpdesk.rules.order_files import UnreadableFileError
from helpdesk.rules.statements import Fate, Judged, Line

SHELF = Shelf(
    ROOT / "helpdesk" / "statement_maps",
    reconciling.OWN_MAPS,
    statement_maps.read,
    "helpdesk statements maps",
)
SAID = {
    Fate.SETTLED: "settled",
    Fate.KNOWN: "known",
    Fate.WAITS: "waits",
    Fate.DIFFERS: "differs",
    Fate.AGAIN: "twice?",
    Fate.OVER: "no money",
    Fate.SEVERAL: "several",
    Fate.NOTHING: "not ours",
}
statements = AppGroup("statements", help="How statements of banks and platforms are read.")


@click.command("reconcile")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--map", "wanted", required=True, help="A map by name (see `helpdesk statements maps`), or a .toml file."
)
@click.option("--dry-run", is_flag=True, help="Show what the statement would settle, and change nothing.")
@click.option("--json", "as_json", is_flag=True, help="The result as one JSON object.")
@with_appcontext
def reconcile(file: Path, wanted: str, dry_run: bool, as_json: bool) -> None:
    """Settle refunds by a statement in CSV, in UTF-8 or GB18030. Running it twice is safe.

    A line that carries a refund's key (in its remark or in the merchant's refund number) or its reference
    settles it, when sum and currency agree. Every other line is listed and kept for a lead, on the page of
    money. Each line stands for itself: one that cannot be read does not stop the others.

    Exit 0: all lines agree. 1: a line is listed, or cannot be read. 2: the file or the map cannot be used.
    """
    check_schema()
    path = SHELF.path(wanted)
    columns = SHELF.checked(path)
    content = file.read_bytes()
    try:
        statement = statement_files.read(content, columns)
    except UnreadableFileError as error:
        raise click.UsageError(f"{file}: {error}") from error
    done = reconciling.reconcile(
        statement, content, source=path.stem[:40], actor=conversation.CLOCK, write=not dry_run
    )
    click.echo(_as_json(done, written=not dry_run) if as_json else _as_text(done, written=not dry_run))
    if done.listed or done.bad:
        raise SystemExit(FAILED)


@statements.command("maps")
@click.argument("name", required=False)
@with_appcontext
def show_maps(name: str | None) -> None:
    """List the maps of statements, or print one: the beginning of a map of your own."""
    if name is not None:
        click.echo(SHELF.path(name).read_text(encoding="utf-8"), nl=False)
        return
    for path, whose, found in SHELF.every():
        click.echo(f"{path.stem:<20} {whose:<8} {found.title}")


@statements.command("save-map")
@click.argument("name")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def save_map(name: str, file: Path) -> None:
    """Check a map and keep it under a name, for `--map NAME`. One of your own with that name is replaced."""
    click.echo(f"kept as {SHELF.save(name, file)}")


def _as_json(done: Reconciled, *, written: bool) -> str:
    return json.dumps(
        {
            "written": written,
            **{str(fate): len(done.of(fate)) for fate in Fate},
            "others": done.others,
            "new": done.new,
            "bad": [{"line": each.line, "problem": each.says} for each in done.bad],
            "lines": [_line(*each) for each in done.told],
        },
        ensure_ascii=False,
    )


def _line(line: Line, judged: Judged) -> dict[str, object]:
    return {
        "line": line.line,
        "fate": judged.fate,
        "keys": list(line.keys),
        "reference": line.reference,
        "amount": str(line.amount),
        "says": judged.says,
    }


def _as_text(done: Reconciled, *, written: bool) -> str:
    shown = [*done.of(Fate.SETTLED), *done.listed]
    lines = [
        f"{SAID[judged.fate]:<10}line {line.line:<6} {line.amount!s:>16}  "
        f"{' '.join(line.keys) or line.reference:<24} {judged.says}".rstrip()
        for line, judged in shown
    ]
    lines += [f"{'bad':<10}line {each.line:<6} {each.says}" for each in done.bad]
    lines += ["", *(f"{SAID[fate]:<10}{len(done.of(fate)):>7}" for fate in Fate if done.of(fate))]
    lines += [f"{'others':<10}{done.others:>7}"] if done.others else []
    lines += [f"{'bad':<10}{len(done.bad):>7}"] if done.bad else []
    if not written:
        lines.append("Nothing was written.")
    elif done.new:
        are_kept = "1 line is kept" if done.new == 1 else f"{done.new} lines are kept"
        lines.append(f"{are_kept} for a lead, on the page of money.")
    return "\n".join(lines).strip("\n")


COMMANDS = (reconcile, statements)
