"""The search: one box on every page, a page of results, and what can be typed into it."""

from flask import Blueprint, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from helpdesk import clock
from helpdesk.current import current_desk
from helpdesk.db import reading
from helpdesk.models import Ticket
from helpdesk.queries import batches, suggestions, switches
from helpdesk.queries import search as queries
from helpdesk.queries.queue import Reader
from helpdesk.queries.saved_queues import SavedView
from helpdesk.queries.suggestions import FoundBuyer, FoundOrder, FoundTicket
from helpdesk.rules import searching
from helpdesk.rules.search_terms import Search
from helpdesk.web import answers, approving, presence, search_said
from helpdesk.web.signin import me
from helpdesk.web.translate import _

bp = Blueprint("search", __name__)


@bp.get("/search")
def show() -> ResponseReturnValue:
    """What was found, and how to ask. "#17" alone leads to that ticket."""
    typed = " ".join(request.args.get("q", "").split())[: searching.LONGEST + 1]
    if number := _only_a_ticket(typed):
        with reading() as session:
            is_there = session.get(Ticket, number) is not None
        if is_there:
            return answers.see("tickets.show", number=number)
    return results(typed)


def results(typed: str, *, saved: SavedView | None = None, problem: str = "") -> str:
    """The page for a search, or for a saved one; `problem` is why it was not saved."""
    wanted = asked(typed)
    with reading() as session:
        presence.look(session)
        found = queries.page(
            session,
            wanted,
            reader=Reader(
                agent_id=me().id,
                approver=approving.reader(session),
                at=clock.now(),
                stopped=switches.stopped(session) is not None,
            ),
            zone=current_desk().zone,
            after=answers.row_before(),
        )
        choices = batches.offered(session, me().id) if found.rows else None
    return render_template(
        "search.html",
        q=typed,
        found=found,
        choices=choices,
        saved=saved,
        problem=problem,
        troubles=[search_said.trouble(each, typed) for each in wanted.troubles],
        asked=bool(typed),
        first="after" not in request.args,
    )


@bp.get("/search/suggest")
def suggest() -> ResponseReturnValue:
    """A few tickets, buyers and orders for what is being typed, as the palette shows them."""
    typed = " ".join(request.args.get("q", "").split())[: searching.LONGEST]
    with reading() as session:
        found = suggestions.suggest(session, typed)
    return jsonify([*map(_ticket, found.tickets), *map(_buyer, found.buyers), *map(_order, found.orders)])


def asked(typed: str) -> Search:
    """What was typed, on this day and in the words of both languages."""
    today = clock.now().astimezone(current_desk().zone).date()
    return searching.parse(typed, today=today, reasons=search_said.reasons())


def _ticket(found: FoundTicket) -> dict[str, str]:
    label = f"#{found.number} {found.subject or _('(no subject)')}"
    address = url_for("tickets.show", number=found.number, _anchor="newest")
    return {"group": "tickets", "label": label, "hint": found.buyer, "go": address}


def _buyer(found: FoundBuyer) -> dict[str, str]:
    address = url_for("search.show", q=f'from:"{found.email}"')
    return {"group": "buyers", "label": found.name or found.email, "hint": found.email, "go": address}


def _order(found: FoundOrder) -> dict[str, str]:
    address = url_for("orders.one", order_id=found.id)
    return {"group": "orders", "label": found.number, "hint": found.buyer, "go": address}


def _only_a_ticket(typed: str) -> int:
    number = typed.removeprefix("#")
    return int(number) if typed.startswith("#") and number.isdecimal() and len(number) < 10 else 0
