"""Saved queues: a search with a name, beside the others; their counts are asked for once a minute."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, Flask, current_app, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from helpdesk import clock
from helpdesk.actions import saved_queues as actions
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.errors import DeskError
from helpdesk.queries import saved_queues as queries
from helpdesk.queries.saved_queues import SavedView
from helpdesk.rules.searching import LONGEST
from helpdesk.web import answers, refusals, search
from helpdesk.web.signin import acting, me
from helpdesk.web.translate import _

bp = Blueprint("saved", __name__)
COUNTS = "helpdesk.saved_counts"
FRESH = timedelta(minutes=1)
MOST_KEPT = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    saved: SavedView
    count: str  # "99+" where there are more


@bp.get("/queues/<key:saved_id>")
def show(saved_id: int) -> ResponseReturnValue:
    """What the saved search finds now."""
    with reading() as session:
        saved = queries.one(session, saved_id, me().id, me().role)
    return search.results(saved.query, saved=saved)


@bp.post("/queues")
def save() -> ResponseReturnValue:
    query, name, shared = _typed()
    try:
        with transaction() as session:
            saved_id = actions.save(
                session,
                search.asked(query),
                query=query,
                name=name,
                shared=shared,
                by=acting(session),
                at=clock.now(),
            ).id
    except DeskError as error:
        return search.results(query, problem=refusals.sentence(error)), refusals.status_of(error)
    answers.say(_("Saved. It stands beside the queues."))
    return answers.see(".show", saved_id=saved_id)


@bp.post("/queues/<key:saved_id>")
def change(saved_id: int) -> ResponseReturnValue:
    query, name, shared = _typed()
    try:
        with transaction() as session:
            actions.change(
                session,
                saved_id,
                search.asked(query),
                query=query,
                name=name,
                shared=shared,
                by=acting(session),
            )
    except DeskError as error:
        return search.results(query, problem=refusals.sentence(error)), refusals.status_of(error)
    answers.say(_("Saved."))
    return answers.see(".show", saved_id=saved_id)


@bp.post("/queues/<key:saved_id>/removal")
def remove(saved_id: int) -> ResponseReturnValue:
    with transaction() as session:
        actions.remove(session, saved_id, by=acting(session))
    answers.say(_("The saved queue is removed; its tickets stay where they are."))
    return answers.see("queue.show")


def look(session: Session) -> list[Counted]:
    """Those of the reader with their counts, for the list of queues."""
    found = queries.of_reader(session, me().id, me().role)
    return [Counted(saved=each, count=_count(session, each)) for each in found]


def init_app(app: Flask) -> None:
    app.extensions[COUNTS] = {}


def _typed() -> tuple[str, str, bool]:
    """Search, name, and whether it is for everybody."""
    query = " ".join(request.form.get("q", "").split())[: LONGEST + 1]
    return query, request.form.get("name", "")[:200], request.form.get("shared") == "yes"


def _count(session: Session, saved: SavedView) -> str:
    """Not older than a minute: a search for words costs some milliseconds, and there may be many of them."""
    kept: dict[tuple[str, int], tuple[datetime, str]] = current_app.extensions[COUNTS]
    key, now = (saved.query, me().id), clock.now()
    if key in kept and abs(now - kept[key][0]) < FRESH:
        return kept[key][1]
    if len(kept) > MOST_KEPT:
        kept.clear()
    wanted = search.asked(saved.query)
    found = queries.count(session, wanted, reader_id=me().id, zone=current_desk().zone)
    said = f"{queries.COUNTED - 1}+" if found == queries.COUNTED else str(found)
    kept[key] = (now, said)
    return said
