"""A statement as CSV: its preamble passed over, its refunds read, every line that cannot be read named.

Platforms put words before the headings and sums below the lines, a backtick or a tab at numbers so that Excel
leaves them alone, and charsets of their own.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from helpdesk.rules import money, order_files
from helpdesk.rules.money import AmountError, Money
from helpdesk.rules.order_files import UnreadableFileError
from helpdesk.rules.statement_maps import StatementMap
from helpdesk.rules.statements import Line

PREAMBLE = 60  # lines that may stand before the headings
NUMBERS = ("key", "reference", "payment")
LONGEST = {"key": 64, "reference": 120, "payment": 120, "remark": 300}


class BadLineError(Exception):
    """A line that cannot be read; `str()` says why."""


@dataclass(frozen=True, slots=True)
class Bad:
    line: int
    says: str


@dataclass(frozen=True, slots=True)
class Statement:
    lines: tuple[Line, ...]
    bad: tuple[Bad, ...]
    others: int  # lines that are no refunds, or whose money has not left
    encoding: str


def read(content: bytes, columns: StatementMap) -> Statement:
    """All lines of a file. Raises UnreadableFileError."""
    text, encoding = order_files.decode(content)
    rows = list(_rows(text, columns))
    headings, below = _headings(rows, columns)
    lines: list[Line] = []
    bad: list[Bad] = []
    others = 0
    for number, cells in below:
        if not any(cells) or cells[0].startswith("#"):
            continue
        if any(cells[0].startswith(word) for word in columns.ends):
            break
        try:
            found = _line(number, {name: _cell(cells, at) for name, at in headings.items()}, columns)
        except (BadLineError, AmountError) as error:
            bad.append(Bad(number, str(error)))
            continue
        if found is None:
            others += 1
        else:
            lines.append(found)
    return Statement(tuple(lines), tuple(bad), others, encoding)


def _rows(text: str, columns: StatementMap) -> list[tuple[int, list[str]]]:
    """(line of the file, its cells), cleaned."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text, columns))
    rows: list[tuple[int, list[str]]] = []
    line = 0
    try:
        for values in reader:
            begins, line = line + 1, reader.line_num
            rows.append((begins, [order_files.clean(value).strip("`").strip() for value in values]))
    except csv.Error as error:
        raise UnreadableFileError(f"line {reader.line_num}: {error}; is a quotation mark missing?") from error
    return rows


def _headings(
    rows: Sequence[tuple[int, list[str]]], columns: StatementMap
) -> tuple[dict[str, int], Sequence[tuple[int, list[str]]]]:
    """Our fields with their places, and the rows below the line of headings."""
    for place, (_, cells) in enumerate(rows[:PREAMBLE]):
        if not set(columns.columns["amount"]) & set(cells):
            continue
        found = {
            name: next(cells.index(each) for each in headings if each in cells)
            for name, headings in columns.columns.items()
            if set(headings) & set(cells)
        }
        if "currency" in found or columns.currency:
            return found, rows[place + 1 :]
    wanted = " or ".join(columns.columns["amount"])
    raise UnreadableFileError(f"this has no line of headings with {wanted}: is it another kind of statement?")


def _line(number: int, cells: Mapping[str, str], columns: StatementMap) -> Line | None:
    """None for a line that is no refund, or whose money has not left."""
    if columns.kinds and cells.get("kind", "").casefold() not in columns.kinds:
        return None
    if columns.done and cells.get("state", "").casefold() not in columns.done:
        return None
    for name in NUMBERS:
        spoiled = order_files.spoiled(name, cells.get(name, ""), is_number=True, is_moment=False)
        if spoiled:
            raise BadLineError(spoiled)
    typed = cells["amount"].replace("¥", "").replace("￥", "").strip()
    below = typed.startswith(("-", "−"))
    if columns.outgoing == "negative" and not below:
        return None
    currency = (cells.get("currency", "") or columns.currency).upper()
    amount = money.read_or_nothing(typed.lstrip("+-−"), WORDS.get(currency, currency))
    if not amount.minor:
        return None
    return Line(
        line=number,
        amount=Money(amount.minor, amount.currency),
        happened_at=_moment(cells.get("happened_at", ""), columns),
        **{name: cells.get(name, "")[:longest] for name, longest in LONGEST.items()},
    )


WORDS = {"人民币": "CNY", "RMB": "CNY", "美元": "USD", "欧元": "EUR", "港币": "HKD"}


def _moment(cell: str, columns: StatementMap) -> datetime | None:
    if not cell:
        return None
    for form in (None, *columns.dates):
        try:
            found = datetime.fromisoformat(cell) if form is None else datetime.strptime(cell, form)  # noqa: DTZ007  its zone is looked at below
        except ValueError:
            continue
        if found.tzinfo is not None:
            return found
        if columns.zone is not None:
            return found.replace(tzinfo=columns.zone)
        raise BadLineError(f"{cell!r} has no time zone: name it in the map")
    raise BadLineError(f"{cell!r} is no date in the forms of the map")


def _cell(cells: Sequence[str], at: int) -> str:
    return cells[at] if at < len(cells) else ""


def _delimiter(text: str, columns: StatementMap) -> str:
    """Of the line of headings: the words before it may hold anything."""
    lines = text[:100_000].splitlines()[:PREAMBLE]
    heading = next(
        (line for line in lines if any(each in line for each in columns.columns["amount"])),
        lines[0] if lines else "",
    )
    return max(",;\t", key=heading.count)
