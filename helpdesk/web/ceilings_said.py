"""The most that may go back, as a sum that a reader can follow: a row for each part, the smaller below."""

from dataclasses import dataclass

from helpdesk.rules.ceilings import Ceiling, Of, Part
from helpdesk.rules.money import Money
from helpdesk.web.translate import _


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One part: what was paid, what is taken from that and why, what is left."""

    name: str
    paid: Money
    less: tuple[tuple[str, Money], ...]
    left: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """What a page shows behind "most refundable"."""

    goods: tuple[Row, ...]  # and postage
    payments: tuple[Row, ...]
    by_lines: Money
    by_payments: Money | None
    most: Money


def said(ceiling: Ceiling, currency: str) -> Sum:
    """Of a claim, in the currency of its order."""
    rows = [(part, _row(part, currency)) for part in ceiling.parts]
    by_payments = ceiling.by_payments
    return Sum(
        goods=tuple(row for part, row in rows if part.of is not Of.PAYMENT),
        payments=tuple(row for part, row in rows if part.of is Of.PAYMENT),
        by_lines=Money(ceiling.by_lines, currency),
        by_payments=Money(by_payments, currency) if by_payments is not None else None,
        most=Money(ceiling.most, currency),
    )


def _row(part: Part, currency: str) -> Row:
    less = (
        (_("replaced"), part.replaced),
        (_("refunded"), part.refunded),
        (_("promised"), part.promised),
        (_("not claimed"), part.unclaimed),
    )
    return Row(
        name=part.name or (_("delivery") if part.of is Of.SHIPPING else _("payment")),
        paid=Money(part.paid, currency),
        less=tuple((why, Money(minor, currency)) for why, minor in less if minor),
        left=Money(part.left, currency),
    )
