"""Whoever did something, as the subject of a sentence."""

from helpdesk.queries.entries import EntryView
from helpdesk.web.translate import _


def who(entry: EntryView) -> str:
    """The actor of an entry as the subject of a sentence."""
    if entry.actor.kind in ("agent", "buyer", "contact"):
        return entry.actor.name or _("the buyer")
    return _("The clock") if entry.actor.kind == "clock" else _("The mail server")
