"""What a mail says by itself, in the words of the page: a guess is said as a guess, with what led to it."""

from collections.abc import Iterable

from helpdesk.letters import claim_words
from helpdesk.queries.hints import Hinted
from helpdesk.rules.amounts_named import Amount
from helpdesk.rules.phrasebook import Span
from helpdesk.rules.wishes import Flag
from helpdesk.web import language
from helpdesk.web.translate import _
from helpdesk.web.wording import money

MOST_WORDS = 4  # quoted for one guess
_LONGEST = 60  # characters of one quote


def reason(hinted: Hinted) -> str:
    """ "damaged?", or both where the words do not tell which."""
    found = hinted.hints.suggestion
    codes = [guess.code for guess in found.guesses[: 1 if found.clear else 2]]
    said = [claim_words.say(claim_words.REASONS_SHORT, code, language.chosen()) for code in codes]
    return _("%(reason)s?", reason=_(" or ").join(said)) if said else ""


def because(hinted: Hinted) -> list[str]:
    """The buyer's words behind it."""
    found = hinted.hints.suggestion
    return quoted(span for guess in found.guesses[: 1 if found.clear else 2] for span in guess.spans)


def wish(hinted: Hinted) -> str:
    wished = hinted.hints.wished
    return claim_words.say(claim_words.WISHES, wished.wish, language.chosen()) if wished else ""


def wanted(amount: Amount) -> str:
    """ "£15.00", or a share of the price."""
    return money(amount.money) if amount.money else f"{amount.percent} %"


def flag(found: Flag) -> str:
    return claim_words.say(claim_words.FLAGS, found.code, language.chosen())


def flag_words(found: Flag) -> list[str]:
    return quoted(found.spans)


def quoted(spans: Iterable[Span]) -> list[str]:
    """The words themselves, short, each once, the first few."""
    quotes = {" ".join(each.words.split())[:_LONGEST]: None for each in spans}
    return list(quotes)[:MOST_WORDS]
