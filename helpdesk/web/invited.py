"""Somebody follows her invitation: name, language and password are her own."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from helpdesk import clock
from helpdesk.actions import agents, invitations
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.errors import DeskError, NotFoundError
from helpdesk.rules.access import SignIn
from helpdesk.web import answers, language, refusals
from helpdesk.web.signin import public, sign_in
from helpdesk.web.translate import _

bp = Blueprint("invited", __name__)


@bp.get("/join/<token>")
@public
def form(token: str) -> ResponseReturnValue:
    return _page(token)


@bp.post("/join/<token>")
@public
def join(token: str) -> ResponseReturnValue:
    """She works here from now on, and is signed in."""
    wanted = request.form.get("language", "")
    try:
        with transaction() as session:
            agent = invitations.accept(
                session,
                current_desk(),
                token,
                name=request.form.get("name", ""),
                password=request.form.get("password", "")[:1000],
                locale=wanted if wanted in language.LOCALES else None,
                at=clock.now(),
            )
            sign_in(session, agent, SignIn.LINK)
    except NotFoundError:
        raise
    except DeskError as error:
        return _page(token, error), refusals.status_of(error)
    answers.say(_("Welcome. You are signed in."))
    return answers.see("queue.show")


def _page(token: str, error: DeskError | None = None) -> str:
    with reading() as session:
        invitation = invitations.invited_by_link(session, current_desk(), token, at=clock.now())
    return render_template(
        "join.html",
        token_in_link=token,
        invitation=invitation,
        wrong=refusals.by_field(error),
        longest=agents.LONGEST_NAME,
    )
