"""Owners invite colleagues: by mail, or by a link that is handed over by hand."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from helpdesk import clock
from helpdesk.actions import invitations
from helpdesk.current import current_desk
from helpdesk.db import transaction
from helpdesk.errors import DeskError
from helpdesk.rules.states import Role
from helpdesk.web import answers, language, refusals, settings_people
from helpdesk.web.signin import acting, needs
from helpdesk.web.translate import _

bp = Blueprint("invitations", __name__, url_prefix="/settings/people/invitations")


@bp.post("")
@needs(Role.OWNER)
def invite() -> ResponseReturnValue:
    form = request.form
    locale = form.get("locale", "")
    try:
        with transaction() as session:
            email = invitations.invite(
                session,
                email=form.get("email", ""),
                role=settings_people.role_of(form.get("role", "")),
                locale=locale if locale in language.LOCALES else language.chosen(),
                by=acting(session),
                at=clock.now(),
            ).email
    except DeskError as error:
        return settings_people.page(error, about="invited"), refusals.status_of(error)
    answers.say(_("%(email)s is invited. The letter leaves within seconds.", email=email))
    return answers.back("/settings/people")


@bp.post("/<key:invitation_id>/again")
@needs(Role.OWNER)
def again(invitation_id: int) -> ResponseReturnValue:
    with transaction() as session:
        email = invitations.send_again(session, invitation_id, at=clock.now()).email
    answers.say(_("The letter to %(email)s leaves again, with a new link.", email=email))
    return answers.see("people.agents")


@bp.post("/<key:invitation_id>/link")
@needs(Role.OWNER)
def link(invitation_id: int) -> ResponseReturnValue:
    """Shown once: the desk keeps no copy of it."""
    with transaction() as session:
        shown = invitations.link(session, current_desk(), invitation_id, at=clock.now())
        email = invitations.open_one(session, invitation_id).email
    return render_template("settings/invitation_link.html", link=shown, email=email)


@bp.post("/<key:invitation_id>/withdrawal")
@needs(Role.OWNER)
def withdraw(invitation_id: int) -> ResponseReturnValue:
    with transaction() as session:
        email = invitations.withdraw(session, invitation_id, by=acting(session), at=clock.now()).email
    answers.say(_("The invitation of %(email)s is withdrawn.", email=email))
    return answers.see("people.agents")
