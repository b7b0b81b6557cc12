"""What entries say of the ticket itself: its tags, its sleep, and what an undo has put back."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from helpdesk.queries.entries import EntryView
from helpdesk.rules.snoozing import Until, Woken
from helpdesk.rules.states import WaitingOn
from helpdesk.web import wording
from helpdesk.web.actors import who
from helpdesk.web.translate import _, _l

UNTIL: Mapping[str, Any] = {
    Until.BUYER: _l("the buyer writes"),
    Until.ANYBODY: _l("somebody answers"),
    Until.MONEY: _l("the money has arrived"),
}
WOKEN: Mapping[str, Any] = {
    Woken.TIME: _l("its time has come"),
    Woken.BUYER: _l("the buyer wrote"),
    Woken.ANYBODY: _l("somebody has answered"),
    Woken.MONEY: _l("there is news of the money"),
    Woken.TROUBLE: _l("something went wrong that cannot wait"),
    Woken.MOVED: _l("its state was changed"),
    Woken.SPAM: _l("it is spam"),
    Woken.MERGED: _l("it was merged"),
    Woken.UNDONE: _l("undone"),
}


def _put_back(entry: EntryView) -> str:
    """An undo: it stands again as it stood."""
    on = entry.facts.get("waiting_on")
    state = str(wording.WAITS[WaitingOn(on)]) if on else wording.word(str(entry.facts.get("after", "")))
    return _("%(who)s pressed undo: %(state)s again", who=who(entry), state=state)


def _tags(entry: EntryView) -> str:
    return _(", ").join(str(each) for each in entry.facts.get("tags", ()))


def _snoozed(entry: EntryView) -> str:
    until, at = str(entry.facts.get("until", Until.DAY)), entry.facts.get("due_at")
    when = wording.moment(datetime.fromisoformat(str(at))) if at else "?"
    if until == Until.DAY:
        return _("%(who)s snoozed it until %(when)s, or until the buyer writes", who=who(entry), when=when)
    return _(
        "%(who)s snoozed it until %(what)s, at the latest on %(when)s",
        who=who(entry),
        what=UNTIL.get(until, until),
        when=when,
    )


def _woke(entry: EntryView) -> str:
    because = str(entry.facts.get("because", ""))
    if because == Woken.BY_HAND:
        return _("%(who)s woke it", who=who(entry))
    return _("It woke: %(because)s", because=WOKEN.get(because, because))


SAY: dict[str, Callable[[EntryView], str]] = {
    "tagged": lambda entry: _("%(who)s put a tag on it: %(tags)s", who=who(entry), tags=_tags(entry)),
    "snoozed": _snoozed,
    "woke": _woke,
    "untagged": lambda entry: _("%(who)s took a tag off: %(tags)s", who=who(entry), tags=_tags(entry)),
}
# Why a ticket has moved, where that is no move of the day.
MOVES: dict[str, Callable[[EntryView], str]] = {
    "undone": _put_back,
    "woke": lambda entry: _("It is our turn again"),
}
