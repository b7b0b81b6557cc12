"""One order out of its rows of an export: cells become moments, amounts and states, by the column map."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial

from helpdesk.rules import money
from helpdesk.rules.claim_terms import OrderState
from helpdesk.rules.column_maps import LINE_FIELDS, MOMENTS
from helpdesk.rules.order_cells import BadOrderError, OrderCells
from helpdesk.rules.order_files import Row
from helpdesk.rules.orders import (
    LONGEST,
    MOST_MINOR,
    MOST_QUANTITY,
    GivenLine,
    GivenOrder,
    GivenPayment,
    GivenShipment,
    is_email,
    share_discount,
    state_of,
)

HAN = re.compile("[\u4e00-\u9fff]")
# Fields of the order that a cell tells of under the same name.
_SAME = ("ordered_at", "paid_at", "shipped_at", "delivered_at")


NO_LINES: tuple[GivenLine, ...] = ()
NO_PAYMENTS: tuple[GivenPayment, ...] = ()


class OrderReading(OrderCells):
    """One order, out of the rows that have its number."""

    def read(self) -> GivenOrder:
        """The order. Raises BadOrderError with every fault."""
        self.currency = self._noted(self._currency, "")
        moments = {name: self._noted(partial(self._moment, name), None) for name in MOMENTS}
        shipping = self._amount_told("shipping_paid")
        standard = self._amount_told("shipping_standard")
        if "shipping_paid_minor" in self.told:
            self.told.add("shipping_standard_minor")
        lines = self._noted(self._lines, NO_LINES)
        state = self._noted(partial(self._state, moments), OrderState.PAID)
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
        pay = partial(self._payments, moments["paid_at"], lines, shipping or 0, state)
        payments = self._noted(pay, NO_PAYMENTS)
        shipments = self._shipments(moments)
        for name, parts in (
            ("emails", emails), ("lines", lines), ("payments", payments), ("shipments", shipments),
        ):  # fmt: skip
            if parts:
                self.told.add(name)
        fees, discount = self._amount_told("fees") or 0, self._amount_told("discount") or 0
        if self.faults:
            raise BadOrderError(self.faults)
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
            fees_minor=fees,
            discount_minor=discount,
            **given_texts,
            emails=emails,
            lines=lines,
            payments=payments,
            shipments=shipments,
            told=frozenset(self.told),
        )

    def _currency(self) -> str:
        currency = (self._first("currency") or self.columns.currency).upper()
        if not currency:
            raise self._wrong("currency", "is empty: in which currency was it paid?")
        try:
            money.exponent_of(currency)
        except money.AmountError as error:
            raise self._wrong("currency", str(error)) from error
        return currency

    def _lines(self) -> tuple[GivenLine, ...]:
        rows = [row for row in self.rows if any(self._cell(row, name) for name in LINE_FIELDS)]
        if not rows:
            return ()
        before = len(self.faults)
        quantities = [self._noted(partial(self._quantity, row), 1) for row in rows]
        units = [self._amount_of(row, "unit_price") for row in rows]
        paid = [self._amount_of(row, "line_paid") for row in rows]
        costs = [self._amount_of(row, "cost") for row in rows]
        discounts = [self._amount_of(row, "line_discount") or 0 for row in rows]
        if len(self.faults) > before or not self.currency:
            return ()  # what is computed of these would only be wrong again
        if any(unit is None and line is None for unit, line in zip(units, paid, strict=True)):
            net = self._by_goods_paid(quantities)
        else:
            gross = [
                max(0, (unit or 0) * quantity - discount)
                for unit, quantity, discount in zip(units, quantities, discounts, strict=True)
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
                cost_minor=cost,
            )
            for row, quantity, unit, line, part, cost in zip(
                rows, quantities, units, paid, net, costs, strict=True
            )
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

    def _quantity(self, row: Row) -> int:
        cell = self._cell(row, "quantity").removesuffix(".0")
        if not cell:
            return 1
        if cell.isascii() and cell.isdigit() and int(cell) <= MOST_QUANTITY:
            return int(cell)
        raise self._wrong("quantity", f"is {cell!r}: a whole number is needed", row.line)

    def _emails(self) -> tuple[str, ...]:
        found = dict.fromkeys(cell for row in self.rows if (cell := self._cell(row, "email")))
        bad = [each for each in found if not is_email(each)]
        self.faults += [self._wrong("email", f"is {each!r}: this is no address") for each in bad]
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
