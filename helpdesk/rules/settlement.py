"""What is left to give on an order, and how a sum is spread over what was paid.

A unit is made good once: by money, by goods or by a coupon. So what is left of a line is the price of the
units that no goods or coupon have replaced, less the money that was given for it. Amounts in minor units.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from helpdesk.rules.money import spread


class SettlementError(Exception):
    """More than is left; `str()` is a sentence for the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineLeft:
    """One order line as a claim looks at it."""

    line: int  # its id
    quantity: int  # bought
    paid: int  # for all of them
    claimed: int  # units that the claim is about
    compensated: int = 0  # units replaced by goods or a coupon
    given: int = 0  # money given or promised for the line

    @property
    def units(self) -> int:
        """Claimed units that nothing has replaced yet."""
        return max(min(self.claimed, self.quantity - self.compensated), 0)

    @property
    def money(self) -> int:
        """What may still go back for the claimed units. Never above what keeps the line's own balance."""
        if not self.quantity:
            return 0
        of_line = self.paid * (self.quantity - self.compensated) // self.quantity - self.given
        of_claim = -(-self.paid * self.units // self.quantity)  # the odd unit goes to the buyer
        return max(min(of_line, of_claim), 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """What of one remedy is for what: money by order line, postage and payment, goods by order line."""

    lines: tuple[tuple[int, int], ...] = ()  # (order line, minor units)
    goods: tuple[tuple[int, int], ...] = ()  # (order line, units)
    shipping: int = 0
    payments: tuple[tuple[int, int], ...] = ()  # (payment, minor units)
    deducted: tuple[tuple[int, int], ...] = ()  # (order line, minor units kept back); `lines` is without it

    @property
    def money(self) -> int:
        return sum(minor for _, minor in self.lines) + self.shipping

    def to_json(self) -> dict[str, object]:
        return {
            "lines": [list(each) for each in self.lines],
            "goods": [list(each) for each in self.goods],
            "shipping": self.shipping,
            "payments": [list(each) for each in self.payments],
            **({"deducted": [list(each) for each in self.deducted]} if self.deducted else {}),
        }

    @classmethod
    def from_json(cls, kept: dict[str, object]) -> "Shares":
        return cls(
            lines=_pairs(kept.get("lines")),
            goods=_pairs(kept.get("goods")),
            shipping=int(str(kept.get("shipping", 0))),
            payments=_pairs(kept.get("payments")),
            deducted=_pairs(kept.get("deducted")),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """A sum of money as it is shown: each of its parts a line of its own."""

    goods: int
    shipping: int
    deducted: int  # for a loss of value

    @property
    def total(self) -> int:
        return self.goods + self.shipping - self.deducted


def sum_of(shares: Shares) -> Sum:
    """What a promise of money is made of: the goods at their full share, what is kept back beside them."""
    deducted = sum(minor for _, minor in shares.deducted)
    goods = sum(minor for _, minor in shares.lines) + deducted
    return Sum(goods=goods, shipping=shares.shipping, deducted=deducted)


def deduct(shares: Shares, kept: Sequence[tuple[int, int]]) -> tuple[Shares, Shares]:
    """What is left of a promise once so much of each line is kept back, and what of it is free again.

    The payments named last are free first. Raises SettlementError where a line does not have so much, or
    nothing is left to pay.
    """
    lines = dict(shares.lines)
    for line, minor in kept:
        if minor > lines.get(line, 0):
            raise SettlementError("more is deducted than is refunded for the item")
        lines[line] -= minor
    payments, freed, left = dict(shares.payments), {}, sum(minor for _, minor in kept)
    for payment in reversed(payments) if payments else ():
        freed[payment] = min(payments[payment], left)
        payments[payment] -= freed[payment]
        left -= freed[payment]
    before = dict(shares.deducted)
    after = replace(
        shares,
        lines=_some(lines),
        payments=_some(payments),
        deducted=_some({**before, **{line: before.get(line, 0) + minor for line, minor in kept}}),
    )
    if after.money <= 0:
        raise SettlementError("nothing would be left to refund")
    return after, Shares(lines=tuple(each for each in kept if each[1]), payments=_some(freed))


def money_left(lines: Sequence[LineLeft], shipping_left: int = 0) -> int:
    """The most that a claim about these lines may still be given in money."""
    return sum(line.money for line in lines) + shipping_left


def narrowed(lines: Sequence[LineLeft], units: Sequence[tuple[int, int]]) -> tuple[LineLeft, ...]:
    """The lines as they are for these units of them only; none named: as they are. Raises SettlementError."""
    if not units:
        return tuple(lines)
    by_id = {line.line: line for line in lines}
    found = []
    for line_id, count in units:
        line = by_id.get(line_id)
        if line is None:
            raise SettlementError("this item is not part of the claim")
        if not 0 < count <= line.units:
            raise SettlementError("these items are compensated already")
        found.append(replace(line, claimed=count))
    return tuple(found)


def of_money(amount: int, lines: Sequence[LineLeft], *, shipping: int = 0, shipping_left: int = 0) -> Shares:
    """Spread a sum: `shipping` of it is for postage, the rest for the goods by what is left of each line.

    What the goods cannot take is postage as far as that goes. Raises SettlementError when it is too much.
    """
    left = [line.money for line in lines]
    for_shipping = min(shipping, amount, shipping_left)
    for_goods = amount - for_shipping
    if for_goods > sum(left):
        for_shipping += for_goods - sum(left)
        for_goods = sum(left)
    if for_shipping > shipping_left:
        raise SettlementError("this is more than is left to refund on this order")
    parts = spread(for_goods, left) if lines and for_goods else [0] * len(lines)
    named = tuple((line.line, part) for line, part in zip(lines, parts, strict=True) if part)
    return Shares(lines=named, shipping=for_shipping)


def of_goods(wanted: Sequence[tuple[int, int]], lines: Sequence[LineLeft]) -> Shares:
    """Units that are replaced. Raises SettlementError when they are made good already.

    A unit whose money has gone back cannot be replaced as well: the price of the units that remain has to
    cover all that was given for the line.
    """
    by_id = {line.line: line for line in lines}
    if not wanted:
        raise SettlementError("these items are compensated already")
    for line_id, units in wanted:
        line = by_id.get(line_id)
        if line is None:
            raise SettlementError("this item is not part of the claim")
        remain = line.quantity - line.compensated - units
        if units > line.units or line.given * line.quantity > line.paid * remain:
            raise SettlementError("these items are compensated already")
    return Shares(goods=tuple(wanted))


def after(lines: Sequence[LineLeft], shares: Shares) -> tuple[LineLeft, ...]:
    """The lines as they are once these shares are taken from them."""
    money, goods = dict(shares.lines), dict(shares.goods)
    return tuple(
        replace(
            line,
            given=line.given + money.get(line.line, 0),
            compensated=line.compensated + goods.get(line.line, 0),
        )
        for line in lines
    )


def over_payments(amount: int, left: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Take a sum from payments in their order; `left` is (payment, minor units that may still go back).

    An order without payments on file takes nothing from any. Raises SettlementError when they do not reach.
    """
    if not left:
        return ()
    taken = []
    for payment, most in left:
        part = min(amount, most)
        if part:
            taken.append((payment, part))
        amount -= part
    if amount:
        raise SettlementError("this is more than is left to refund on this order")
    return tuple(taken)


def _some(amounts: dict[int, int]) -> tuple[tuple[int, int], ...]:
    return tuple((key, minor) for key, minor in amounts.items() if minor)


def _pairs(kept: object) -> tuple[tuple[int, int], ...]:
    return tuple((int(first), int(second)) for first, second in kept) if isinstance(kept, list) else ()
