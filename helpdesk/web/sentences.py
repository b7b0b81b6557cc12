"""What an entry says, in the reader's language: made from its facts when it is shown, never stored."""

import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from helpdesk.queries.entries import EntryView
from helpdesk.rules.reminders import Reason
from helpdesk.rules.states import EntryKind
from helpdesk.web import (
    claim_sentences,
    evidence_sentences,
    inside_said,
    money_sentences,
    order_words,
    plan_sentences,
    reasons,
    refusals,
    ticket_sentences,
    troubles_said,
    wording,
)
from helpdesk.web.actors import who
from helpdesk.web.translate import _

HAN = "\u4e00-\u9fff"


def sentence(entry: EntryView) -> str:
    """One line about any entry; one with a verb that is unknown here is named by that verb."""
    return _spaced(_said(entry), entry.actor.name)


def _said(entry: EntryView) -> str:
    about_order = order_words.SAY.get(entry.verb)
    if about_order is not None:
        return about_order(entry, who(entry))
    say = SAY.get(entry.verb)
    return say(entry) if say else _("%(who)s: %(verb)s", who=who(entry), verb=entry.verb)


def _spaced(said: str, name: str) -> str:
    """A blank stands between a name in Latin letters and the Chinese word beside it, and nowhere else."""
    if not name or not (name[0].isascii() and name[-1].isascii()):
        return said
    return re.sub(rf"(?<=[{HAN}]){re.escape(name)}|{re.escape(name)}(?=[{HAN}])", _with_blanks, said)


def _with_blanks(found: re.Match[str]) -> str:
    before = " " if re.match(rf"[{HAN}]", found.string[max(0, found.start() - 1) : found.start()]) else ""
    after = " " if re.match(rf"[{HAN}]", found.string[found.end() : found.end() + 1]) else ""
    return f"{before}{found[0]}{after}"


def words(entry: EntryView) -> str:
    """What was said: the new words of a mail, all of ours, the text of a note."""
    facts = entry.facts
    return str(facts.get("new") or facts.get("words") or facts.get("text") or "")


def opened_because(entry: EntryView) -> str:
    """Why a mail that points at an older ticket opened one of its own."""
    because = str(entry.facts.get("opened_because", ""))
    return _("A ticket of its own: %(because)s", because=reasons.OPENED.get(because, because))


def passed_on_by(entry: EntryView) -> str:
    """Who passed a mail on, and when it is said to have been written."""
    facts = entry.facts
    who_did = facts.get("forwarded_by_name") or facts.get("forwarded_by", "")
    if facts.get("dated"):
        return _("Passed on by %(who)s; written, it says, %(when)s", who=who_did, when=facts["dated"])
    return _("Passed on by %(who)s", who=who_did)


def not_sent(entry: EntryView) -> str:
    """Why an answer that a colleague gave by mail stands here as a note."""
    problem = refusals.translated(str(entry.facts.get("not_sent", "")))
    return _("Answered by mail, and not sent to the buyer: %(because)s", because=problem)


def unless(named: Sequence[str]) -> str:
    """What would withdraw a plan by itself."""
    if Reason.BUYER_WROTE in named:
        return _("withdrawn by itself when the buyer writes")
    return ""


def _moved(entry: EntryView) -> str:
    after, on = str(entry.facts.get("after", "")), entry.facts.get("waiting_on")
    if entry.actor.kind == "buyer":  # no buyer solves or opens a ticket: it follows what was heard
        return _("Heard from %(who)s: now %(state)s", who=who(entry), state=wording.word(after))
    if entry.facts.get("because") in ticket_sentences.MOVES:
        return ticket_sentences.MOVES[entry.facts["because"]](entry)
    if entry.facts.get("because") == "claim":
        return _(
            "%(who)s: now %(state)s again, because a claim on it goes on",
            who=who(entry),
            state=wording.word(after),
        )
    if entry.facts.get("because") == "refund":
        return _(
            "%(who)s: now %(state)s again, because money is on its way",
            who=who(entry),
            state=wording.word(after),
        )
    if on:
        return _("%(who)s: now waiting for %(on)s", who=who(entry), on=reasons.ON.get(on, on))
    return _("%(who)s: now %(state)s", who=who(entry), state=wording.word(after))


def _assigned(entry: EntryView) -> str:
    name = entry.facts.get("name")
    if not name:
        return _("%(who)s gave it back to everybody", who=who(entry))
    if name == entry.actor.name:
        return _("%(who)s took it", who=who(entry))
    return _("%(who)s gave it to %(name)s", who=who(entry), name=name)


def _not_acknowledged(entry: EntryView) -> str:
    because = str(entry.facts.get("because", ""))
    return _("No acknowledgement was sent: %(because)s", because=reasons.NOT_ANSWERED.get(because, because))


def _planned(entry: EntryView) -> str:
    at = entry.facts.get("due_at")
    when = wording.moment(datetime.fromisoformat(at)) if at else "?"
    return _("Planned for %(when)s: %(what)s", when=when, what=_what(entry))


def _plan_withdrawn(entry: EntryView) -> str:
    because = entry.facts.get("because", "")
    return _("Not planned any more: %(what)s (%(because)s)", what=_what(entry), because=_reason(because))


def _kept_back(entry: EntryView) -> str:
    facts = entry.facts
    return _(
        "Not sent to %(to)s: “%(subject)s” (%(because)s)",
        to=facts.get("to", "?"),
        subject=facts.get("subject", ""),
        because=_reason(str(facts.get("because", ""))),
    )


def _handed_over(entry: EntryView) -> str:
    return _("Our mail server has taken the message")


def _copy_refused(entry: EntryView) -> str:
    return _(
        "The copy for %(recipient)s was not taken: %(answer)s",
        recipient=entry.facts.get("recipient", ""),
        answer=entry.facts.get("answer", ""),
    )


def _failed(entry: EntryView) -> str:
    if entry.facts.get("about") in ("notification", "side_mail"):
        return _(
            "A colleague could not be told by mail: %(answer)s", answer=troubles_said.answer(entry.facts)
        )
    if entry.facts.get("automatic") is False:
        return _("Your answer did not arrive: %(answer)s", answer=troubles_said.answer(entry.facts))
    return _("The message could not be delivered: %(answer)s", answer=troubles_said.answer(entry.facts))


def _unknown(entry: EntryView) -> str:
    if entry.facts.get("about") in ("notification", "side_mail"):
        return _("Nobody knows whether a colleague was told by mail")
    return _(
        "Nobody knows whether the message went out: %(answer)s", answer=troubles_said.answer(entry.facts)
    )


def _bounced(entry: EntryView) -> str:
    facts = {"recipient": entry.facts.get("recipient", ""), "text": entry.facts.get("text") or "?"}
    if entry.facts.get("automatic"):
        return _("An automatic message to %(recipient)s did not arrive: %(text)s", **facts)
    if entry.facts.get("action") == "delayed":
        return _("The message to %(recipient)s is held up: %(text)s", **facts)
    if entry.facts.get("permanent"):
        return _("Your answer did not arrive, %(recipient)s takes no mail: %(text)s", **facts)
    return _("Your answer to %(recipient)s did not arrive: %(text)s", **facts)


def _complained(entry: EntryView) -> str:
    return _(
        "%(recipient)s has called a message of ours junk: no automatic mail goes there any more",
        recipient=entry.facts.get("recipient", ""),
    )


def _survey_answered(entry: EntryView) -> str:
    score, text = entry.facts.get("score", "?"), str(entry.facts.get("text", ""))
    if text:
        return _("%(who)s gave %(score)s of 5: “%(text)s”", who=who(entry), score=score, text=text)
    return _("%(who)s gave %(score)s of 5", who=who(entry), score=score)


def _what(entry: EntryView) -> str:
    what = str(entry.facts.get("what", ""))
    return str(reasons.PLANS.get(what, what))


def _reason(because: str) -> str:
    return str(reasons.WITHDRAWN[Reason(because)]) if because in list(Reason) else because


def _marked_spam(entry: EntryView) -> str:
    because = str(entry.facts.get("because", ""))
    if because:
        return _("Spam, says the provider (%(because)s)", because=because)
    return _("%(who)s marked it as spam", who=who(entry))


def _unmarked_spam(entry: EntryView) -> str:
    if entry.actor.kind == "server":
        return _("Somebody moved it out of the folder of junk: this is no spam")
    return _("%(who)s: this is no spam", who=who(entry))


def _other(entry: EntryView) -> str:
    return f"#{entry.facts.get('ticket', '?')}"


SAY: dict[str, Callable[[EntryView], str]] = {
    "received": lambda entry: _("%(who)s wrote", who=who(entry)),
    "replied": lambda entry: _("%(who)s answered", who=who(entry)),
    "noted": lambda entry: _("%(who)s noted, for colleagues only", who=who(entry)),
    "acknowledged": lambda entry: _("Automatic acknowledgement"),
    "arrival_check": lambda entry: _("Automatic question: did the money arrive?"),
    "survey": lambda entry: _("Automatic question: how was it?"),
    "moved": _moved,
    "assigned": _assigned,
    "not_acknowledged": _not_acknowledged,
    "planned": _planned,
    "plan_withdrawn": _plan_withdrawn,
    "copy_refused": _copy_refused,
    "handed_over": _handed_over,
    "failed": _failed,
    "unknown": _unknown,
    "letter_kept_back": _kept_back,
    "withdrawn": lambda entry: _("%(who)s took the message back before it left", who=who(entry)),
    "found_sent": lambda entry: _("The message stands in the Sent folder: it did go out"),
    "settled": lambda entry: _("%(who)s has looked: the message did go out", who=who(entry)),
    "sent_again": lambda entry: _("%(who)s has looked: the message goes out once more", who=who(entry)),
    "failure_seen": lambda entry: _(
        "%(who)s has seen that it failed: %(because)s",
        who=who(entry),
        because=entry.facts.get("because", ""),
    ),
    "bounced": _bounced,
    "also_arrived": lambda entry: _(
        "It also arrived at %(address)s", address=entry.facts.get("address", "?")
    ),
    "suppression_lifted": lambda entry: _(
        "%(who)s: %(recipient)s takes mail again", who=who(entry), recipient=entry.facts.get("recipient", "?")
    ),
    "report_was_mail": lambda entry: _(
        "%(who)s: that was no report about a message of ours, but mail; it is read as such", who=who(entry)
    ),
    "address_corrected": lambda entry: _(
        "%(who)s corrected the address: %(before)s was wrong, we write to %(after)s",
        who=who(entry),
        before=entry.facts.get("before") or "?",
        after=entry.facts.get("after") or "?",
    ),
    "marked_spam": _marked_spam,
    "unmarked_spam": _unmarked_spam,
    "complained": _complained,
    "merged_into": lambda entry: _("%(who)s merged it into %(other)s", who=who(entry), other=_other(entry)),
    "took_in": lambda entry: _("%(who)s merged %(other)s into it", who=who(entry), other=_other(entry)),
    "separated": lambda entry: _("%(who)s took it out of %(other)s", who=who(entry), other=_other(entry)),
    "wrote_there": lambda entry: _("%(who)s wrote on %(other)s", who=who(entry), other=_other(entry)),
    "gave_back": lambda entry: _("%(who)s took %(other)s out of it", who=who(entry), other=_other(entry)),
    "notified": lambda entry: _("%(name)s was told by mail", name=entry.facts.get("name", "?")),
    "notification_returned": lambda entry: _(
        "The notification to %(recipient)s came back: %(text)s",
        recipient=entry.facts.get("recipient", "?"),
        text=entry.facts.get("text", ""),
    ),
    "survey_answered": _survey_answered,
    **inside_said.SAY,
    "surveys_stopped": lambda entry: _("%(who)s wants no more surveys", who=who(entry)),
    **plan_sentences.SAY,
    **ticket_sentences.SAY,
    **evidence_sentences.SAY,
    **claim_sentences.SAY,
    **money_sentences.SAY,
}


def written_before(entry: EntryView) -> datetime | None:
    """When its writer says that it was written, where it came more than a day later, as from an archive."""
    said = entry.facts.get("sent_at") if entry.kind is EntryKind.RECEIVED else None
    written = datetime.fromisoformat(said) if said else None
    return written if written is not None and entry.at - written > timedelta(days=1) else None
