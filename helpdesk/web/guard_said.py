"""What the page says when the send guard has stopped a reply, and what an entry says of its overruling."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Flask

from helpdesk.actions import guarding
from helpdesk.actions.guarding import ObjectedError
from helpdesk.queries.entries import EntryView
from helpdesk.queries.tickets import TicketView
from helpdesk.rules.guard import Objection, Stop
from helpdesk.rules.states import EntryKind
from helpdesk.web import refusals
from helpdesk.web.translate import _

SHOWN = 6  # entries that came in meanwhile


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """A reply that was stopped: why, and what the agent may press."""

    objections: tuple[Objection, ...]
    seen: int  # the last entry that her page had
    then: str  # the state that she had chosen for afterwards

    @property
    def may_insist(self) -> bool:
        """Whether one press sends it. Of words that came in meanwhile nothing is left to insist on but the
        rest: the page that says so shows them."""
        others = [each for each in self.objections if each.stop is not Stop.MOVED_ON]
        return bool(others) and all(each.may_be_insisted_on for each in others)

    @property
    def may_be_noted(self) -> bool:
        return any(each.stop is Stop.INSIDE for each in self.objections)

    @property
    def keys(self) -> tuple[str, ...]:
        """Of what a press overrules."""
        return tuple(each.key for each in self.objections if each.may_be_insisted_on)

    def came_in(self, ticket: TicketView) -> Sequence[EntryView]:
        """What was said since her page was made, the newest few."""
        if all(each.stop is not Stop.MOVED_ON for each in self.objections):
            return ()
        own = [each for each in ticket.entries if each.number == ticket.number and each.seq > self.seen]
        return [each for each in own if each.kind is not EntryKind.EVENT][-SHOWN:]


def init_app(app: Flask) -> None:
    app.jinja_env.filters.update(objection=sentence, instead=instead, overruled=overruled)


def of(error: ObjectedError, *, seen: int, then: str) -> Stopped:
    return Stopped(objections=error.objections, seen=seen, then=then)


def sentence(objection: Objection) -> str:
    """What the matter is and what to do, in the reader's language."""
    said = guarding.sentence(objection)
    return refusals.translated(said) if objection.found else refusals.begun(said)


def instead(objection: Objection) -> str:
    """What stands here of the kind; "" where there is nothing to compare with."""
    if not objection.known:
        return ""
    return _("What stands here: %(known)s", known=" · ".join(objection.known))


def overruled(said: Mapping[str, Any]) -> str:
    """What an entry says of an objection with which it was sent all the same."""
    return _("Sent all the same: %(objection)s", objection=refusals.translated(_of_entry(said)))


def _of_entry(said: Mapping[str, Any]) -> str:
    return guarding.sentence(guarding.from_facts(said))
