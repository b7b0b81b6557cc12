"""What is proposed to a buyer: options to choose from, each of one or more remedies, and their worth."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from helpdesk.rules import settlement
from helpdesk.rules.claim_terms import Remedy, Wish
from helpdesk.rules.settlement import LineLeft, SettlementError

MONEY = frozenset({Remedy.FULL_REFUND, Remedy.PARTIAL_REFUND, Remedy.RETURN_REFUND})
GOODS = frozenset({Remedy.EXCHANGE, Remedy.REDELIVERY})
NAMES_GOODS = GOODS | {Remedy.RETURN_REFUND, Remedy.COUPON}  # may be for some of what is claimed
MOST_OPTIONS = 6
# What a buyer asks for, as remedies: the plainest first. Anything else comes behind, as the policy has it.
_MEANT = {
    Wish.REFUND: (Remedy.FULL_REFUND, Remedy.RETURN_REFUND),
    Wish.CANCEL: (Remedy.FULL_REFUND,),
    Wish.RETURN: (Remedy.RETURN_REFUND,),
    Wish.PARTIAL: (Remedy.PARTIAL_REFUND,),
    Wish.EXCHANGE: (Remedy.EXCHANGE,),
    Wish.RESEND: (Remedy.REDELIVERY,),
}


class ProposalError(ValueError):
    """Not a proposal; `str()` says what is wrong with it."""


def as_wished(remedies: Sequence[Remedy], wish: str) -> tuple[Remedy, ...]:
    """The same remedies, what the buyer asks for (a Wish, or "") before the others."""
    meant = _MEANT.get(Wish(wish), ()) if wish else ()
    return (*(each for each in meant if each in remedies), *(each for each in remedies if each not in meant))


@dataclass(frozen=True, slots=True, kw_only=True)
class Back:
    """Goods that are with the shop already, and were looked at: nobody waits for them."""

    shipment: int  # the return
    number: str  # its number, as on the parcel
    deducted: int = 0  # minor units, kept back of what had been agreed for them
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One remedy of one option. Money and the face of a coupon in minor units."""

    option: int  # counts from one: parts of the same option come together
    remedy: Remedy
    amount: int = 0
    shipping: int = 0  # of the amount: postage
    lines: tuple[tuple[int, int], ...] = ()  # (order line, units): which goods; none: all that are claimed
    named: str = ""  # these goods as they were called when it was proposed: "2 × Cup, 1 × Teapot"
    words: str = ""  # "in blue, size M"
    by: date | None = None  # promised day of goods or delivery
    back: Back | None = None  # money for goods that have come back

    def goods(self) -> dict[str, object]:
        """Everything but remedy and amount, as it is kept."""
        return {
            "lines": [list(each) for each in self.lines],
            "shipping": self.shipping,
            "words": self.words,
            "by": self.by.isoformat() if self.by else None,
            **({"named": self.named} if self.named else {}),
            **(_kept(self.back) if self.back else {}),
        }


def part_of(option: int, remedy: Remedy, amount: int, goods: dict[str, object]) -> Part:
    """The part that was kept as these columns."""
    lines = goods.get("lines")
    by = goods.get("by")
    return Part(
        option=option,
        remedy=remedy,
        amount=amount,
        shipping=int(str(goods.get("shipping", 0))),
        lines=tuple((int(line), int(units)) for line, units in lines) if isinstance(lines, list) else (),
        words=str(goods.get("words", "")),
        named=str(goods.get("named", "")),
        by=date.fromisoformat(by) if isinstance(by, str) else None,
        back=_back(goods),
    )


def _kept(back: Back) -> dict[str, object]:
    return {
        "returned": back.shipment,
        "return": back.number,
        **({"deducted": back.deducted, "deducted_why": back.why} if back.deducted else {}),
    }


def _back(goods: Mapping[str, object]) -> Back | None:
    if "returned" not in goods:
        return None
    return Back(
        shipment=int(str(goods["returned"])),
        number=str(goods.get("return", "")),
        deducted=int(str(goods.get("deducted", 0))),
        why=str(goods.get("deducted_why", "")),
    )


def check(parts: Sequence[Part]) -> None:
    """Raises ProposalError with the first thing that makes no sense."""
    if not parts:
        raise ProposalError("choose what the buyer gets")
    options = sorted({part.option for part in parts})
    if options != list(range(1, len(options) + 1)):
        raise ProposalError("options count from one without gaps")
    if len(options) > MOST_OPTIONS:
        raise ProposalError(f"offer at most {MOST_OPTIONS} options")
    for part in parts:
        if part.remedy in MONEY or part.remedy is Remedy.COUPON:
            if part.amount <= 0:
                raise ProposalError("say how much")
        elif part.amount:
            raise ProposalError("goods and promises have no amount of money")
        if part.lines and part.remedy not in NAMES_GOODS:
            raise ProposalError("name items only for a return, an exchange, a new delivery or a coupon")
        if part.remedy is Remedy.WAIT_WITH_DATE and part.by is None:
            raise ProposalError("say until which day the buyer is to wait")
    for option in options:
        remedies = [part.remedy for part in parts if part.option == option]
        if len(set(remedies)) < len(remedies):
            raise ProposalError("one option holds each remedy once at most")


def option_of(parts: Iterable[Part], option: int) -> tuple[Part, ...]:
    """The parts that come together. Raises ProposalError for an option that was not proposed."""
    chosen = tuple(part for part in parts if part.option == option)
    if not chosen:
        raise ProposalError("this was not offered")
    return chosen


def units_of(part: Part, lines: Sequence[LineLeft]) -> tuple[tuple[int, int], ...]:
    """Which goods a part replaces: those it names, or all claimed units that nothing has replaced."""
    return part.lines or tuple((line.line, line.units) for line in lines if line.units)


def worth(parts: Iterable[Part], lines: Sequence[LineLeft], *, coupon_bonus_percent: int = 0) -> int:
    """What the dearest option is worth: money, a coupon without its bonus, goods at what was paid."""
    by_option: dict[int, int] = {}
    for part in parts:
        by_option[part.option] = by_option.get(part.option, 0) + _worth(part, lines, coupon_bonus_percent)
    return max(by_option.values(), default=0)


def cash_value(face: int, coupon_bonus_percent: int) -> int:
    """The money that a coupon stands for: its face without the bonus, rounded up."""
    return -(-face * 100 // (100 + coupon_bonus_percent))


def why_not(
    parts: Sequence[Part], lines: Sequence[LineLeft], shipping_left: int, *, coupon_bonus_percent: int = 0
) -> str:
    """Why the order cannot bear one of the options, "" when it can bear each of them by itself."""
    for option in sorted({part.option for part in parts}):
        try:
            _fit(option_of(parts, option), lines, shipping_left, coupon_bonus_percent)
        except SettlementError as error:
            return str(error)
    return ""


def digest(claim_id: int, parts: Sequence[Part], currency: str) -> str:
    """sha256 over all that is promised, and to whom it goes: an approval and an acceptance name it.

    The payee is always the original payment; a change of it would be a change here.
    """
    promised = {
        "claim": claim_id,
        "currency": currency,
        "payee": "original payment",
        "parts": [[part.option, part.remedy, part.amount, part.goods()] for part in parts],
    }
    return hashlib.sha256(
        json.dumps(promised, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    ).hexdigest()


def _worth(part: Part, lines: Sequence[LineLeft], bonus: int) -> int:
    if part.remedy in MONEY:
        return part.amount
    if part.remedy is Remedy.COUPON:
        return cash_value(part.amount, bonus)
    if part.remedy in GOODS:
        price = {line.line: line for line in lines}
        return sum(
            -(-price[line].paid * units // price[line].quantity)
            for line, units in units_of(part, lines)
            if line in price and price[line].quantity
        )
    return 0


def _fit(parts: Sequence[Part], lines: Sequence[LineLeft], shipping_left: int, bonus: int) -> None:
    """Take the parts of one option after each other, as their agreement will."""
    for part in parts:
        if part.remedy in MONEY:
            shares = settlement.of_money(
                part.amount,
                settlement.narrowed(lines, part.lines),
                shipping=part.shipping,
                shipping_left=shipping_left,
            )
            lines, shipping_left = settlement.after(lines, shares), shipping_left - shares.shipping
        elif part.remedy is Remedy.COUPON:
            shares = settlement.of_money(
                cash_value(part.amount, bonus),
                settlement.narrowed(lines, part.lines),
                shipping_left=shipping_left,
            )
            lines, shipping_left = settlement.after(lines, shares), shipping_left - shares.shipping
        elif part.remedy in GOODS:
            lines = settlement.after(lines, settlement.of_goods(units_of(part, lines), lines))
