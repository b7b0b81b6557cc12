"""What entries say of the ticket itself: its tags, and what an undo has put back."""

from collections.abc import Callable

from helpdesk.queries.entries import EntryView
from helpdesk.rules.states import WaitingOn
from helpdesk.web import wording
from helpdesk.web.actors import who
from helpdesk.web.translate import _


def put_back(entry: EntryView) -> str:
    """An undo: it stands again as it stood."""
    on = entry.facts.get("waiting_on")
    state = str(wording.WAITS[WaitingOn(on)]) if on else wording.word(str(entry.facts.get("after", "")))
    return _("%(who)s pressed undo: %(state)s again", who=who(entry), state=state)


def _tags(entry: EntryView) -> str:
    return _(", ").join(str(each) for each in entry.facts.get("tags", ()))


SAY: dict[str, Callable[[EntryView], str]] = {
    "tagged": lambda entry: _("%(who)s put a tag on it: %(tags)s", who=who(entry), tags=_tags(entry)),
    "untagged": lambda entry: _("%(who)s took a tag off: %(tags)s", who=who(entry), tags=_tags(entry)),
}
