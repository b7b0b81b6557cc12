"""How a claim stands, in the words of its buyer: what is so, and what comes next."""

from typing import Any

from helpdesk.letters import buyers_words
from helpdesk.rules.claim_terms import EvidenceKind, Remedy
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


def evidence(kind: EvidenceKind) -> str:
    """In the language of the page."""
    return buyers_words.evidence(kind, language.chosen())


def reason(code: str) -> str:
    return buyers_words.reason(code, language.chosen())


def remedy(each: Remedy) -> str:
    return buyers_words.remedy(each, language.chosen())
