"""Which tickets were ticked, and what is to be done to them, read from the form below a list."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import request
from sqlalchemy import ColumnElement, and_
from sqlalchemy.orm import Session

from helpdesk import clock
from helpdesk.actions import tags
from helpdesk.current import current_desk
from helpdesk.errors import InvalidError
from helpdesk.models import Agent, Ticket
from helpdesk.queries import queue as lists
from helpdesk.queries import saved_replies, search_conditions, switches
from helpdesk.queries.queue import Queue, Reader
from helpdesk.rules.batches import MOST_MERGED, Deed
from helpdesk.rules.states import TicketState, WaitingOn
from helpdesk.web import approving, search, snoozes
from helpdesk.web.signin import me

MOST_TICKED = 500  # boxes of one page
MOVES: dict[str, tuple[Deed, dict[str, Any]]] = {
    "open": (Deed.MOVE, {"state": TicketState.OPEN}),
    **{
        str(on): (Deed.MOVE, {"state": TicketState.WAITING, "waiting_on": on}) for on in WaitingOn
    },  # "buyer", "carrier" ...
    "solved": (Deed.MOVE, {"state": TicketState.SOLVED}),
    "closed": (Deed.MOVE, {"state": TicketState.CLOSED}),
    "spam": (Deed.SPAM, {"spam": True}),
    "not_spam": (Deed.SPAM, {"spam": False}),
}


def is_of_all() -> bool:
    """All tickets of the list are meant, also those beyond the page."""
    return request.form.get("all") == "yes"


def deed(session: Session) -> tuple[Deed, dict[str, Any]]:
    """What is to be done, and with what. Raises InvalidError for what makes no sense."""
    wanted = request.form.get("deed", "")
    if wanted not in READ:
        raise InvalidError("choose what is to be done", field="deed")
    return READ[wanted](session)


def chosen(session: Session, what: Deed, facts: Mapping[str, Any]) -> ColumnElement[bool]:
    """The tickets that are meant, as a condition. Raises InvalidError where none were ticked."""
    if not is_of_all():
        is_ticked = Ticket.id.in_(ticked())
        return and_(is_ticked, Ticket.id != facts["into"]) if what is Deed.MERGE else is_ticked
    if request.form.get("q", "").strip():
        return _found(session)
    wanted = request.form.get("queue", "")
    if wanted not in list(Queue):
        raise InvalidError("choose at least one ticket", field="ticket")
    return lists.is_in(Queue(wanted), _reader(session))


def ticked() -> list[int]:
    """Their numbers. Raises InvalidError where there are none."""
    said = request.form.getlist("ticket")[:MOST_TICKED]
    numbers = {int(each) for each in said if each.isascii() and each.isdigit() and len(each) < 10}
    if not numbers:
        raise InvalidError("choose at least one ticket", field="ticket")
    return sorted(numbers)


def _found(session: Session) -> ColumnElement[bool]:
    wanted = search.asked(" ".join(request.form["q"].split()))
    if wanted.troubles or not wanted.terms:
        raise InvalidError("search for something first: what is not understood cannot be changed", field="q")
    return search_conditions.of(session, wanted, reader_id=me().id, zone=current_desk().zone)


def _reader(session: Session) -> Reader:
    return Reader(
        agent_id=me().id,
        approver=approving.reader(session),
        at=clock.now(),
        stopped=switches.stopped(session) is not None,
    )


def _assign(session: Session) -> tuple[Deed, dict[str, Any]]:
    wanted = request.form.get("assignee", "")
    if not wanted:
        return Deed.ASSIGN, {"assignee": None, "name": ""}
    is_number = wanted.isascii() and wanted.isdigit() and len(wanted) < 10
    colleague = session.get(Agent, int(wanted)) if is_number else None
    if colleague is None or not colleague.active:
        raise InvalidError("this colleague does not work here any more", field="assignee")
    return Deed.ASSIGN, {"assignee": colleague.id, "name": colleague.name}


def _move(session: Session) -> tuple[Deed, dict[str, Any]]:
    wanted = request.form.get("to", "")
    if wanted not in MOVES:
        raise InvalidError("choose what is to be done", field="to")
    return MOVES[wanted]


def _tags(what: Deed) -> Callable[[Session], tuple[Deed, dict[str, Any]]]:
    return lambda session: (what, {"tags": list(tags.read(request.form.get("tags", "")))})


def _reply(session: Session) -> tuple[Deed, dict[str, Any]]:
    """The words as they are now: what somebody changes afterwards is another reply."""
    wanted = request.form.get("saved", "")
    if not (wanted.isascii() and wanted.isdigit() and len(wanted) < 10):
        raise InvalidError("choose a saved reply", field="saved")
    reply = saved_replies.one(session, int(wanted), me().id)
    then = TicketState.SOLVED if request.form.get("then") == "solved" else TicketState.WAITING
    return Deed.REPLY, {
        "name": reply.name,
        "text_en": reply.text_en,
        "text_zh": reply.text_zh,
        "then": then,
    }


def _snooze(session: Session) -> tuple[Deed, dict[str, Any]]:
    until, due_at = snoozes.typed()
    return Deed.SNOOZE, {"until": until, "due_at": due_at.isoformat() if due_at else None}


def _merge(session: Session) -> tuple[Deed, dict[str, Any]]:
    """Into the oldest: the others point there, and new mail joins it."""
    if is_of_all():
        raise InvalidError("choose the tickets that are one matter by hand", field="all")
    numbers = ticked()
    if len(numbers) < 2:
        raise InvalidError("choose at least two tickets that are one matter", field="ticket")
    if len(numbers) > MOST_MERGED:
        raise InvalidError(f"these are more than {MOST_MERGED} tickets: search for fewer", field="ticket")
    return Deed.MERGE, {"into": numbers[0]}


READ: Mapping[str, Callable[[Session], tuple[Deed, dict[str, Any]]]] = {
    "assign": _assign,
    "move": _move,
    "tag": _tags(Deed.TAG),
    "untag": _tags(Deed.UNTAG),
    "reply": _reply,
    "merge": _merge,
    "snooze": _snooze,
    "wake": lambda session: (Deed.WAKE, {}),
}
