"""One order out of its rows of an export: cells become moments, amounts and states, by the column map."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from helpdesk.rules import money
from helpdesk.rules.claim_terms import OrderState
from helpdesk.rules.column_maps import LINE_FIELDS, MOMENTS, ColumnMap
from helpdesk.rules.order_files import Row
from helpdesk.rules.orders import (
    LONGEST,
    MOST_MINOR,
    MOST_QUANTITY,
    YEARS,
    GivenLine,
    GivenOrder,
    GivenPayment,
    GivenShipment,
    is_email,
    share_discount,
    state_of,
)

SIGNS = re.compile(r"^(?:CN¥|RMB|US\$|[¥￥$€£])\s*|\s*(?:元|[A-Z]{3})$")
HAN = re.compile("[\u4e00-\u9fff]")
# Fields of the order that a cell tells of under the same name.
_SAME = ("ordered_at", "paid_at", "shipped_at", "delivered_at")


class BadCellError(Exception):
    """`str()` names the column and says what is wrong; `line` is 0 when it is about the order as a whole."""

    def __init__(self, says: str, line: int = 0) -> None:
        super().__init__(says)
        self.line = line


class OrderReading:
    """One order, out of the rows that have its number."""

    def __init__(self, rows: Sequence[Row], headings: Mapping[str, str], columns: ColumnMap) -> None:
        self.rows, self.headings, self.columns = rows, headings, columns
        self.told: set[str] = {"external_no", "currency"}

    def read(self) -> GivenOrder:
        """The order. Raises BadCellError."""
        self.currency = (self._first("currency") or self.columns.currency).upper()
        if not self.currency:
            raise self._wrong("currency", "is empty: in which currency was it paid?")
        try:
            money.exponent_of(self.currency)
        except money.AmountError as error:
            raise self._wrong("currency", str(error)) from error
        moments = {name: self._moment(name) for name in MOMENTS}
        shipping = self._amount_told("shipping_paid")
        standard = self._amount_told("shipping_standard")
        if "shipping_paid_minor" in self.told:
            self.told.add("shipping_standard_minor")
        lines = self._lines()
        state = self._state(moments)
        given_texts = {
            "buyer_name": self._text("buyer_name"),
            "platform_id": self._text("platform_id"),
            "ship_country": self._country(),
            "ship_region": self._region(),
            "phone_last4": self._phone(),
        }
        self.told |= {name for name, text in given_texts.items() if text}
        self.told |= {name for name in _SAME if moments.get(name) is not None}
        emails = self._emails()
        payments = self._payments(moments["paid_at"], lines, shipping or 0, state)
        shipments = self._shipments(moments)
        for name, parts in (
            ("emails", emails), ("lines", lines), ("payments", payments), ("shipments", shipments),
        ):  # fmt: skip
            if parts:
                self.told.add(name)
        return GivenOrder(
            source=self.columns.source,
            external_no=self._first("external_no"),
            currency=self.currency,
            state=state,
            ordered_at=moments["ordered_at"],
            paid_at=moments["paid_at"],
            shipped_at=moments["shipped_at"],
            delivered_at=moments["delivered_at"],
            told_at=moments["updated_at"],
            shipping_paid_minor=shipping or 0,
            shipping_standard_minor=shipping or 0 if standard is None else standard,
            fees_minor=self._amount_told("fees") or 0,
            discount_minor=self._amount_told("discount") or 0,
            **given_texts,
            emails=emails,
            lines=lines,
            payments=payments,
            shipments=shipments,
            told=frozenset(self.told),
        )

    def _lines(self) -> tuple[GivenLine, ...]:
        rows = [row for row in self.rows if any(self._cell(row, name) for name in LINE_FIELDS)]
        if not rows:
            return ()
        quantities = [self._quantity(row) for row in rows]
        units = [self._line_amount(row, "unit_price") for row in rows]
        paid = [self._line_amount(row, "line_paid") for row in rows]
        if any(unit is None and line is None for unit, line in zip(units, paid, strict=True)):
            net = self._by_goods_paid(quantities)
        else:
            gross = [
                max(0, (unit or 0) * quantity - (self._line_amount(row, "line_discount") or 0))
                for row, unit, quantity in zip(rows, units, quantities, strict=True)
            ]
            net = self._after_discount(gross) if not any(each is not None for each in paid) else gross
        for row, quantity, line, part in zip(rows, quantities, paid, net, strict=True):
            if (part if line is None else line) * max(quantity, 1) > MOST_MINOR:
                raise self._wrong("quantity", "at this price is more than can be counted", row.line)
        return tuple(
            GivenLine(
                sku=self._cell(row, "sku")[: LONGEST["sku"]],
                title=self._cell(row, "title")[: LONGEST["title"]],
                category=self._cell(row, "category")[: LONGEST["category"]],
                tags=tuple(tag for tag in re.split(r"[,;，；]\s*", self._cell(row, "tags")) if tag)[:50],
                quantity=quantity,
                unit_paid_minor=unit if unit is not None else (line or part) // max(quantity, 1),
                line_paid_minor=line if line is not None else part,
                cost_minor=self._line_amount(row, "cost"),
            )
            for row, quantity, unit, line, part in zip(rows, quantities, units, paid, net, strict=True)
        )

    def _by_goods_paid(self, quantities: list[int]) -> list[int]:
        """Only the goods' sum is known: it is spread by how many there are."""
        goods = self._amount("goods_paid")
        if goods is None:
            raise self._wrong("unit_price", "is empty: what did it cost?")
        return money.spread(goods, quantities)

    def _after_discount(self, gross: list[int]) -> list[int]:
        goods = self._amount("goods_paid")
        discount = self._amount("discount") or (max(0, sum(gross) - goods) if goods is not None else 0)
        try:
            return share_discount(gross, discount)
        except ValueError as error:
            raise self._wrong("discount", str(error)) from error

    def _payments(
        self, paid_at: datetime | None, lines: Sequence[GivenLine], shipping: int, state: OrderState
    ) -> tuple[GivenPayment, ...]:
        captured = self._amount("captured")
        if captured is None and paid_at is not None and lines:
            captured = sum(line.line_paid_minor for line in lines) + shipping
        if not captured or state is OrderState.UNPAID:
            return ()
        refunded = self._amount("refunded") or 0
        if refunded > captured:
            raise self._wrong("refunded", "is more than was paid")
        return (
            GivenPayment(
                gateway=(self._first("gateway") or self.columns.gateway)[: LONGEST["gateway"]],
                reference=self._first("payment_reference")[: LONGEST["reference"]],
                method=self._first("method")[: LONGEST["method"]],
                captured_minor=captured,
                refunded_minor=refunded,
                currency=self.currency,
                paid_at=paid_at,
            ),
        )

    def _shipments(self, moments: Mapping[str, datetime | None]) -> tuple[GivenShipment, ...]:
        found = {self._cell(row, "tracking"): self._cell(row, "carrier") for row in reversed(self.rows)}
        return tuple(
            GivenShipment(
                carrier=carrier[: LONGEST["carrier"]],
                tracking=tracking[: LONGEST["tracking"]],
                shipped_at=moments["shipped_at"],
                delivered_at=moments["delivered_at"],
            )
            for tracking, carrier in reversed(found.items())
            if tracking
        )

    def _state(self, moments: Mapping[str, datetime | None]) -> OrderState:
        said = self._said("state", self.columns.states)
        moved = self._said("fulfilment", self.columns.fulfilment)
        if said is not None or moved is not None or any(moments[name] for name in MOMENTS[1:5]):
            self.told.add("state")
        return state_of(
            moved if moved is not None and said in (None, OrderState.PAID) else said,
            paid=moments["paid_at"] is not None,
            shipped=moments["shipped_at"] is not None,
            delivered=moments["delivered_at"] is not None,
            canceled=moments["canceled_at"] is not None,
        )

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

    def _quantity(self, row: Row) -> int:
        cell = self._cell(row, "quantity").removesuffix(".0")
        if not cell:
            return 1
        if cell.isascii() and cell.isdigit() and int(cell) <= MOST_QUANTITY:
            return int(cell)
        raise self._wrong("quantity", f"is {cell!r}: a whole number is needed", row.line)

    def _amount_told(self, name: str) -> int | None:
        found = self._amount(name)
        if found is not None:
            self.told.add(f"{name}_minor")
        return found

    def _amount(self, name: str) -> int | None:
        row = next((row for row in self.rows if self._cell(row, name)), None)
        return self._line_amount(row, name) if row is not None else None

    def _line_amount(self, row: Row, name: str) -> int | None:
        cell = SIGNS.sub("", self._cell(row, name))
        if not cell:
            return None
        if name in ("discount", "line_discount"):
            cell = cell.removeprefix("-")
        try:
            return money.read_or_nothing(cell, self.currency).minor
        except money.AmountError as error:
            raise self._wrong(name, str(error), row.line) from error

    def _emails(self) -> tuple[str, ...]:
        found = dict.fromkeys(cell for row in self.rows if (cell := self._cell(row, "email")))
        for each in found:
            if not is_email(each):
                raise self._wrong("email", f"is {each!r}: this is no address")
        return tuple(found)

    def _phone(self) -> str:
        """Its last four digits: more of it is not needed to tell a buyer."""
        digits = "".join(char for char in self._first("phone") if char in "0123456789")
        return digits[-4:] if len(digits) >= 7 else ""

    def _country(self) -> str:
        said = self._first("ship_country").upper()
        return said if re.fullmatch("[A-Z]{2}", said) else self.columns.country

    def _region(self) -> str:
        """Of a whole address in Chinese only its first word, the province."""
        said = self._text("ship_region")
        return said.split()[0] if said and HAN.search(said) else said

    def _text(self, name: str) -> str:
        return self._first(name)[: LONGEST[name]]

    def _first(self, name: str) -> str:
        return next((cell for row in self.rows if (cell := self._cell(row, name))), "")

    def _cell(self, row: Row, name: str) -> str:
        heading = self.headings.get(name)
        return row.cells.get(heading, "") if heading is not None else ""

    def _wrong(self, name: str, says: str, line: int = 0) -> BadCellError:
        return BadCellError(f"{self.headings.get(name, name)} {says}", line)
