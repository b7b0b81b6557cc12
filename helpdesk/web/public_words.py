"""How a claim stands, in the words of its buyer: what is so, and what comes next."""

from typing import Any

from helpdesk.letters import claim_words, refund_words
from helpdesk.queries.promises import AgreedView
from helpdesk.rules.claim_terms import EvidenceKind, Remedy, Wish
from helpdesk.rules.claims import ClaimState
from helpdesk.rules.evidence import EvidenceState
from helpdesk.rules.offers import RemedyState
from helpdesk.web import language
from helpdesk.web.translate import _l

S = ClaimState

STATES: dict[ClaimState, tuple[Any, Any]] = {
    S.NEW: (_l("We have your request."), _l("A colleague reads it and answers you by mail.")),
    S.NEEDS_LINK: (
        _l("We still need to know the order."),
        _l("Choose it here, or answer our mail with its number. Then we go on at once."),
    ),
    S.AWAITING_BUYER: (
        _l("We are waiting for something from you."),
        _l("As soon as it is here, we go on."),
    ),
    S.AWAITING_DECISION: (
        _l("We are looking at it."),
        _l("A colleague decides and writes to you. You need not do anything."),
    ),
    S.OFFERED: (
        _l("You have an offer from us."),
        _l("It stands in our mail: take it there, or answer with what you would like instead."),
    ),
    S.AWAITING_APPROVAL: (
        _l("It is nearly decided."),
        _l("A second colleague has to say yes; then we write to you. You need not do anything."),
    ),
    S.APPROVED: (
        _l("It is agreed, and we are doing it."),
        _l("You hear from us by mail when it is done."),
    ),
    S.RESOLVED: (_l("It is done."), _l("If something is still wrong, answer our mail.")),
    S.REJECTED: (
        _l("We could not agree to it."),
        _l("Why, and what you can do about it, stands in our mail. You may object by answering it."),
    ),
    S.WITHDRAWN: (
        _l("You have taken this request back."),
        _l("If that was a mistake, answer our mail."),
    ),
    S.DISPUTED: (
        _l("The platform or the bank decides about it."),
        _l("We write to you when we hear of it."),
    ),
    S.CLOSED: (_l("This request is closed."), _l("If something is still wrong, answer our mail.")),
}
# What the day says that is planned for a state: whose turn it is until then.
THEIRS = (S.NEEDS_LINK, S.AWAITING_BUYER)
UNTIL_THEIRS = _l("Please answer by %(day)s.")
UNTIL_OFFER = _l("The offer stands until %(day)s.")
UNTIL_OURS = _l("You hear from us by %(day)s.")
JUDGED = {
    EvidenceState.GIVEN: _l("received"),
    EvidenceState.ACCEPTED: _l("accepted"),
    EvidenceState.REFUSED: _l("will not do"),
}
DOING = {
    RemedyState.AGREED: _l("agreed"),
    RemedyState.UNDER_WAY: _l("under way"),
    RemedyState.COMPLETE: _l("done"),
}


WAYS = {"mail": _l("by mail"), "page": _l("by the buyer's page"), "agent": _l("added by a colleague")}
# The wishes that a form offers; where something is can be asked by mail.
OFFERED = (Wish.REFUND, Wish.RETURN, Wish.EXCHANGE, Wish.RESEND, Wish.PARTIAL, Wish.CANCEL)
# In the order in which people look for themselves.
ASKED = (
    "not_received", "late_dispatch", "damaged", "defective", "wrong_item", "missing", "not_as_described",
    "size_fit", "changed_mind", "order_error", "refused_parcel", "price_protection", "duplicate_charge",
    "counterfeit", "agreed", "other",
)  # fmt: skip


def until(state: ClaimState) -> str:
    """A sentence with `%(day)s` in it."""
    if state is S.OFFERED:
        return str(UNTIL_OFFER)
    return str(UNTIL_THEIRS if state in THEIRS else UNTIL_OURS)


def evidence(kind: EvidenceKind) -> str:
    """In the language of the page, as all below."""
    return claim_words.say(claim_words.EVIDENCE, kind, language.chosen())


def reason(code: str) -> str:
    return claim_words.say(claim_words.REASONS, code, language.chosen()) if code else ""


def remedy(each: Remedy) -> str:
    return claim_words.say(claim_words.REMEDIES, each, language.chosen())


def wish(each: Wish) -> str:
    return claim_words.say(claim_words.WISHES, each, language.chosen())


def reasons() -> list[tuple[str, str]]:
    """Code and words of every reason, to choose from."""
    return [(code, reason(code)) for code in ASKED]


def total(each: AgreedView) -> str:
    """How money is made up, line by line."""
    return refund_words.total(each.total, each.amount.currency, language.chosen()) if each.amount else ""
