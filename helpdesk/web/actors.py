"""Who did it, as the subject of a sentence."""

from helpdesk.queries.entries import EntryView
from helpdesk.web.translate import _


def who(entry: EntryView) -> str:
    """A colleague or buyer by name, or the machine that acted."""
    if entry.actor.kind in ("agent", "buyer", "contact"):
        return entry.actor.name or _("the buyer")
    return _("The clock") if entry.actor.kind == "clock" else _("The mail server")
