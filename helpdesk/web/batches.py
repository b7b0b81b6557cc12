"""Many tickets at once: the form below a list, the page of a batch, and the bar that takes it back."""

from flask import Blueprint, Flask, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from helpdesk import batching, clock
from helpdesk.actions import batches
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.errors import NotFoundError
from helpdesk.queries import batches as queries
from helpdesk.queries.batches import BatchView
from helpdesk.rules.batches import BatchState, Deed
from helpdesk.web import answers, batch_form, batches_said, forms
from helpdesk.web.signin import acting, me, who

bp = Blueprint("batches", __name__)
PARAM = "many"  # in the address of a list: the batch that has just been done


@bp.post("/batches")
def begin() -> ResponseReturnValue:
    """Do it, or show first what would be done: mail to many, and what nobody sees on one page."""
    with transaction() as session:
        if not forms.is_first(session):
            batch_id, asks = queries.newest(session, me().id), False
        else:
            deed, facts = batch_form.deed(session)
            chosen = batch_form.chosen(session, deed, facts)
            by = acting(session)
            batch = batches.propose(session, deed, facts, chosen, by=by, at=clock.now())
            batch_id, asks = batch.id, deed is Deed.REPLY or batch_form.is_of_all()
            if not asks:
                batches.start(session, batch.id, by=by)
    if asks:
        return answers.see(".show", batch_id=batch_id, next=_list())
    batching.do_some(batch_id)
    answers.wake()
    return _back(batch_id)


@bp.get("/batches/<key:batch_id>")
def show(batch_id: int) -> ResponseReturnValue:
    """What would be done, how far it has come, and what was refused."""
    view = _view(batch_id)
    tried = None
    if view.deed is Deed.REPLY and view.state is BatchState.PROPOSED:
        desk = current_desk()
        with reading() as session:
            tried = queries.tried(session, view, agent=me().name, shop=desk.shop_name, zone=desk.zone)
    return render_template("batches/page.html", batch=view, tried=tried, way_back=_list())


@bp.get("/batches/<key:batch_id>/progress")
def progress(batch_id: int) -> ResponseReturnValue:
    """The fragment by which an open page sees how far it has come."""
    view = _view(batch_id)
    version = f"{view.id}-{view.state}-{view.looked_at}-{view.left}"
    body = render_template("batches/_progress.html", batch=view, way_back=_list())
    return answers.unchanged(version) or answers.versioned(body, version)


@bp.post("/batches/<key:batch_id>/start")
def start(batch_id: int) -> ResponseReturnValue:
    """A small one is done at once; the worker goes on with a large one."""
    with transaction() as session:
        batches.start(session, batch_id, by=acting(session))
    batching.do_some(batch_id)
    answers.wake()
    return _back(batch_id)


@bp.post("/batches/<key:batch_id>/stop")
def stop(batch_id: int) -> ResponseReturnValue:
    with transaction() as session:
        batches.stop(session, batch_id, by=acting(session), at=clock.now())
    return answers.see(".show", batch_id=batch_id, next=_list())


@bp.post("/batches/<key:batch_id>/undo")
def undo(batch_id: int) -> ResponseReturnValue:
    """What has changed since is left as it is, and listed."""
    with transaction() as session:
        back = batches.undo(
            session, batch_id, by=acting(session), at=clock.now(), hold=current_desk().hold
        ).id
    batching.do_some(back)
    return _back(back)


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(many_just_done=many_just_done, moves_of_many=batches_said.MOVES)
    app.jinja_env.filters.update(
        batch_title=batches_said.title,
        batch_outcome=batches_said.outcome,
        batch_refusal=batches_said.refusal,
    )


def many_just_done() -> BatchView | None:
    """What `?many=<batch>` names, of the reader."""
    said, reader = request.args.get(PARAM, ""), who()
    if reader is None or not (said.isascii() and said.isdigit() and len(said) < 10):
        return None
    try:
        return _view(int(said))
    except NotFoundError:
        return None


def _view(batch_id: int) -> BatchView:
    with reading() as session:
        return queries.one(session, batch_id, me().id, at=clock.now(), undo=current_desk().undo)


def _list() -> str:
    """The list from which somebody came."""
    wanted = request.form.get("next", "") or request.args.get("next", "")
    return answers.way_back(wanted, url_for("queue.show"))


def _back(batch_id: int) -> Response:
    """To the list, which says what was done; to the batch while it still runs."""
    if not _view(batch_id).ended:
        return answers.see(".show", batch_id=batch_id, next=_list())
    path, _, query = _list().partition("?")
    kept = [each for each in query.split("&") if each and each.partition("=")[0] not in (PARAM, "undo")]
    return redirect(f"{path}?{'&'.join([*kept, f'{PARAM}={batch_id}'])}", code=303)  # type: ignore[return-value]  # of Flask's own class
