"""What entries about money say, in the reader's language."""

from collections.abc import Callable

from helpdesk.queries.entries import EntryView
from helpdesk.rules.refunds import BY_HAND
from helpdesk.web import money_words, wording
from helpdesk.web.actors import who
from helpdesk.web.translate import _


def amount(entry: EntryView) -> str:
    return wording.money(entry.money) if entry.money is not None else "?"


def _values(entry: EntryView) -> dict[str, str]:
    """What the blanks of these sentences may ask for; a fact that was erased is a question mark."""
    facts = entry.facts
    return {
        "who": who(entry),
        "amount": amount(entry),
        "key": str(facts.get("key") or "?"),
        "gateway": money_words.gateway(str(facts.get("gateway") or "")),
        "method": wording.METHODS.get(str(facts.get("method")), "?"),
        "reference": str(facts.get("reference") or "?"),
        "said": str(facts.get("said") or "–"),
        "why": str(facts.get("why") or "–"),
        "trace": str(facts.get("trace") or "?"),
    }


def _by_hand(entry: EntryView) -> bool:
    return entry.facts.get("gateway") == BY_HAND


def _refunded(entry: EntryView) -> str:
    if entry.actor.kind == "clock":
        return _("%(gateway)s has sent the refund of %(amount)s (%(key)s)", **_values(entry))
    return _(
        "%(who)s recorded a refund of %(amount)s by %(method)s, reference %(reference)s", **_values(entry)
    )


def _submitted(entry: EntryView) -> str:
    if _by_hand(entry):
        return _("The refund of %(amount)s (%(key)s) is for a person to pay", **_values(entry))
    return _("The refund of %(amount)s (%(key)s) was handed to %(gateway)s", **_values(entry))


def _needs_action(entry: EntryView) -> str:
    if _by_hand(entry):
        return _("Pay %(amount)s by hand, and write %(key)s into its remark", **_values(entry))
    return _("The refund of %(amount)s stands still until somebody acts: %(said)s", **_values(entry))


SAY: dict[str, Callable[[EntryView], str]] = {
    "refund_reserved": lambda entry: _("%(amount)s is set aside to be refunded (%(key)s)", **_values(entry)),
    "refund_submitted": _submitted,
    "refund_pending": lambda entry: _(
        "%(gateway)s has taken the refund of %(amount)s, and is not done yet", **_values(entry)
    ),
    "refund_unknown": lambda entry: _(
        "Nobody knows yet what became of the refund of %(amount)s; %(gateway)s is being asked: %(said)s",
        **_values(entry),
    ),
    "refund_needs_action": _needs_action,
    "refunded": _refunded,
    "refund_failed": lambda entry: _(
        "The refund of %(amount)s failed, and no money moved: %(said)s", **_values(entry)
    ),
    "refund_withdrawn": lambda entry: _(
        "The refund of %(amount)s (%(key)s) is taken back; nobody was paid", **_values(entry)
    ),
    "refund_reversed": lambda entry: _(
        "The refund of %(amount)s (%(key)s) came back: %(said)s", **_values(entry)
    ),
    "refund_canceled": lambda entry: _(
        "%(who)s: the refund of %(amount)s, reference %(reference)s, was noted by mistake", **_values(entry)
    ),
    "arrived": lambda entry: _("%(who)s: the refund of %(amount)s has arrived", **_values(entry)),
    "not_arrived": lambda entry: _("%(who)s: the refund of %(amount)s has not arrived", **_values(entry)),
    "arrival_assumed": lambda entry: _(
        "Nobody said otherwise: the refund of %(amount)s is assumed to have arrived", **_values(entry)
    ),
}
