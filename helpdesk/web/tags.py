"""Tags: put on a ticket and taken off, and for leads the list of all of them."""

from flask import Blueprint, Flask, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from helpdesk import clock
from helpdesk.actions import batches, conversation, tickets
from helpdesk.actions import tags as actions
from helpdesk.db import reading, transaction
from helpdesk.errors import DeskError
from helpdesk.queries import tags as queries
from helpdesk.rules import tags as words
from helpdesk.rules.batches import Deed
from helpdesk.rules.states import Role
from helpdesk.web import answers, refusals
from helpdesk.web.signin import acting, me, needs
from helpdesk.web.translate import _

bp = Blueprint("tags", __name__)


@bp.post("/tickets/<key:number>/tags")
def add(number: int) -> ResponseReturnValue:
    named = actions.read(request.form.get("tags", ""))
    with transaction() as session:
        ticket = tickets.hold(session, number)
        actions.add(session, ticket, named, actor=conversation.agent(me().id), at=clock.now())
    return answers.see("tickets.show", number=number, _anchor="tags")


@bp.post("/tickets/<key:number>/tags/removal")
def take_off(number: int) -> ResponseReturnValue:
    with transaction() as session:
        ticket = tickets.hold(session, number)
        named = [request.form.get("tag", "")]
        actions.take_off(session, ticket, named, actor=conversation.agent(me().id), at=clock.now())
    return answers.see("tickets.show", number=number, _anchor="tags")


@bp.get("/settings/tags")
@needs(Role.LEAD)
def show() -> ResponseReturnValue:
    return _page()


@bp.post("/settings/tags/<key:tag_id>/name")
@needs(Role.LEAD)
def rename(tag_id: int) -> ResponseReturnValue:
    """Another word for it on all of its tickets; nothing else about them changes."""
    try:
        with transaction() as session:
            actions.rename(session, tag_id, request.form.get("name", ""))
    except DeskError as error:
        if refusals.status_of(error) == 404:
            raise
        return _page(error, tag_id), refusals.status_of(error)
    answers.say(_("Saved."))
    return answers.see(".show")


@bp.post("/settings/tags/<key:tag_id>/merger")
@needs(Role.LEAD)
def merge(tag_id: int) -> ResponseReturnValue:
    """All of its tickets get another tag in its place; shown first, for they may be many."""
    named = actions.read(request.form.get("into", ""))
    with reading() as session:
        one = queries.one(session, tag_id)
    if words.folded(one.name) in map(words.folded, named):
        abort(422)
    return _propose(Deed.TAG, {"tags": list(named), "off": [one.name]}, one.id)


@bp.post("/settings/tags/<key:tag_id>/removal")
@needs(Role.LEAD)
def remove(tag_id: int) -> ResponseReturnValue:
    """Off all of its tickets first, as each of them says so; a tag without a ticket goes at once."""
    with reading() as session:
        one = queries.one(session, tag_id)
    if one.count:
        return _propose(Deed.UNTAG, {"tags": [one.name]}, one.id)
    with transaction() as session:
        actions.forget(session, tag_id)
    answers.say(_("The tag is gone."))
    return answers.see(".show")


def init_app(app: Flask) -> None:
    app.jinja_env.filters["tag_search"] = lambda name: words.joined([name])


def _propose(deed: Deed, facts: dict[str, list[str]], tag_id: int) -> ResponseReturnValue:
    with transaction() as session:
        has_it, by = queries.has(tag_id), acting(session)
        batch_id = batches.propose(session, deed, facts, has_it, by=by, at=clock.now()).id
    return answers.see("batches.show", batch_id=batch_id, next=url_for(".show"))


def _page(error: DeskError | None = None, tag_id: int = 0) -> str:
    with reading() as session:
        found = queries.counted(session)
    return render_template(
        "settings/tags.html", tags=found, problem=refusals.sentence(error) if error else "", wrong=tag_id
    )
