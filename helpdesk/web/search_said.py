"""The search in words: what is wrong with what was typed, its fields and values in the reader's language."""

from dataclasses import dataclass

from helpdesk.letters import claim_words
from helpdesk.rules.claim_terms import REASONS
from helpdesk.rules.search_terms import CHOICES, Trouble, TroubleKind
from helpdesk.rules.searching import LONGEST, MOST
from helpdesk.rules.segmenting import folded
from helpdesk.web import language
from helpdesk.web.translate import _

LOCALES = ("zh-CN", "en")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A trouble as a sentence; `instead` is the search that was perhaps meant, with its `nearest` word."""

    sentence: str
    nearest: str = ""
    instead: str = ""


def reasons() -> dict[str, str]:
    """Codes of reasons by every name that may be typed: "not_received", "not-received", "未收到货"."""
    found: dict[str, str] = {}
    for code in REASONS:
        found |= {code: code, code.replace("_", "-"): code}
        for locale in LOCALES:
            said = folded(claim_words.say(claim_words.REASONS_SHORT, code, locale))
            found |= {said: code, said.replace(" ", "-"): code}
    return found


def trouble(found: Trouble, typed: str) -> Said:
    """What is wrong, and what to do."""
    nearest = _named(found.nearest)
    instead = typed.replace(found.word, nearest, 1) if nearest and found.word else ""
    return Said(sentence=_sentence(found), nearest=nearest, instead=instead)


def _sentence(found: Trouble) -> str:
    word, field = found.word, found.field
    match found.kind:
        case TroubleKind.FIELD:
            return _(
                "“%(word)s:” is no field of the search. To look for the words, put them in quotes.",
                word=word,
            )
        case TroubleKind.VALUE:
            known = _(", ").join(_value(each) for each in found.known)
            return _(
                "“%(field)s:” does not know “%(word)s”. It knows: %(known)s.",
                field=field,
                word=word,
                known=known,
            )
        case TroubleKind.NOTHING:
            return _("Something is missing after “%(field)s:”.", field=field)
        case TroubleKind.DAY:
            return _(
                "“%(word)s” is no day. Write it like 2026-06-01, 2026-06, yesterday, or 7d: a week ago.",
                word=word,
            )
        case TroubleKind.AMOUNT:
            return _("“%(word)s” is no amount. Write it like amount>100 or amount<=59.90EUR.", word=word)
        case TroubleKind.NUMBER:
            return _("“%(word)s” is no number of a ticket: those are like 17 or #17.", word=word)
        case TroubleKind.TOO_LONG:
            return _("This is longer than %(count)s characters: search for fewer words.", count=LONGEST)
        case TroubleKind.TOO_MANY:
            return _("These are more than %(count)s conditions: search for fewer.", count=MOST)


def _value(code: str) -> str:
    """A value as the reader types it."""
    chinese = language.chosen() == "zh-CN"
    names = (name for table in CHOICES.values() for name, meant in table.items() if meant == code)
    return next((name for name in names if name.isascii() is not chinese), _named(code))


def _named(code: str) -> str:
    """A reason's code as a word of the reader's language; every other word as it is."""
    if code not in REASONS:
        return code
    said = claim_words.say(claim_words.REASONS_SHORT, code, language.chosen())
    return said.replace(" ", "-")
