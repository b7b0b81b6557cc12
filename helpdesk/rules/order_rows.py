"""Rows of an export as orders: rows with one number are one order, its blanks filled by its first row.

A row with a fault spoils its whole order, so that no order is half there. All faults are found at once.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from helpdesk.rules import order_files
from helpdesk.rules.column_maps import MOMENTS, NUMBERS, ColumnMap
from helpdesk.rules.order_cells import BadOrderError
from helpdesk.rules.order_files import Row, Table
from helpdesk.rules.order_numbers import normal
from helpdesk.rules.order_row_reading import OrderReading
from helpdesk.rules.orders import GivenOrder, is_number


@dataclass(frozen=True, slots=True)
class BadRow:
    line: int
    number: str  # of its order, "" when that is what is wrong
    says: str


@dataclass(frozen=True, slots=True)
class Understood:
    orders: tuple[GivenOrder, ...]
    lines_of: Mapping[str, int]  # compared number: the line where the order begins
    bad: tuple[BadRow, ...]

    def line_of(self, external_no: str) -> int:
        """Where the order of this number begins in the file."""
        return self.lines_of.get(normal(external_no), 0)


def missing_columns(table: Table, columns: ColumnMap) -> list[str]:
    """Headings without which nothing can be read, "A or B" each."""
    needed = ["external_no"] + ([] if columns.currency else ["currency"])
    return [
        " or ".join(columns.columns[name])
        for name in needed
        if not set(columns.columns[name]) & set(table.headings)
    ]


def understand(table: Table, columns: ColumnMap) -> Understood:
    """Orders and bad rows, both in the order of the file."""
    headings = {
        name: found
        for name, wanted in columns.columns.items()
        if (found := next((each for each in wanted if each in table.headings), None)) is not None
    }
    bad: list[BadRow] = []
    groups: dict[str, list[Row]] = {}
    spoiled: dict[str, list[str]] = {}  # what is said of rows of an order by themselves
    numbers = [row.cells.get(headings["external_no"], "") for row in table.rows]
    rounded = order_files.are_rounded(numbers)
    for row, number in zip(table.rows, numbers, strict=True):
        problems = list(_problems(row, headings, rounded=rounded))
        bad += [BadRow(row.line, number, says) for says in problems]
        groups.setdefault(normal(number), []).append(row)
        if problems:
            spoiled.setdefault(normal(number), []).extend(problems)
    orders = []
    for key, rows in groups.items():
        try:
            order = OrderReading(rows, headings, columns).read()
        except BadOrderError as error:
            said = spoiled.get(key, [])
            bad += [
                BadRow(fault.line or rows[0].line, numbers_of(rows, headings), str(fault))
                for fault in error.faults
                if not any(row.problem for row in rows) and not any(fault.heading in each for each in said)
            ]
            continue
        if key not in spoiled:
            orders.append(order)
    starts = {key: rows[0].line for key, rows in groups.items()}
    return Understood(tuple(orders), starts, tuple(sorted(bad, key=lambda each: each.line)))


def numbers_of(rows: Sequence[Row], headings: Mapping[str, str]) -> str:
    """The number as it is printed in the first row."""
    return rows[0].cells.get(headings["external_no"], "")


def _problems(row: Row, headings: Mapping[str, str], *, rounded: bool) -> Iterable[str]:
    """What is wrong with a row by itself."""
    if row.problem:
        yield row.problem
    spoiled = {
        name: says
        for name, heading in headings.items()
        if (
            says := order_files.spoiled(
                heading, row.cells.get(heading, ""), is_number=name in NUMBERS, is_moment=name in MOMENTS
            )
        )
    }
    yield from spoiled.values()
    if "external_no" in spoiled:
        return
    number = row.cells.get(headings["external_no"], "")
    if not normal(number):
        yield f"{headings['external_no']} is empty: an order needs its number"
    elif not is_number(number):
        yield f"{headings['external_no']} is no order number"
    elif rounded and order_files.are_rounded([number, number]):
        yield f"{headings['external_no']} ends in zeros: Excel has rounded it; {order_files.AGAIN}"
