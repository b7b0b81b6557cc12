"""What entries say of planned mail that a colleague has put off, worded, let rest or sent before its time."""

from collections.abc import Callable
from datetime import datetime

from helpdesk.queries.entries import EntryView
from helpdesk.web import reasons, wording
from helpdesk.web.actors import who
from helpdesk.web.translate import _


def _changed(entry: EntryView) -> str:
    words = str(entry.facts.get("text", ""))
    said = _("%(who)s put %(what)s on %(when)s", who=who(entry), what=_what(entry), when=_when(entry))
    return _("%(said)s, with these words: “%(words)s”", said=said, words=words) if words else said


def _what(entry: EntryView) -> str:
    what = str(entry.facts.get("what", ""))
    return str(reasons.PLANS.get(what, what))


def _when(entry: EntryView) -> str:
    at = entry.facts.get("due_at")
    return wording.moment(datetime.fromisoformat(str(at))) if at else "?"


SAY: dict[str, Callable[[EntryView], str]] = {
    "plan_changed": _changed,
    "plan_paused": lambda entry: _("%(who)s let rest: %(what)s", who=who(entry), what=_what(entry)),
    "plan_resumed": lambda entry: _(
        "%(who)s lets it go on, on %(when)s: %(what)s",
        who=who(entry),
        when=_when(entry),
        what=_what(entry),
    ),
    "plan_hurried": lambda entry: _(
        "%(who)s sends it before its time: %(what)s", who=who(entry), what=_what(entry)
    ),
}
