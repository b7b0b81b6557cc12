"""What a clause comes to in money: whole minor units, never above what was paid and has not gone back.

Goods, postage and restocking are lines of their own, so that nothing hides in the price of the goods.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from helpdesk.rules.claim_terms import Remedy
from helpdesk.rules.policy_facts import Facts, LineMoney, ShippingMoney
from helpdesk.rules.policy_terms import GoodsBack, MoneyLimits, Shipping, Then

MONEY_BACK = frozenset({Remedy.FULL_REFUND, Remedy.RETURN_REFUND})


@dataclass(frozen=True, slots=True, kw_only=True)
class Amounts:
    """All in minor units of the order's currency."""

    paid: int = 0  # for the units of the claim
    ceiling: int = 0  # of the goods: paid − refunded − reserved
    goods: int = 0  # of a full refund
    shipping: int = 0
    restocking: int = 0  # kept back
    full: int = 0  # goods + shipping − restocking
    partial_at_most: int = 0
    coupon: int = 0  # face value in place of the full refund
    lines: tuple[tuple[str, int], ...] = ()  # the goods of a full refund, by order line

    def of(self, remedy: Remedy) -> int:
        """The most that this remedy may come to."""
        if remedy in MONEY_BACK:
            return self.full
        if remedy == Remedy.PARTIAL_REFUND:
            return self.partial_at_most
        return self.coupon if remedy == Remedy.COUPON else 0


def amounts(then: Then, facts: Facts, money: MoneyLimits) -> Amounts:
    """The amounts of one clause for these facts. Nothing is granted where nothing was paid."""
    ceilings = [_ceiling(line) for line in facts.lines]
    ceiling = sum(ceilings)
    goods = _percent(ceiling, then.items_percent)
    shipping = _shipping(then.shipping, facts.shipping)
    restocking = min(_percent(goods, then.restocking_percent), goods)
    full = goods + shipping - restocking
    most = min(_percent(ceiling, then.partial_cap), ceiling)
    if then.partial_by == "bad_quantity":
        most = min(most, sum(_share(line, _bad(line)) for line in facts.lines))
    return Amounts(
        paid=sum(_share(line, line.claimed) for line in facts.lines),
        ceiling=ceiling,
        goods=goods,
        shipping=shipping,
        restocking=restocking,
        full=full,
        partial_at_most=most,
        coupon=full + _percent(full, money.coupon_bonus_percent),
        lines=tuple(zip((line.line for line in facts.lines), spread(goods, ceilings), strict=True)),
    )


def goods_back(then: Then, value: int) -> GoodsBack:
    """Whether goods of this value have to come back: required or never."""
    if then.goods_back is not GoodsBack.IF_VALUE_ABOVE:
        return then.goods_back
    return GoodsBack.REQUIRED if value > then.goods_back_above else GoodsBack.NEVER


def spread(total: int, weights: Sequence[int]) -> tuple[int, ...]:
    """`total` in parts that follow the weights and add up to it exactly, by largest remainder.

    No part is above its weight as long as the total is not above their sum.
    """
    whole = sum(weights)
    if whole <= 0:
        return tuple(0 for _ in weights)
    parts = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(parts)), key=lambda at: (-(total * weights[at] % whole), at))
    for at in by_remainder[: total - sum(parts)]:
        parts[at] += 1
    return tuple(parts)


def _ceiling(line: LineMoney) -> int:
    """What may still go back for the claimed units: their share, and no more than is left of the line."""
    left = max(line.paid - line.refunded - line.reserved, 0)
    return min(_share(line, line.claimed), left)


def _share(line: LineMoney, units: int) -> int:
    """The part of a line's price that these units have; the first units carry the odd cents."""
    if units >= line.quantity:
        return line.paid
    each, odd = divmod(line.paid, line.quantity)
    return each * units + min(units, odd)


def _bad(line: LineMoney) -> int:
    """Units that are spoiled; all that are claimed where nobody has counted."""
    return line.claimed if line.bad is None else min(line.bad, line.claimed)


def _shipping(granted: Shipping, paid: ShippingMoney) -> int:
    if granted is Shipping.NONE:
        return 0
    left = max(paid.paid - paid.refunded - paid.reserved, 0)
    if granted is Shipping.ALL or paid.standard is None:
        return left
    return min(left, max(paid.standard - paid.refunded - paid.reserved, 0))


def _percent(amount: int, percent: int) -> int:
    """Halves go up."""
    return (amount * percent * 2 + 100) // 200
