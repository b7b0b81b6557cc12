"""What entries about money say, in the reader's language."""

from collections.abc import Callable
from datetime import datetime

from helpdesk.queries.entries import EntryView
from helpdesk.rules.refunds import BY_HAND
from helpdesk.rules.reminders import Reason
from helpdesk.web import gateways_said, money_words, reasons, wording
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
        "said": gateways_said.said(str(facts.get("said") or "–")),
        "why": str(facts.get("why") or "–"),
        "trace": str(facts.get("trace") or "?"),
        "expected": _day(facts.get("expected_at")),
    }


def _day(moment: object) -> str:
    return wording.day(datetime.fromisoformat(str(moment))) if moment else "?"


def _begun(sentence: str) -> str:
    """One that begins with the name of a gateway, which may be "the demo bank"."""
    return sentence[:1].upper() + sentence[1:]


def _by_hand(entry: EntryView) -> bool:
    return entry.facts.get("gateway") == BY_HAND


def _refunded(entry: EntryView) -> str:
    if entry.actor.kind == "clock":
        return _begun(_("%(gateway)s has sent the refund of %(amount)s (%(key)s)", **_values(entry)))
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


def _reversed(entry: EntryView) -> str:
    if entry.actor.kind == "agent":
        return _("%(who)s: the refund of %(amount)s (%(key)s) came back: %(said)s", **_values(entry))
    return _("The refund of %(amount)s (%(key)s) came back: %(said)s", **_values(entry))


def _canceled(entry: EntryView) -> str:
    if entry.facts.get("why"):
        return _(
            "%(who)s: the refund of %(amount)s, reference %(reference)s, was noted by mistake: %(why)s",
            **_values(entry),
        )
    return _(
        "%(who)s: the refund of %(amount)s, reference %(reference)s, was noted by mistake", **_values(entry)
    )


def _chase_answered(entry: EntryView) -> str:
    if entry.facts.get("trace") and entry.facts.get("said"):
        return _(
            "%(who)s has found out about %(amount)s: %(said)s. The bank traces it by %(trace)s;"
            " it is expected by %(expected)s now",
            **_values(entry),
        )
    if entry.facts.get("trace"):
        return _(
            "%(who)s has found out: the bank traces %(amount)s by %(trace)s;"
            " it is expected by %(expected)s now",
            **_values(entry),
        )
    return _(
        "%(who)s has found out about %(amount)s: %(said)s. It is expected by %(expected)s now",
        **_values(entry),
    )


def _untold(entry: EntryView) -> str:
    because = str(entry.facts.get("because", ""))
    why = reasons.WITHDRAWN[Reason(because)] if because in list(Reason) else because
    return _(
        "The buyer could not be told of the refund of %(amount)s: %(why)s", **_values(entry) | {"why": why}
    )


SAY: dict[str, Callable[[EntryView], str]] = {
    "refund_reserved": lambda entry: _("%(amount)s is set aside to be refunded (%(key)s)", **_values(entry)),
    "refund_submitted": _submitted,
    "refund_pending": lambda entry: _begun(
        _("%(gateway)s has taken the refund of %(amount)s, and is not done yet", **_values(entry))
    ),
    "refund_unknown": lambda entry: _(
        "Nobody knows yet what became of the refund of %(amount)s; %(gateway)s is being asked: %(said)s",
        **_values(entry),
    ),
    "refund_needs_action": _needs_action,
    "refunded": _refunded,
    "refund_shown": lambda entry: _(
        "A statement shows that the refund of %(amount)s (%(key)s) was paid, reference %(reference)s",
        **_values(entry),
    ),
    "refunded_outside": lambda entry: _(
        "%(who)s: %(amount)s went back outside the desk, reference %(reference)s (%(said)s)", **_values(entry)
    ),
    "refund_failed": lambda entry: _(
        "The refund of %(amount)s failed, and no money moved: %(said)s", **_values(entry)
    ),
    "refund_withdrawn": lambda entry: _(
        "The refund of %(amount)s (%(key)s) is taken back; nobody was paid", **_values(entry)
    ),
    "refund_reversed": _reversed,
    "refund_canceled": _canceled,
    "refund_taken": lambda entry: _(
        "%(who)s pays %(amount)s (%(key)s) by hand; no gateway is told of it", **_values(entry)
    ),
    "refund_wanted": lambda entry: _(
        "%(who)s wants to pay %(amount)s (%(key)s) by hand: %(gateway)s is asked to let go of it",
        **_values(entry),
    ),
    "refund_let_go": lambda entry: _(
        "%(gateway)s has not carried out the refund of %(amount)s (%(key)s) for an hour: it is ended here",
        **_values(entry),
    ),
    "refund_put_back": lambda entry: _(
        "%(who)s: the refund of %(amount)s (%(key)s) was not paid by hand; it is in line again",
        **_values(entry),
    ),
    "refund_ended": lambda entry: _(
        "%(who)s: of the refund of %(amount)s (%(key)s) nothing was paid: %(said)s", **_values(entry)
    ),
    "arrived": lambda entry: _("%(who)s: the refund of %(amount)s has arrived", **_values(entry)),
    "not_arrived": lambda entry: _("%(who)s: the refund of %(amount)s has not arrived", **_values(entry)),
    "arrival_assumed": lambda entry: _(
        "Nobody said otherwise: the refund of %(amount)s is assumed to have arrived", **_values(entry)
    ),
    "arrival_unasked": lambda entry: _(
        "Nobody could be asked whether the refund of %(amount)s is there: find out, and note it",
        **_values(entry),
    ),
    "arrival_unanswered": lambda entry: _begun(
        _(
            "%(gateway)s did not answer whether the refund of %(amount)s (%(key)s) came back: "
            "look on its own page, and note it",
            **_values(entry),
        )
    ),
    "chase_answered": _chase_answered,
    "chase_overdue": lambda entry: _(
        "Nobody has found out yet where the refund of %(amount)s (%(key)s) is", **_values(entry)
    ),
    "refund_traced": lambda entry: _begun(
        _("%(gateway)s says by what the bank finds the refund of %(amount)s: %(trace)s", **_values(entry))
    ),
    "refund_untold": _untold,
    "refund_sent_told": lambda entry: _("The buyer is told that %(amount)s has left", **_values(entry)),
    "refund_delay_told": lambda entry: _("The buyer is told that %(amount)s is late", **_values(entry)),
    "refund_chase_told": lambda entry: _(
        "The buyer is told that %(amount)s is being looked for", **_values(entry)
    ),
    "refund_trace_told": lambda entry: _(
        "The buyer is told what the bank says of %(amount)s", **_values(entry)
    ),
}
