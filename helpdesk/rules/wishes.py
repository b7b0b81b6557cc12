"""What a buyer asks for, what amount is named for it, and words that a lead should know of."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from helpdesk.rules.amounts_named import Amount, amounts
from helpdesk.rules.claim_terms import Wish
from helpdesk.rules.folding import Folded, fold
from helpdesk.rules.money import Money
from helpdesk.rules.phrasebook import Book, Match, Span, span
from helpdesk.rules.reasons import NO_FACTS, Facts, Suggestion, suggestion

NEAR = 40  # characters between words of money back and the amount that is meant by them
NEAR_SHARE = 8  # the same of a share, unless part of the price is asked for: "70 % polyester, I return it"

# Of wishes that are said equally loud, the more particular one is meant: "cancel and refund" is to cancel.
_BY_RANK = (
    Wish.WHERE_IS_THE_MONEY,
    Wish.PARTIAL,
    Wish.RESEND,
    Wish.EXCHANGE,
    Wish.RETURN,
    Wish.CANCEL,
    Wish.REFUND,
    Wish.WHERE_IS_IT,
)
# Why an order is called off. Nobody does it for a lower price elsewhere, or for goods that nobody has seen.
CALLED_OFF_FOR = ("changed_mind", "order_error", "late_dispatch", "other")
_OF_MONEY = (Wish.REFUND, Wish.PARTIAL, Wish.RETURN, Wish.CANCEL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wished:
    wish: Wish
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """ "anger" or "legal", with the words."""

    code: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """All that a mail says without being asked: to be shown, and decided by a person."""

    suggestion: Suggestion
    wished: Wished | None
    amount: Amount | None  # that the buyer wants back
    flags: tuple[Flag, ...]

    @property
    def may_be(self) -> tuple[str, ...]:
        """Reasons of which one is meant, where none is clear; () where it may be any."""
        if self.suggestion.clear or self.suggestion.near:
            return () if self.suggestion.clear else self.suggestion.near
        return CALLED_OFF_FOR if self.wished is not None and self.wished.wish is Wish.CANCEL else ()

    def __bool__(self) -> bool:
        return bool(self.suggestion.guesses or self.wished or self.amount or self.flags)


def hints(text: str, book: Book, facts: Facts = NO_FACTS) -> Hints:
    """Reason, wish, amount and flags of one mail: its new words, the subject before them."""
    folded = fold(text)
    matches = book.matches(folded)
    reason = suggestion(folded, matches, facts)
    if not reason.guesses and _only_thanks_for_what_came(matches):
        matches = tuple(match for match in matches if match.rule.says != "wish")
    return Hints(
        suggestion=reason,
        wished=_wished(folded, matches),
        amount=_wanted(folded, matches),
        flags=tuple(_flags(folded, matches)),
    )


def _only_thanks_for_what_came(matches: Iterable[Match]) -> bool:
    """ "Thank you! The replacement came today" names a replacement, and asks for none."""
    signs = {match.rule.code for match in _saying(matches, "sign")}
    return "but" not in signs and ("thanks_for" in signs or {"thanks", "came"} <= signs)


def wholes(lines: Iterable[Money], *, shipping: Money, fees: Money) -> frozenset[Money]:
    """What is no part of an order: each line, all goods, goods with delivery, all that was paid."""
    paid = [each for each in lines if each.minor]
    goods = Money(sum(each.minor for each in paid), shipping.currency)
    sent = Money(goods.minor + shipping.minor, goods.currency)
    every = {*paid, goods, sent, Money(sent.minor + fees.minor, goods.currency)}
    return frozenset(each for each in every if each.minor)


def of_order(found: Hints, whole: Collection[Money]) -> Hints:
    """The same once the order is known: who names the whole of it, or of a line, wants the money back."""
    if found.wished is None or found.wished.wish is not Wish.PARTIAL:
        return found
    if found.amount is None or found.amount.money not in whole:
        return found
    return replace(found, wished=replace(found.wished, wish=Wish.REFUND))


def money_missed(text: str, book: Book) -> tuple[Span, ...]:
    """The words that ask where money is, whatever else the mail wants; () for none."""
    folded = fold(text)
    return _spans(folded, tuple(book.matches(folded)), "wish", Wish.WHERE_IS_THE_MONEY)


def _wished(folded: Folded, matches: Iterable[Match]) -> Wished | None:
    loudest: dict[Wish, int] = {}
    for match in _saying(matches, "wish"):
        wish = Wish(match.rule.code)
        loudest[wish] = max(loudest.get(wish, 0), match.rule.weight)
    if not loudest:
        return None
    wish = min(loudest, key=lambda each: (-loudest[each], _BY_RANK.index(each)))
    return Wished(wish=wish, spans=_spans(folded, matches, "wish", wish))


def _wanted(folded: Folded, matches: Iterable[Match]) -> Amount | None:
    """The amount nearest to words that ask for money; a price that is only told is none."""
    saying = [match for match in _saying(matches, "wish") if match.rule.code in _OF_MONEY]
    asked = [span(folded, match.found) for match in saying]
    if not asked:
        return None
    shares = NEAR if any(match.rule.code == Wish.PARTIAL for match in saying) else NEAR_SHARE
    near = [(min(_apart(amount, each) for each in asked), amount) for amount in amounts(folded)]
    near = [(apart, amount) for apart, amount in near if apart <= (NEAR if amount.money else shares)]
    return min(near, key=lambda each: (each[0], each[1].span.start))[1] if near else None


def _apart(amount: Amount, asked: Span) -> int:
    return max(0, amount.span.start - asked.end, asked.start - amount.span.end)


def _flags(folded: Folded, matches: Iterable[Match]) -> Iterable[Flag]:
    for code in sorted({match.rule.code for match in _saying(matches, "flag")}):
        yield Flag(code=code, spans=_spans(folded, matches, "flag", code))


def _saying(matches: Iterable[Match], says: str) -> list[Match]:
    return [match for match in matches if match.rule.says == says]


def _spans(folded: Folded, matches: Iterable[Match], says: str, code: str) -> tuple[Span, ...]:
    found = (span(folded, match.found) for match in _saying(matches, says) if match.rule.code == code)
    return tuple(sorted(set(found), key=lambda each: each.start))
