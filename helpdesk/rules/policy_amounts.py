"""What a clause comes to in money: whole minor units, never above what was paid and has not gone back.

Goods, postage and restocking are lines of their own, so that nothing hides in the price of the goods.
"""

from dataclasses import dataclass

from helpdesk.rules.claim_terms import Remedy
from helpdesk.rules.money import spread
from helpdesk.rules.policy_facts import Facts, LineMoney, ShippingMoney
from helpdesk.rules.policy_terms import GoodsBack, MoneyLimits, Shipping, Then
from helpdesk.rules.settlement import LineLeft

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
        # Rounded down: a cent more would stand for more money than there is (proposals.cash_value).
        coupon=full + full * money.coupon_bonus_percent // 100,
        lines=_by_line(goods, facts, ceilings),
    )


def goods_back(then: Then, value: int, *, counted: bool = True) -> GoodsBack:
    """Whether goods of this value have to come back: required or never.

    A value that is not `counted` is in another currency than the limit: then they come back.
    """
    if then.goods_back is not GoodsBack.IF_VALUE_ABOVE:
        return then.goods_back
    return GoodsBack.REQUIRED if not counted or value > then.goods_back_above else GoodsBack.NEVER


def _by_line(goods: int, facts: Facts, ceilings: list[int]) -> tuple[tuple[str, int], ...]:
    parts = spread(goods, ceilings) if goods else [0] * len(ceilings)
    return tuple((line.line, part) for line, part in zip(facts.lines, parts, strict=True))


def _ceiling(line: LineMoney) -> int:
    """What may still go back for the claimed units, as the settlement of the claim counts it."""
    return LineLeft(
        line=0,
        quantity=line.quantity,
        paid=line.paid,
        claimed=line.claimed,
        compensated=line.compensated,
        given=line.refunded + line.reserved,
    ).money


def _share(line: LineMoney, units: int) -> int:
    """The part of a line's price that these units have; an odd cent goes to the buyer."""
    return line.paid if units >= line.quantity else -(-line.paid * units // line.quantity)


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
