"""Signing in to a mailbox at Google or Microsoft: there by a link, back by a redirect, kept by a button.

The redirect comes as a GET, which changes nothing here: its page shows one button, and that posts what came
back. So the agreement is kept only with the form token of this browser, and the state of this colleague.
"""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from helpdesk import clock
from helpdesk.actions import grants
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.errors import DeskError
from helpdesk.models import Mailbox
from helpdesk.queries import grants as agreements
from helpdesk.queries import mailboxes as ledgers
from helpdesk.rules.states import Role
from helpdesk.vault import SealedError
from helpdesk.web import answers, refusals, troubles_said
from helpdesk.web.signin import me, needs
from helpdesk.web.translate import _
from mail import oauth
from mail.errors import MailError
from mail.oauth import Client

bp = Blueprint("mailbox_oauth", __name__, url_prefix="/settings/mailboxes/oauth")
LONGEST = 4000  # characters of a code


@bp.get("/<key:mailbox_id>")
@needs(Role.OWNER)
def show(mailbox_id: int) -> ResponseReturnValue:
    """Whether somebody has signed in, what to register, and the link to the provider's page."""
    with reading() as session:
        mailbox = ledgers.one(session, mailbox_id, at=clock.now())
        grant = agreements.one(session, mailbox_id)
    if grant is None:
        return answers.see("settings.show_mailbox", mailbox_id=mailbox_id)
    state, verifier = grants.leave(current_desk(), mailbox_id, agent_id=me().id)
    try:
        address = oauth.authorization_address(
            _client(mailbox_id),
            redirect_uri=_redirect_uri(),
            state=state,
            verifier=verifier,
            login_hint=mailbox.username,
        )
    except SealedError as error:
        return refusals.page(409, troubles_said.sentence(str(error)))
    return render_template(
        "settings/mailbox_oauth.html",
        mailbox=mailbox,
        grant=grant,
        address=address,
        redirect_uri=_redirect_uri(),
    )


@bp.get("/return")
@needs(Role.OWNER)
def come_back() -> ResponseReturnValue:
    """Back from the provider, with a code or with a refusal."""
    try:
        mailbox_id, _verifier = grants.come_back(
            current_desk(), request.args.get("state", ""), agent_id=me().id
        )
        client = _client(mailbox_id)
    except (DeskError, SealedError) as error:
        return refusals.page(422, refusals.sentence(error))
    if "error" in request.args or not request.args.get("code"):
        said = oauth.refusal(
            client, request.args.get("error", "invalid_request"), request.args.get("error_description", "")
        )
        return _refused(mailbox_id, said)
    with reading() as session:
        mailbox = ledgers.one(session, mailbox_id, at=clock.now())
    return render_template(
        "settings/mailbox_oauth_return.html",
        mailbox=mailbox,
        name=client.endpoints.name,
        state=request.args["state"],
        code=request.args["code"][:LONGEST],
    )


@bp.post("/return")
@needs(Role.OWNER)
def keep() -> ResponseReturnValue:
    """Change the code for tokens, with no transaction open meanwhile, and keep them."""
    try:
        mailbox_id, verifier = grants.come_back(
            current_desk(), request.form.get("state", ""), agent_id=me().id
        )
        client = _client(mailbox_id)
    except (DeskError, SealedError) as error:
        return refusals.page(422, refusals.sentence(error))
    try:
        tokens = oauth.exchange(
            client,
            code=request.form.get("code", "")[:LONGEST],
            redirect_uri=_redirect_uri(),
            verifier=verifier,
        )
    except MailError as error:
        return _refused(mailbox_id, error)
    with transaction() as session:
        grants.agree(session, current_desk(), mailbox_id, tokens, at=clock.now())
    answers.say(_("Signed in. The worker takes the mailbox up within five minutes."))
    return answers.see("settings.mailboxes")


def _client(mailbox_id: int) -> Client:
    with reading() as session:
        session.get_one(Mailbox, mailbox_id)
        return grants.client(current_desk(), grants.of(session, mailbox_id))


def _redirect_uri() -> str:
    """As it has to be registered with the provider, to the letter."""
    return current_desk().base_url + url_for("mailbox_oauth.come_back")


def _refused(mailbox_id: int, error: MailError) -> ResponseReturnValue:
    said = troubles_said.sentence(str(error))
    return render_template("settings/mailbox_oauth_refused.html", mailbox_id=mailbox_id, said=said), 422
