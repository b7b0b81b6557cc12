"""What entries say of the inside of the shop: calls, side mail, returns, replacements, coupons, disputes."""

from collections.abc import Callable
from datetime import date, datetime

from flask_babel import format_date

from helpdesk.letters import refund_words
from helpdesk.queries.entries import EntryView
from helpdesk.rules import carriers
from helpdesk.rules.settlement import Sum
from helpdesk.web import inside_words, language, wording
from helpdesk.web.actors import who
from helpdesk.web.translate import _

N_ = str  # marks a sentence for the catalogues


def called(entry: EntryView) -> str:
    """The remark under a talk: when and where it was."""
    facts = entry.facts
    when = _moment(entry, "spoken_at")
    if facts.get("place"):
        return _("Spoken on %(when)s, %(place)s", when=when, place=facts["place"])
    return _("Spoken on %(when)s", when=when)


def asked_by(entry: EntryView) -> str:
    """The remark under a side mail: by when an answer is wanted."""
    if not entry.facts.get("due_at"):
        return ""
    return _("wanted by %(when)s", when=_moment(entry, "due_at"))


def unverified(entry: EntryView) -> str:
    """The remark under an answer whose sender nobody vouches for."""
    sender = str(entry.facts.get("from", "?"))
    if entry.verb == "answer_taken":
        return _("Came from %(sender)s, who was not asked; a colleague has taken it.", sender=sender)
    if entry.facts.get("verified") in ("none", "fail"):
        return _("Nobody vouches for the sender %(sender)s.", sender=sender)
    return ""


def _asked(entry: EntryView) -> str:
    name = entry.facts.get("name", "?")
    if entry.facts.get("what") == "task":
        return _("%(who)s gave %(name)s a task, inside the shop only", who=who(entry), name=name)
    return _("%(who)s asked %(name)s, inside the shop only", who=who(entry), name=name)


def _held(entry: EntryView) -> str:
    because = str(entry.facts.get("because", ""))
    return _(
        "An answer from %(sender)s to the question to %(name)s is held: %(because)s",
        sender=entry.facts.get("from", "?"),
        name=entry.facts.get("name", "?"),
        because=inside_words.HELD.get(because, because),
    )


def _overdue(entry: EntryView) -> str:
    name = entry.facts.get("name", "?")
    if entry.facts.get("what") == "task":
        return _("%(name)s has not done it in time", name=name)
    return _("%(name)s has not answered in time", name=name)


def _return_sent(entry: EntryView) -> str:
    return _(
        "%(who)s: return %(number)s is on its way, %(carrier)s %(tracking)s",
        who=who(entry),
        number=_number(entry),
        carrier=carriers.name(str(entry.facts.get("carrier", ""))),
        tracking=entry.facts.get("tracking", "?"),
    )


def _return_inspected(entry: EntryView) -> str:
    because = entry.facts.get("because") or ()
    if not because:
        return _("%(who)s inspected return %(number)s: as agreed", who=who(entry), number=_number(entry))
    found = ", ".join(str(inside_words.FOUND.get(each, each)) for each in because)
    return _(
        "%(who)s inspected return %(number)s: not as agreed (%(found)s)",
        who=who(entry),
        number=_number(entry),
        found=found,
    )


def _lowered(entry: EntryView) -> str:
    facts = entry.facts
    total = "?"
    if "goods" in facts:
        found = Sum(goods=facts["goods"], shipping=facts["shipping"], deducted=facts["deducted_minor"])
        total = refund_words.total(found, str(facts["currency"]), language.chosen())
    return _(
        "The refund is less by what return %(number)s has lost in value: %(total)s",
        number=_number(entry),
        total=total,
    )


def _due(sentence: str) -> Callable[[EntryView], str]:
    def say(entry: EntryView) -> str:
        due = entry.facts.get("due")
        day = wording.day(datetime.fromisoformat(str(due))) if due else "?"
        return _(sentence, amount=wording.money(entry.money) if entry.money else "?", day=day)

    return say


def _return_overdue(entry: EntryView) -> str:
    if entry.facts.get("what") == "inspection":
        return _("Return %(number)s still waits for its inspection", number=_number(entry))
    return _("Return %(number)s has been on its way for long: ask the carrier", number=_number(entry))


def _promised(entry: EntryView) -> str:
    return _(
        "%(who)s promised %(what)s by %(day)s",
        who=who(entry),
        what=_what(entry),
        day=_day(entry, "promised_on"),
    )


def _shipped(entry: EntryView) -> str:
    return _(
        "%(who)s sent %(what)s: %(carrier)s %(tracking)s",
        who=who(entry),
        what=_what(entry),
        carrier=carriers.name(str(entry.facts.get("carrier", ""))),
        tracking=entry.facts.get("tracking", "?"),
    )


def _coupon(sentence: str) -> Callable[[EntryView], str]:
    def say(entry: EntryView) -> str:
        amount = wording.money(entry.money) if entry.money else "?"
        return _(sentence, who=who(entry), code=entry.facts.get("code_end", "?"), amount=amount)

    return say


def _platform(sentence: str) -> Callable[[EntryView], str]:
    def say(entry: EntryView) -> str:
        return _(
            sentence,
            who=who(entry),
            platform=entry.facts.get("platform", "?"),
            number=entry.facts.get("number", "?"),
            when=_moment(entry, "deadline"),
        )

    return say


def _about_return(sentence: str) -> Callable[[EntryView], str]:
    return lambda entry: _(
        sentence,
        who=who(entry),
        number=_number(entry),
        why=inside_words.why(entry.facts),
        when=_moment(entry, "send_by"),
    )


def _about_replacement(sentence: str) -> Callable[[EntryView], str]:
    return lambda entry: _(
        sentence,
        who=who(entry),
        what=_what(entry),
        why=entry.facts.get("why", ""),
        day=_day(entry, "promised_on"),
    )


def _about_contact(sentence: str) -> Callable[[EntryView], str]:
    return lambda entry: _(
        sentence,
        who=who(entry),
        name=entry.facts.get("name", "?"),
        sender=entry.facts.get("from", "?"),
        recipient=entry.facts.get("recipient", "?"),
        text=entry.facts.get("text", ""),
    )


def _bundle_made(entry: EntryView) -> str:
    """Its hash stands there whole: by it a ZIP that comes back is told from another."""
    facts = entry.facts
    if facts.get("account"):
        name = _("On the command line, %(account)s", account=facts["account"])
    else:
        name = who(entry)
    if facts.get("internal"):
        return _(
            "%(who)s made a bundle of the claim with what is for colleagues only (SHA-256 %(sha256)s)",
            who=name,
            sha256=facts.get("sha256", "?"),
        )
    return _(
        "%(who)s made a bundle of the claim (SHA-256 %(sha256)s)", who=name, sha256=facts.get("sha256", "?")
    )


def _number(entry: EntryView) -> str:
    return str(entry.facts.get("number", "?"))


def _what(entry: EntryView) -> str:
    return str(inside_words.REPLACEMENTS.get(str(entry.facts.get("what", "")), "?"))


def _moment(entry: EntryView, name: str) -> str:
    kept = entry.facts.get(name)
    return wording.moment(datetime.fromisoformat(str(kept))) if kept else "?"


def _day(entry: EntryView, name: str) -> str:
    kept = entry.facts.get(name)
    return str(format_date(date.fromisoformat(str(kept)), _("d MMM y"))) if kept else "?"


SAY: dict[str, Callable[[EntryView], str]] = {
    "task_due": lambda entry: _("The moment has come to look at something"),
    "called": lambda entry: _(
        "%(who)s spoke with %(whom)s", who=who(entry), whom=entry.facts.get("whom", "?")
    ),
    "asked": _asked,
    "colleague_answered": _about_contact(N_("%(who)s answered, inside the shop only")),
    "answered_by_machine": _about_contact(N_("An automatic answer of %(who)s, inside the shop only")),
    "answer_held": _held,
    "answer_taken": _about_contact(N_("%(who)s took an answer of %(sender)s as a note")),
    "answer_refused": _about_contact(N_("%(who)s set an answer of %(sender)s aside")),
    "answer_overdue": _overdue,
    "inquiry_done": _about_contact(N_("%(who)s: what %(name)s was to do is done")),
    "inquiry_withdrawn": _about_contact(N_("%(who)s needs no answer of %(name)s any more")),
    "side_mail_returned": _about_contact(N_("The mail to %(recipient)s came back: %(text)s")),
    "return_started": _about_return(N_("%(who)s asked for the goods back, number %(number)s, by %(when)s")),
    "return_sent": _return_sent,
    "return_prolonged": _about_return(N_("%(who)s gave more time for return %(number)s: until %(when)s")),
    "return_received": _about_return(N_("%(who)s received return %(number)s")),
    "return_received_told": _about_return(N_("Told: return %(number)s has arrived")),
    "return_inspected": _return_inspected,
    "refund_lowered": _lowered,
    "deduction_told": _about_return(N_("Told: what return %(number)s has lost in value, and the sum")),
    "refund_near": _due(N_("The refund of %(amount)s was promised by %(day)s, and has not left")),
    "refund_overdue": _due(N_("The refund of %(amount)s is late: promised by %(day)s. A lead looks first")),
    "return_canceled": _about_return(N_("%(who)s called return %(number)s off: %(why)s")),
    "return_lost": _about_return(N_("%(who)s: return %(number)s was lost: %(why)s")),
    "return_expired": _about_return(N_("Return %(number)s was not sent in time")),
    "return_reminded": _about_return(N_("Automatic reminder to send return %(number)s")),
    "return_overdue": _return_overdue,
    "not_decided_anew": _about_return(
        N_("It is not as agreed (%(why)s), and something was paid or sent already: find what is fair by hand")
    ),
    "replacement_promised": _promised,
    "promise_told": _about_replacement(N_("Told: %(what)s by %(day)s")),
    "promise_overdue": _about_replacement(N_("%(what)s was promised by %(day)s and has not left")),
    "replacement_shipped": _shipped,
    "replacement_told": _about_replacement(N_("Told: %(what)s is on its way")),
    "replacement_delivered": _about_replacement(N_("%(who)s: %(what)s has arrived")),
    "replacement_failed": _about_replacement(N_("%(who)s: %(what)s did not arrive: %(why)s")),
    "replacement_canceled": _about_replacement(N_("%(who)s: %(what)s will not be sent: %(why)s")),
    "coupon_told": _coupon(N_("%(who)s sent the coupon of %(amount)s ending in %(code)s")),
    "coupon_issued": _coupon(N_("%(who)s issued a coupon of %(amount)s ending in %(code)s")),
    "coupon_redeemed": _coupon(N_("%(who)s: the coupon ending in %(code)s was used")),
    "coupon_void": _coupon(N_("%(who)s: the coupon ending in %(code)s is void")),
    "coupon_expired": _coupon(N_("The coupon ending in %(code)s has expired")),
    "bundle_made": _bundle_made,
    "platform_deadline": _platform(N_("%(who)s: the deadline of %(platform)s %(number)s is %(when)s")),
    "platform_deadline_near": _platform(N_("The deadline of %(platform)s %(number)s is near: %(when)s")),
}
