"""Many tickets at once in words: what is done, how far it has come, what became of it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask_babel import ngettext

from helpdesk.queries.batches import BatchView
from helpdesk.rules.batches import BatchState, Deed
from helpdesk.web import refusals, snoozes, wording
from helpdesk.web.translate import _, _l

# In the order in which the bar offers them; see web/batch_form.py.
MOVES = {
    "open": _l("our turn"),
    "buyer": _l("waiting for the buyer"),
    "carrier": _l("waiting for the carrier"),
    "bank": _l("waiting for the bank"),
    "colleague": _l("waiting for a colleague"),
    "solved": _l("solved"),
    "closed": _l("closed"),
    "spam": _l("spam"),
    "not_spam": _l("not spam"),
}


def title(batch: BatchView) -> str:
    """ "Give to Ann: 12 tickets"."""
    count = str(ngettext("%(num)d ticket", "%(num)d tickets", batch.total))
    return _("%(what)s: %(count)s", what=_what(batch), count=count)


def outcome(batch: BatchView) -> str:
    """What became of it, or how far it has come, as one line."""
    if batch.state is BatchState.PROPOSED:
        return _("Nothing has been done yet.")
    if batch.state is BatchState.RUNNING:
        return _("%(done)s of %(total)s looked at", done=batch.looked_at, total=batch.total)
    parts = [_done(batch)] if batch.done or not (batch.unchanged or batch.refused) else []
    if batch.unchanged:
        parts.append(_("%(count)s were so already", count=batch.unchanged))
    if batch.refused:
        parts.append(_("%(count)s left as they are", count=batch.refused))
    if batch.state is BatchState.STOPPED and batch.looked_at < batch.total:
        parts.append(_("%(count)s not begun: it was stopped", count=batch.total - batch.looked_at))
    return _(" · ").join(parts)


def refusal(problem: str) -> str:
    """Why a ticket was left as it is, in the reader's language."""
    return refusals.begun(problem)


def _done(batch: BatchView) -> str:
    if batch.deed is Deed.REPLY:
        return str(ngettext("%(num)d reply leaves", "%(num)d replies leave", batch.done))
    if batch.deed is Deed.UNDO:
        return str(ngettext("%(num)d ticket put back", "%(num)d tickets put back", batch.done))
    count = str(ngettext("%(num)d ticket", "%(num)d tickets", batch.done))
    return _("%(what)s: %(count)s", what=_what(batch), count=count)


def _what(batch: BatchView) -> str:
    return str(WHAT[batch.deed](batch.facts))


def _assigned(facts: Mapping[str, Any]) -> str:
    return _("Assigned to %(name)s", name=facts["name"]) if facts["name"] else _("Assigned to nobody")


def _moved(facts: Mapping[str, Any]) -> str:
    state = MOVES[facts["waiting_on"]] if facts.get("waiting_on") else wording.word(facts["state"])
    return _("Now %(state)s", state=state)


def _tagged(facts: Mapping[str, Any]) -> str:
    tags, off = (_(", ").join(facts.get(name, ())) for name in ("tags", "off"))
    return _("Tagged %(tags)s, not %(off)s", tags=tags, off=off) if off else _("Tagged %(tags)s", tags=tags)


def _snoozed(facts: Mapping[str, Any]) -> str:
    if facts["due_at"]:
        return _("Snoozed until %(when)s", when=wording.moment(datetime.fromisoformat(facts["due_at"])))
    return _("Snoozed until %(when)s", when=snoozes.CHOICES[facts["until"]])


WHAT: Mapping[Deed, Callable[[Mapping[str, Any]], str]] = {
    Deed.ASSIGN: _assigned,
    Deed.MOVE: _moved,
    Deed.SPAM: lambda facts: _("Marked as spam") if facts["spam"] else _("Not spam"),
    Deed.TAG: _tagged,
    Deed.UNTAG: lambda facts: _("No longer tagged %(tags)s", tags=_(", ").join(facts["tags"])),
    Deed.REPLY: lambda facts: _("Reply “%(name)s”", name=facts["name"]),
    Deed.MERGE: lambda facts: _("Merged into #%(number)s", number=facts["into"]),
    Deed.SNOOZE: _snoozed,
    Deed.WAKE: lambda facts: _("Woken"),
    Deed.UNDO: lambda facts: _("Undone"),
}
