"""What entries say of a claim: each move of the table, each letter, each change."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from helpdesk.letters import remedies
from helpdesk.queries.entries import EntryView
from helpdesk.rules.money import Money
from helpdesk.rules.policy_terms import Verdict
from helpdesk.rules.proposals import part_of
from helpdesk.web import claim_shown, inside_words, language, wording
from helpdesk.web.actors import who
from helpdesk.web.translate import _

Say = Callable[[EntryView], str]


def _opened(entry: EntryView) -> str:
    order = entry.facts.get("order")
    reason = claim_shown.reason(str(entry.facts.get("reason") or ""))
    if order:
        return _(
            "%(who)s opened a claim on order %(order)s: %(reason)s",
            who=who(entry),
            order=order,
            reason=reason,
        )
    return _("%(who)s opened a claim: %(reason)s", who=who(entry), reason=reason)


def _decided(entry: EntryView) -> str:
    facts = entry.facts
    verdict = claim_shown.verdict(str(facts.get("verdict", "")))
    if facts.get("clause"):
        return _(
            "The policy (%(policy)s) says by %(clause)s: %(verdict)s",
            policy=facts.get("policy_version", "?"),
            clause=facts["clause"],
            verdict=verdict,
        )
    if facts.get("verdict") == Verdict.NEED_INFO:
        return _(
            "The policy (%(policy)s) cannot decide yet: the reason is missing, choose it",
            policy=facts.get("policy_version", "?"),
        )
    return _(
        "The policy (%(policy)s) has no clause for this: %(verdict)s",
        policy=facts.get("policy_version", "?"),
        verdict=verdict,
    )


def _promised(entry: EntryView) -> str:
    """All that an offer holds, in words."""
    rows: Any = entry.facts.get("parts") or ()
    if not rows:
        return "?"
    parts = tuple(part_of(option, remedy, minor, goods or {}) for option, remedy, minor, _c, goods in rows)
    chosen = entry.facts.get("option")
    shown = remedies.options(parts, str(rows[0][3]), language.chosen())
    return " / ".join(said for number, said in shown if chosen in (None, number))


def _with(sentence: str) -> Say:
    """A sentence that names who did it and what was promised."""

    def say(entry: EntryView) -> str:
        return _(sentence, who=who(entry), what=_promised(entry))

    return say


def _why(sentence: str) -> Say:
    """A sentence that names who did it and why."""

    def say(entry: EntryView) -> str:
        return _(sentence, who=who(entry), why=inside_words.why(entry.facts))

    return say


def _by(sentence: str) -> Say:
    def say(entry: EntryView) -> str:
        return _(sentence, who=who(entry))

    return say


def _of_order(sentence: str) -> Say:
    """A sentence that names the order, and who did it."""

    def say(entry: EntryView) -> str:
        return _(sentence, who=who(entry), order=entry.facts.get("order", "?"))

    return say


def _asked_approval(entry: EntryView) -> str:
    worth, currency = entry.facts.get("worth"), entry.facts.get("currency")
    amount = wording.money(Money(int(worth), str(currency))) if worth is not None and currency else "?"
    return _(
        "%(who)s asked for a second person's yes, for %(amount)s: %(what)s",
        who=who(entry),
        amount=amount,
        what=_promised(entry),
    )


def _linked(entry: EntryView) -> str:
    order = entry.facts.get("order")
    if order:
        return _("The claim is about order %(order)s", order=order)
    return _("The claim's order is sure now")


def _closed(entry: EntryView) -> str:
    cause = claim_shown.cause(str(entry.facts.get("cause") or "?"))
    lesson, why = entry.facts.get("lesson"), entry.facts.get("why")
    if why:
        return _(
            "%(who)s closed the claim although something was not complete: %(why)s. Cause: %(cause)s",
            who=who(entry),
            why=why,
            cause=cause,
        )
    if lesson:
        return _(
            "%(who)s closed the claim. Cause: %(cause)s. Lesson: %(lesson)s",
            who=who(entry),
            cause=cause,
            lesson=lesson,
        )
    return _("%(who)s closed the claim. Cause: %(cause)s", who=who(entry), cause=cause)


def _extended(entry: EntryView) -> str:
    name = entry.facts.get("name_zh" if language.chosen() == "zh-CN" else "name_en") or "?"
    until = entry.facts.get("until")
    when = wording.moment(datetime.fromisoformat(str(until))) if until else "?"
    return _("Because of %(event)s the claim has time until %(when)s", event=name, when=when)


N_ = str  # marks a sentence for the catalogues


SAY: dict[str, Say] = {
    "claim_opened": _opened,
    "claim_link_order": _linked,
    "claim_miss_order": lambda entry: _("The claim waits until its order is known"),
    "claim_stay_silent": lambda entry: _("Closed for now: the buyer did not answer"),
    "claim_decided": _decided,
    "claim_approve_by_itself": _with(N_("A clause grants it by itself: %(what)s")),
    "claim_make_offer": _with(N_("%(who)s offered: %(what)s")),
    "claim_accept_offer": _with(N_("%(who)s accepted: %(what)s")),
    "claim_counter_offer": _why(N_("%(who)s would like something else: “%(why)s”")),
    "claim_decline_offer": _by(N_("%(who)s declined the offer")),
    "claim_let_offer_expire": lambda entry: _("The offer has expired"),
    "claim_withdraw_offer": _by(N_("%(who)s took the offer back")),
    "claim_approve": _with(N_("%(who)s granted: %(what)s")),
    "claim_ask_approval": _asked_approval,
    "claim_confirm": _with(N_("%(who)s approved as the second person: %(what)s")),
    "claim_confirm_offer": _with(N_("%(who)s approved the offer as the second person: %(what)s")),
    "claim_refuse_approval": _why(N_("%(who)s did not approve: %(why)s")),
    "claim_reject": _why(N_("%(who)s refused the claim: %(why)s")),
    "claim_decide_anew": _why(N_("%(who)s: to be decided anew: %(why)s")),
    "claim_complete": lambda entry: _("Everything that was agreed is complete"),
    "claim_undo_completion": lambda entry: _("Something that was agreed is open again"),
    "claim_withdraw": _by(N_("%(who)s took the claim back")),
    "claim_open_dispute": _by(N_("%(who)s: the platform or the bank decides about it now")),
    "claim_win_dispute": _why(N_("The dispute was decided for us: %(why)s")),
    "claim_lose_dispute": _why(N_("The dispute was decided for the buyer: %(why)s")),
    "claim_settle_dispute": _why(N_("The dispute is settled: %(why)s")),
    "claim_close": _closed,
    "claim_reopen": _by(N_("%(who)s opened the claim again")),
    "claim_lines": _by(N_("%(who)s changed the items of the claim")),
    "claim_overdue": lambda entry: _("The claim has waited too long: a lead looks first"),
    "claim_marked_urgent": lambda entry: _("The buyer speaks of law: a person looks first"),
    "claim_extended": _extended,
    "claim_elsewhere": lambda entry: _(
        "The same items are looked at on #%(ticket)s", ticket=entry.facts.get("ticket", "?")
    ),
    "parcel_stopped": _of_order(N_("%(who)s: the parcel of order %(order)s is stopped")),
    "parcel_not_stopped": _of_order(
        N_("Stop the parcel of order %(order)s: it is refunded in full, and nobody has stopped it yet")
    ),
    "parcel_left": _of_order(
        N_("Order %(order)s is refunded in full, and its parcel has left all the same: get it back")
    ),
    "offered": _by(N_("%(who)s sent the offer")),
    "approval_told": lambda entry: _("The buyer is told what was agreed"),
    "refusal_told": lambda entry: _("The buyer is told why it was refused"),
    "closing_told": lambda entry: _("The buyer is told that it is closed"),
    "verdict_told": lambda entry: _("The buyer is told what the dispute came to"),
    "claim_reminder": lambda entry: _("Automatic reminder: something is still missing"),
    "claim_due": lambda entry: _("The time of the claim's state is over"),
    "offer_expiry": lambda entry: _("The time of the offer is over"),
}
