"""What entries say of evidence, of a buyer's forms and of the links that we mail."""

from collections.abc import Callable
from typing import Any

from helpdesk.queries.entries import EntryView
from helpdesk.rules.claim_terms import EvidenceKind, Wish
from helpdesk.web import public_words
from helpdesk.web.actors import who
from helpdesk.web.translate import _


def kind(code: Any) -> str:
    """A kind of evidence by its code."""
    return public_words.evidence(EvidenceKind(code)) if code in list(EvidenceKind) else str(code or "?")


def _kinds(codes: Any) -> str:
    return _(", ").join(kind(code) for code in codes or ()) or "?"


def _given(entry: EntryView) -> str:
    files = entry.facts.get("files") or ()
    said = _(", ").join(f"{file.get('name', '?')} ({kind(file.get('kind'))})" for file in files) or "?"
    return _("Evidence from %(who)s: %(files)s", who=who(entry), files=said)


def _twin(entry: EntryView) -> str:
    return _(
        "%(name)s is also evidence of claim %(other)s on #%(ticket)s",
        name=entry.facts.get("name", "?"),
        other=entry.facts.get("other", "?"),
        ticket=entry.facts.get("ticket", "?"),
    )


def _judged(sentence: str) -> Callable[[EntryView], str]:
    def say(entry: EntryView) -> str:
        name, why = entry.facts.get("name", "?"), entry.facts.get("why", "?")
        return _(sentence, who=who(entry), name=name, why=why)

    return say


def _kind_changed(entry: EntryView) -> str:
    name, after = entry.facts.get("name", "?"), kind(entry.facts.get("after"))
    return _("%(who)s: %(name)s shows %(kind)s", who=who(entry), name=name, kind=after)


def _form_sent(entry: EntryView) -> str:
    items = entry.facts.get("items") or ()
    wish = entry.facts.get("wish")
    values = {
        "who": who(entry),
        "order": entry.facts.get("order") or "?",
        "items": _(", ").join(f"{title} × {quantity}" for title, quantity in items),
        "reason": _reason(entry.facts.get("reason")),
        "wish": public_words.wish(Wish(wish)) if wish in list(Wish) else "?",
    }
    if not items:  # the number was typed: what was bought with it is not known to the form
        return _("%(who)s filled in the form: order %(order)s; reason: %(reason)s; wish: %(wish)s", **values)
    return _(
        "%(who)s filled in the form: order %(order)s; %(items)s; reason: %(reason)s; wish: %(wish)s", **values
    )


def _reason(code: Any) -> str:
    return public_words.reason(str(code or "")) or "?"


N_ = str  # marks a sentence for the catalogues


SAY: dict[str, Callable[[EntryView], str]] = {
    "evidence_given": _given,
    "evidence_seen_elsewhere": _twin,
    "evidence_accepted": _judged(N_("%(who)s accepted %(name)s as evidence")),
    "evidence_refused": _judged(N_("%(who)s refused %(name)s as evidence: %(why)s")),
    "evidence_kind_changed": _kind_changed,
    "evidence_asked": lambda entry: _("We asked for: %(kinds)s", kinds=_kinds(entry.facts.get("kinds"))),
    "files_sent": lambda entry: _("%(who)s sent files by the page", who=who(entry)),
    "form_sent": _form_sent,
    "form_asked": lambda entry: _(
        "Somebody asked on the open page for the form, for order %(order)s",
        order=entry.facts.get("order") or "?",
    ),
    "form_offered": lambda entry: _("The link to the form"),
    "order_asked": lambda entry: _("We asked for the order"),
    "reason_asked": lambda entry: _("We asked for the reason"),
    "link_sent_again": lambda entry: _("A new link, because the old one had expired"),
    "reason_chosen": lambda entry: _(
        "%(who)s chose the reason: %(reason)s", who=who(entry), reason=_reason(entry.facts.get("after"))
    ),
    "wish_changed": lambda entry: _("%(who)s wishes for something else now", who=who(entry)),
    "withdrawal_declared": lambda entry: _(
        "Withdrawal from the contract by the open page, order %(order)s",
        order=entry.facts.get("order") or "?",
    ),
    "withdrawal_receipt": lambda entry: _("Automatic receipt of the withdrawal"),
    "claim_ask": lambda entry: _("%(who)s: the claim waits for the buyer", who=who(entry)),
    "claim_buyer_replies": lambda entry: _("The buyer has answered: the claim is for us to decide"),
}
