"""What entries say of tickets that were merged, taken apart or split, and of macros."""

from collections.abc import Callable
from datetime import datetime

from helpdesk.queries.entries import EntryView
from helpdesk.web import wording
from helpdesk.web.actors import who
from helpdesk.web.translate import _


def came_before(entry: EntryView) -> str:
    """When a mail came that was given a ticket of its own later."""
    facts = entry.facts
    came_at, before = facts.get("came_at"), facts.get("split_from") or {}
    when = wording.moment(datetime.fromisoformat(came_at)) if came_at else "?"
    return _("It came on #%(number)s, %(when)s", number=before.get("ticket", "?"), when=when)


def _other(entry: EntryView) -> str:
    return f"#{entry.facts.get('ticket', '?')}"


SAY: dict[str, Callable[[EntryView], str]] = {
    "merged_into": lambda entry: _("%(who)s merged it into %(other)s", who=who(entry), other=_other(entry)),
    "took_in": lambda entry: _("%(who)s merged %(other)s into it", who=who(entry), other=_other(entry)),
    "separated": lambda entry: _("%(who)s took it out of %(other)s", who=who(entry), other=_other(entry)),
    "wrote_there": lambda entry: _("%(who)s wrote on %(other)s", who=who(entry), other=_other(entry)),
    "gave_back": lambda entry: _("%(who)s took %(other)s out of it", who=who(entry), other=_other(entry)),
    "split_from": lambda entry: _(
        "%(who)s gave this mail of %(other)s a ticket of its own", who=who(entry), other=_other(entry)
    ),
    "split_off": lambda entry: _(
        "%(who)s: one mail is another matter, and has %(other)s now", who=who(entry), other=_other(entry)
    ),
    "ran_macro": lambda entry: _(
        "%(who)s ran the macro “%(name)s”", who=who(entry), name=entry.facts.get("name", "?")
    ),
}
