"""Saved replies: the page where they are written, and the list that the composer offers for a ticket."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from helpdesk import clock
from helpdesk.actions import drafts, merging, saved_replies
from helpdesk.actions.saved_replies import ReplyForm
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.errors import DeskError
from helpdesk.queries import drafts as begun_before
from helpdesk.queries import saved_replies as lookups
from helpdesk.queries.saved_replies import Offered, ReplyView
from helpdesk.rules import placeholders
from helpdesk.rules.states import Role
from helpdesk.web import answers, refusals
from helpdesk.web.signin import acting, me
from helpdesk.web.translate import _

bp = Blueprint("saved_replies", __name__)


@bp.get("/settings/replies")
def show() -> ResponseReturnValue:
    return _page()


@bp.get("/settings/replies/<key:reply_id>")
def edit(reply_id: int) -> ResponseReturnValue:
    with reading() as session:
        found = lookups.one(session, reply_id, me().id)
    typed = ReplyForm(name=found.name, text_en=found.text_en, text_zh=found.text_zh, shared=found.shared)
    return _page(typed, editing=found)


@bp.post("/settings/replies")
def add() -> ResponseReturnValue:
    typed = _typed()
    if "preview" in request.form:
        return _page(typed, preview=True)
    try:
        with transaction() as session:
            saved_replies.add(session, typed, by=acting(session), at=clock.now())
    except DeskError as error:
        return _page(typed, error), refusals.status_of(error)
    answers.say(_("Saved: %(name)s.", name=typed.name.strip()))
    return answers.see("saved_replies.show")


@bp.post("/settings/replies/<key:reply_id>")
def change(reply_id: int) -> ResponseReturnValue:
    typed = _typed()
    with reading() as session:
        editing = lookups.one(session, reply_id, me().id)
    if "preview" in request.form:
        return _page(typed, editing=editing, preview=True)
    try:
        with transaction() as session:
            saved_replies.change(session, reply_id, typed, by=acting(session), at=clock.now())
    except DeskError as error:
        return _page(typed, error, editing=editing), refusals.status_of(error)
    answers.say(_("Saved: %(name)s.", name=typed.name.strip()))
    return answers.see("saved_replies.show")


@bp.post("/settings/replies/<key:reply_id>/removal")
def take_away(reply_id: int) -> ResponseReturnValue:
    with transaction() as session:
        saved_replies.take_away(session, reply_id, by=acting(session))
    return answers.see("saved_replies.show")


@bp.get("/tickets/<key:number>/saved-replies")
def offer(number: int) -> ResponseReturnValue:
    """The list for the composer: each as it would stand on this ticket, with what is missing."""
    name = "_saved_replies" if request.headers.get("X-Live") else "saved_replies"
    return render_template(f"ticket/{name}.html", offered=_offered(number), number=number)


@bp.post("/tickets/<key:number>/draft/saved-reply")
def put_in(number: int) -> ResponseReturnValue:
    """Without JavaScript: the chosen one is added to the draft."""
    chosen = request.form.get("saved", "")
    text = next((each.text for each in _offered(number) if str(each.id) == chosen), "")
    with reading() as session:
        typed = begun_before.of(session, number, me().id)
    together = f"{typed.text.rstrip()}\n\n{text}".strip() if typed.text.strip() else text
    with transaction() as session:
        ticket = merging.final(session, number)
        words = drafts.Words(text=together, kind=typed.kind, cc=typed.cc, bcc=typed.bcc, knew=typed.version)
        drafts.save(session, ticket, words, by=me().id, at=clock.now())
    return answers.see("tickets.show", number=number, sent=number, _anchor="composer")


def _offered(number: int) -> tuple[Offered, ...]:
    desk = current_desk()
    with reading() as session:
        return lookups.offered(session, number, me().id, me().name, desk.shop_name, desk.zone)


def _typed() -> ReplyForm:
    form = request.form
    return ReplyForm(
        name=form.get("name", ""),
        text_en=form.get("text_en", "").replace("\r\n", "\n"),
        text_zh=form.get("text_zh", "").replace("\r\n", "\n"),
        shared=form.get("shared") == "yes",
    )


def _page(
    typed: ReplyForm | None = None,
    error: DeskError | None = None,
    *,
    editing: ReplyView | None = None,
    preview: bool = False,
) -> str:
    """The list, and the form for a new one or the one that is edited."""
    with reading() as session:
        found = lookups.of_agent(session, me().id)
    typed = typed or ReplyForm(name="", text_en="", text_zh="", shared=False)
    texts = ((_("English"), typed.text_en), (_("Chinese"), typed.text_zh))
    return render_template(
        "settings/replies.html",
        replies=found,
        typed=typed,
        editing=editing,
        wrong=refusals.by_field(error),
        names=placeholders.NAMES,
        may_share=me().may(Role.LEAD),
        previews=[(name, placeholders.fill(text, placeholders.NAMES)) for name, text in texts if text.strip()]
        if preview
        else [],
    )
