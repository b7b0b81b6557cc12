"""The ticket page, and the fragment by which an open page learns what is new on it."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from helpdesk import clock
from helpdesk.actions import suppressions
from helpdesk.current import current_desk
from helpdesk.db import reading
from helpdesk.queries import people
from helpdesk.queries import tickets as lookups
from helpdesk.queries.tickets import TakenBack, TicketView
from helpdesk.rules.currencies import OFFERED
from helpdesk.rules.reminders import ARRIVAL_DAYS
from helpdesk.rules.states import EntryKind, OutboxState, TicketState, WaitingOn
from helpdesk.web import answers, language

bp = Blueprint("tickets", __name__)


@bp.get("/tickets/<key:number>")
def show(number: int) -> ResponseReturnValue:
    """`?again=<entry>` puts the words of a reply that was taken back into the composer.

    Its files cannot be put back: no page may choose files for a browser. So the page names them.
    """
    again = request.args.get("again", "")
    back = TakenBack()
    if again.isascii() and again.isdigit() and len(again) < 10:
        with reading() as session:
            back = lookups.taken_back(session, number, int(again))
    return page(number, text=back.words, dropped=back.files)


@bp.get("/tickets/<key:number>/entries")
def entries(number: int) -> ResponseReturnValue:
    """Facts, conversation and plans; 304 while the newest entry and the minute are the same."""
    with reading() as session:
        newest = lookups.version(session, number)
    version = f"{newest}-{clock.now():%d%H%M}-{language.chosen()}"
    return answers.unchanged(version) or answers.versioned(
        render_template("ticket/_live.html", **_looked_up(number)), version
    )


def page(
    number: int,
    *,
    text: str = "",
    kind: str = "reply",
    problem: str = "",
    field: str = "",
    seen: int | None = None,
    refund: dict[str, str] | None = None,
    merge: str = "",
    merge_unsure: bool = False,
    dropped: tuple[str, ...] = (),
) -> str:
    """The whole page; what was typed comes back with the sentence that says why it was refused.

    `seen` is the last entry that the agent had read: what came in after it is marked as new. `dropped` are
    the names of files that have to be chosen again. `merge_unsure`: a button merges all the same.
    """
    return render_template(
        "ticket/page.html",
        **_looked_up(number),
        text=text,
        kind=kind,
        problem=problem,
        field=field,
        seen=seen,
        refund_typed=refund or {},
        merge_typed=merge,
        merge_unsure=merge_unsure,
        dropped=dropped,
    )


def _looked_up(number: int) -> dict[str, object]:
    with reading() as session:
        ticket = lookups.show(session, number, whole="whole" in request.args)
        colleagues = people.colleagues(session)
        silenced = bool(ticket.addresses) and suppressions.stops_planned(
            session, ticket.addresses[0], at=clock.now()
        )
    return {
        "ticket": ticket,
        "silenced": silenced,
        "colleagues": colleagues,
        "undoable": _undoable(ticket),
        "newest": max((entry.id for entry in ticket.entries if entry.kind != EntryKind.EVENT), default=0),
        "now": clock.now(),
        "undo_seconds": int(current_desk().undo.total_seconds()),
        "currencies": OFFERED,
        "methods": tuple(ARRIVAL_DAYS),
        "waits": tuple(WaitingOn),
        "TicketState": TicketState,
        "EntryKind": EntryKind,
        "OutboxState": OutboxState,
    }


def _undoable(ticket: TicketView) -> int | None:
    """The newest reply of the matter that has not left yet: the id of its entry."""
    waiting = [
        entry.id
        for entry in ticket.entries
        if entry.delivery is not None
        and entry.delivery.state is OutboxState.QUEUED
        and not entry.delivery.automatic
        and not entry.delivery.attempts
    ]
    return waiting[-1] if waiting else None
