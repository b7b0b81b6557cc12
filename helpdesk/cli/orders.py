"""`helpdesk orders ...`: take orders from exports, by column maps that can be seen, saved and changed."""

import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
from flask.cli import AppGroup, with_appcontext

from helpdesk import clock
from helpdesk.actions import orders as actions
from helpdesk.actions.orders import BATCH, Outcome, Saved
from helpdesk.cli import column_maps
from helpdesk.cli.refusing import FAILED, check_schema
from helpdesk.db import reading, transaction
from helpdesk.rules import order_files, order_rows
from helpdesk.rules.order_files import UnreadableFileError
from helpdesk.rules.order_rows import BadRow, Understood
from helpdesk.rules.orders import GivenOrder

SHOWN = 40  # lines of a list at a terminal; --json has them all
orders = AppGroup(
    "orders", help="What the shop sold: import exports of Taobao, Shopify, WooCommerce and others."
)


@orders.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--map", "wanted", required=True, help="A map by name (see `helpdesk orders maps`), or a .toml file."
)
@click.option("--source", default="", help="Another name for the source, where several shops use one map.")
@click.option("--dry-run", is_flag=True, help="Show what would change, and change nothing.")
@click.option("--skip-bad", is_flag=True, help="Take the good orders although others are bad.")
@click.option("--json", "as_json", is_flag=True, help="The result as one JSON object.")
@with_appcontext
def import_orders(file: Path, wanted: str, source: str, dry_run: bool, skip_bad: bool, as_json: bool) -> None:
    """Take orders from a CSV export, in UTF-8 or GB18030. Running it twice is safe.

    The whole file is checked before anything is written. When a row is bad nothing is written, unless
    --skip-bad is given; then the orders without a bad row are taken, each as a whole.

    Exit 0: all rows are in. 1: some row is bad or was refused. 2: the file or the map cannot be used.
    """
    check_schema()
    columns = column_maps.chosen(wanted, source)
    try:
        table = order_files.read(file.read_bytes())
    except UnreadableFileError as error:
        raise click.UsageError(f"{file}: {error}") from error
    if missing := order_rows.missing_columns(table, columns):
        raise click.UsageError(
            f"{file} has no column {', '.join(missing)}; it has {', '.join(table.headings[:60])}"
        )
    understood = order_rows.understand(table, columns)
    compared = list(_compared(understood.orders))
    bad = [*understood.bad, *_refused(compared, understood)]
    writes = not dry_run and (skip_bad or not bad)
    saved = compared if not writes else list(_saved(understood.orders, by=f"import:{file.name}"[:200]))
    if writes:
        bad = [*understood.bad, *_refused(saved, understood)]
    result = _result(saved, bad, encoding=table.encoding, rows=len(table.rows), written=writes)
    click.echo(json.dumps(result, ensure_ascii=False) if as_json else _as_text(saved, bad, written=writes))
    if bad:
        raise SystemExit(FAILED)


def _compared(given: Sequence[GivenOrder]) -> Iterator[Saved]:
    for batch in _batches(given, "comparing"):
        with reading() as session:
            yield from actions.compare(session, batch)


def _saved(given: Sequence[GivenOrder], *, by: str) -> Iterator[Saved]:
    """Batch by batch, each order whole: stopped in the middle, the same command takes up the rest."""
    for batch in _batches(given, "importing"):
        with transaction() as session:
            saved = actions.save(session, batch, by=by, at=clock.now())
        yield from saved


def _batches(given: Sequence[GivenOrder], label: str) -> Iterator[Sequence[GivenOrder]]:
    hidden = not sys.stderr.isatty()
    with click.progressbar(length=len(given), label=label, file=sys.stderr, hidden=hidden) as bar:
        for start in range(0, len(given), BATCH):
            batch = given[start : start + BATCH]
            yield batch
            bar.update(len(batch))


def _refused(saved: Sequence[Saved], understood: Understood) -> list[BadRow]:
    """What contradicts the desk's own record, as rows of the file."""
    return [
        BadRow(understood.line_of(each.external_no), each.external_no, each.problem)
        for each in saved
        if each.outcome is Outcome.REFUSED
    ]


def _result(
    saved: Sequence[Saved], bad: Sequence[BadRow], *, encoding: str, rows: int, written: bool
) -> dict[str, object]:
    counts = Counter(each.outcome for each in saved)
    return {
        "written": written,
        "encoding": encoding,
        "rows": rows,
        **{str(outcome): counts[outcome] for outcome in Outcome},
        "bad": [{"line": each.line, "order": each.number, "problem": each.says} for each in bad],
        "orders": [
            {"order": each.external_no, "outcome": each.outcome, "changes": dict(each.changes)}
            for each in saved
            if each.outcome in (Outcome.NEW, Outcome.CHANGED, Outcome.OLDER)
        ],
    }


def _as_text(saved: Sequence[Saved], bad: Sequence[BadRow], *, written: bool) -> str:
    counts = Counter(each.outcome for each in saved)
    lines = [
        *_beginning([_change(each) for each in saved if each.outcome is Outcome.CHANGED]),
        *_beginning([f"new      {each.external_no}" for each in saved if each.outcome is Outcome.NEW]),
        *_beginning([f"bad      line {row.line:<6} {row.number:<24} {row.says}" for row in bad]),
    ]
    lines += ["", *(f"{outcome:<10}{counts[outcome]:>7}" for outcome in Outcome if counts[outcome])]
    lines.append(f"{'bad rows':<10}{len(bad):>7}")
    if not written:
        lines.append("Nothing was written." + (" With --skip-bad the other orders are taken." if bad else ""))
    return "\n".join(lines).strip("\n")


def _change(each: Saved) -> str:
    told = (f"{name}: {_short(before)} -> {_short(after)}" for name, (before, after) in each.changes.items())
    return f"changed  {each.external_no:<24} {', '.join(told)}"


def _beginning(lines: list[str]) -> list[str]:
    """The first of them, and how many more there are."""
    if len(lines) <= SHOWN:
        return lines
    return [*lines[:SHOWN], f"         ... and {len(lines) - SHOWN} more like this: --json lists them all"]


def _short(value: object) -> str:
    said = "nothing" if value in (None, "") else json.dumps(value, ensure_ascii=False).strip('"')
    return said if len(said) <= 40 else f"{said[:39]}…"


orders.add_command(column_maps.show_maps)
orders.add_command(column_maps.save_map)
COMMANDS = (orders,)
