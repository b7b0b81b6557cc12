"""The most that may still go back, explained as a sum: line by line, postage, and payment by payment.

Every part adds up to the cent: what was paid, less what goods or a coupon have replaced, less what went back,
less what is promised, less what the claim is not about, is what is left of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from helpdesk.rules.money import Money
from helpdesk.rules.settlement import LineLeft


class Of(StrEnum):
    """What a part is a part of."""

    LINE = "line"
    SHIPPING = "shipping"
    PAYMENT = "payment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One row of the sum, in minor units."""

    of: Of
    name: str  # the article, or the payment; "" for postage
    paid: int
    replaced: int = 0  # the price of units that goods or a coupon stand for
    refunded: int = 0
    promised: int = 0  # agreed or on its way
    unclaimed: int = 0  # of units that the claim is not about

    @property
    def left(self) -> int:
        return self.paid - self.replaced - self.refunded - self.promised - self.unclaimed


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """What a payment brought and what of it went back, in minor units."""

    name: str
    captured: int
    refunded: int
    reserved: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ceiling:
    """All parts, and the smaller of the two sums: goods cannot bring more than was paid, nor payments."""

    parts: tuple[Part, ...]

    @property
    def by_lines(self) -> int:
        """Left of lines and postage."""
        return sum(part.left for part in self.parts if part.of is not Of.PAYMENT)

    @property
    def by_payments(self) -> int | None:
        """Left of the payments; None where none is on file."""
        payments = [part.left for part in self.parts if part.of is Of.PAYMENT]
        return sum(payments) if payments else None

    @property
    def most(self) -> int:
        paid = self.by_payments
        return self.by_lines if paid is None else min(self.by_lines, paid)


def explained(
    lines: Sequence[tuple[str, LineLeft]],
    shipping: tuple[int, int],
    payments: Sequence[Payment],
    promised: Mapping[int, int],
    promised_shipping: int = 0,
) -> Ceiling:
    """The sum behind `compensations.money_left`.

    `shipping` is (paid, given). `promised` is what of each order line's given money has not left the house,
    `promised_shipping` the same of the postage.
    """
    paid, given = shipping
    waiting = min(promised_shipping, given)
    postage = Part(of=Of.SHIPPING, name="", paid=paid, refunded=given - waiting, promised=waiting)
    return Ceiling(
        parts=(
            *(_of_line(name, line, promised.get(line.line, 0)) for name, line in lines),
            *([postage] if paid else []),
            *(_of_payment(each) for each in payments),
        )
    )


def _of_line(name: str, line: LineLeft, promised: int) -> Part:
    worth = line.paid * (line.quantity - line.compensated) // line.quantity if line.quantity else 0
    waiting = min(promised, line.given)
    return Part(
        of=Of.LINE,
        name=name,
        paid=line.paid,
        replaced=line.paid - worth,
        refunded=line.given - waiting,
        promised=waiting,
        unclaimed=worth - line.given - line.money,
    )


def _of_payment(each: Payment) -> Part:
    return Part(
        of=Of.PAYMENT, name=each.name, paid=each.captured, refunded=each.refunded, promised=each.reserved
    )


def too_much(wanted: int, currency: str, paid: Payment) -> str:
    """Why a payment cannot give this, as the sum that shows it."""
    return (
        f"{Money(wanted, currency)} is more than is left of {paid.name}: "
        f"{Money(paid.captured, currency)} paid − {Money(paid.refunded, currency)} refunded"
        f" − {Money(paid.reserved, currency)} promised"
        f" = {Money(paid.captured - paid.refunded - paid.reserved, currency)}"
    )
