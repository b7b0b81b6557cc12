"""The cells of one order as moments, amounts and words. Every fault is kept, and the rest is read on."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import TypeVar

from helpdesk.rules import money
from helpdesk.rules.claim_terms import OrderState
from helpdesk.rules.column_maps import ColumnMap
from helpdesk.rules.order_files import Row
from helpdesk.rules.orders import YEARS

SIGNS = re.compile(r"^(?:CN¥|RMB|US\$|[¥￥$€£])\s*|\s*(?:元|[A-Z]{3})$")
Read = TypeVar("Read")


class BadCellError(Exception):
    """`str()` names the column and says what is wrong; `line` is 0 when it is about the order as a whole."""

    def __init__(self, says: str, line: int = 0, *, heading: str = "") -> None:
        super().__init__(says)
        self.line, self.heading = line, heading


class BadOrderError(Exception):
    """All that is wrong with the cells of one order, each once."""

    def __init__(self, faults: Sequence[BadCellError]) -> None:
        super().__init__("; ".join(map(str, faults)))
        self.faults = tuple({(each.line, str(each)): each for each in faults}.values())


class OrderCells:
    """The rows that have one number, by the headings that the map knows."""

    def __init__(self, rows: Sequence[Row], headings: Mapping[str, str], columns: ColumnMap) -> None:
        self.rows, self.headings, self.columns = rows, headings, columns
        self.told: set[str] = {"external_no", "currency"}
        self.faults: list[BadCellError] = []
        self.currency = ""

    def _noted(self, read: Callable[[], Read], otherwise: Read) -> Read:
        """What is read, or `otherwise` once its fault is kept: the next fields are looked at all the same."""
        try:
            return read()
        except BadCellError as error:
            self.faults.append(error)
            return otherwise

    def _said(self, name: str, words: Mapping[str, OrderState]) -> OrderState | None:
        said = self._first(name)
        if not said:
            return None
        if said.casefold() in words:
            return words[said.casefold()]
        if said in list(OrderState):
            return OrderState(said)
        raise self._wrong(
            name, f"is {said!r}: add it to [{'states' if name == 'state' else name}] of the map"
        )

    def _moment(self, name: str) -> datetime | None:
        cell = self._first(name)
        if not cell:
            return None
        for form in (None, *self.columns.dates):
            try:
                found = datetime.fromisoformat(cell) if form is None else datetime.strptime(cell, form)  # noqa: DTZ007  its zone is looked at below
            except ValueError:
                continue
            if found.year not in YEARS:
                raise self._wrong(name, f"is {cell!r}: no day on which anything was sold")
            if found.tzinfo is not None:
                return found
            if self.columns.zone is not None:
                return found.replace(tzinfo=self.columns.zone)
            raise self._wrong(name, f"is {cell!r}: name the timezone in the map")
        raise self._wrong(name, f"is {cell!r}: no date in the forms of the map")

    def _amount_told(self, name: str) -> int | None:
        found = self._noted(partial(self._amount, name), None)
        if found is not None:
            self.told.add(f"{name}_minor")
        return found

    def _amount(self, name: str) -> int | None:
        row = next((row for row in self.rows if self._cell(row, name)), None)
        return self._line_amount(row, name) if row is not None else None

    def _amount_of(self, row: Row, name: str) -> int | None:
        return self._noted(partial(self._line_amount, row, name), None)

    def _line_amount(self, row: Row, name: str) -> int | None:
        cell = SIGNS.sub("", self._cell(row, name))
        if not cell or not self.currency:  # without a currency no amount is an amount: that is said already
            return None
        if name in ("discount", "line_discount"):
            cell = cell.removeprefix("-")
        try:
            return money.read_or_nothing(cell, self.currency).minor
        except money.AmountError as error:
            raise self._wrong(name, str(error), row.line) from error

    def _first(self, name: str) -> str:
        return next((cell for row in self.rows if (cell := self._cell(row, name))), "")

    def _cell(self, row: Row, name: str) -> str:
        heading = self.headings.get(name)
        return row.cells.get(heading, "") if heading is not None else ""

    def _wrong(self, name: str, says: str, line: int = 0) -> BadCellError:
        heading = self.headings.get(name, name)
        return BadCellError(f"{heading} {says}", line, heading=heading)
