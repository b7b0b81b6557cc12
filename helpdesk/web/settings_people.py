"""Settings of people, for owners: who works here, with which role, and whose door is shut."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from helpdesk import clock
from helpdesk.actions import agents, handing_over, staff_events
from helpdesk.db import reading, transaction
from helpdesk.errors import ConflictError, DeskError, InvalidError, NotFoundError
from helpdesk.models import Agent
from helpdesk.queries import access
from helpdesk.queries.staff import staff
from helpdesk.rules.states import Role
from helpdesk.web import answers, refusals
from helpdesk.web.language import LOCALES
from helpdesk.web.signin import acting, me, needs

bp = Blueprint("people", __name__, url_prefix="/settings/people")
ECHOED = 330  # characters of a field that come back: as many as could be right, and a few more


@bp.get("", endpoint="agents")
@needs(Role.OWNER)
def agents_page() -> ResponseReturnValue:
    return page()


@bp.post("")
@needs(Role.OWNER)
def add() -> ResponseReturnValue:
    """A new colleague, who can sign in at once."""
    form = request.form
    try:
        with transaction() as session:
            agent = agents.create(
                session,
                email=form.get("email", ""),
                name=form.get("name", ""),
                password=form.get("password", "")[:1000],
                role=role_of(form.get("role", "")),
                locale=form.get("locale") if form.get("locale") in LOCALES else None,
                at=clock.now(),
            )
            staff_events.record(
                session, "added", by=acting(session), about=agent, at=clock.now(), role=agent.role
            )
    except DeskError as error:
        return page(error, about="new"), refusals.status_of(error)
    answers.say(_("%(name)s can sign in now.", name=form.get("name", "").strip()))
    return answers.see("people.agents")


@bp.post("/<key:agent_id>")
@needs(Role.OWNER)
def change(agent_id: int) -> ResponseReturnValue:
    """Role and door; a shut door ends all sessions."""
    try:
        with transaction() as session:
            agent = _agent(session.get(Agent, agent_id))
            role = role_of(request.form.get("role", ""))
            active = request.form.get("active") == "yes"
            agents.change(session, agent, role=role, active=active, by=acting(session), at=clock.now())
            name = agent.name
    except DeskError as error:
        return page(error, about=f"{agent_id} role"), refusals.status_of(error)
    answers.say(_("Saved: %(name)s.", name=name))
    return answers.see("people.agents")


@bp.post("/<key:agent_id>/name")
@needs(Role.OWNER)
def rename(agent_id: int) -> ResponseReturnValue:
    """Name and address; whoever has signed in stays so."""
    form = request.form
    try:
        with transaction() as session:
            agent = _agent(session.get(Agent, agent_id))
            agents.rename(
                session,
                agent,
                name=form.get("name", ""),
                email=form.get("email", ""),
                by=acting(session),
                at=clock.now(),
            )
            name = agent.name
    except DeskError as error:
        return page(error, about=f"{agent_id} name"), refusals.status_of(error)
    answers.say(_("Saved: %(name)s.", name=name))
    return answers.see("people.agents")


@bp.post("/<key:agent_id>/password")
@needs(Role.OWNER)
def set_password(agent_id: int) -> ResponseReturnValue:
    """A new password, to be told to the colleague; all their sessions end."""
    try:
        with transaction() as session:
            agent = _agent(session.get(Agent, agent_id))
            if agent.id == me().id:
                raise ConflictError("change your own password on your profile: it asks for the present one")
            typed = request.form.get("password", "")[:1000]
            agents.set_password(session, agent, typed, at=clock.now())
            staff_events.record(session, "password_set", by=acting(session), about=agent, at=clock.now())
    except DeskError as error:
        return page(error, about=f"{agent_id} password"), refusals.status_of(error)
    answers.say(_("%(name)s has a new password, and is signed out everywhere.", name=agent.name))
    return answers.see("people.agents")


@bp.post("/<key:agent_id>/tickets")
@needs(Role.OWNER)
def hand_over(agent_id: int) -> ResponseReturnValue:
    """The open tickets of somebody: to a colleague, or to nobody."""
    given = request.form.get("to", "")
    with transaction() as session:
        agent, by = _agent(session.get(Agent, agent_id)), acting(session)
        to = int(given) if given.isdigit() and len(given) < 10 else None
        count = handing_over.hand_over(session, agent, to, by=by, at=clock.now())
        staff_events.record(session, "handed_over", by=by, about=agent, at=clock.now(), count=count)
    answers.say(ngettext("%(num)d ticket is handed over.", "%(num)d tickets are handed over.", count))
    return answers.see("people.agents")


def page(error: DeskError | None = None, *, about: str = "") -> str:
    """`about` is the form that was refused: "new", "invited", or whose it is and which: "7 name"."""
    with reading() as session:
        people, invited, events = staff(session), access.open_invitations(session), access.events(session)
        forced = access.is_factor_forced(session)
    return render_template(
        "settings/people.html",
        people=people,
        invited=invited,
        events=events,
        factor_forced=forced,
        now=clock.now(),
        roles=tuple(Role),
        about=about,
        wrong=refusals.by_field(error),
        typed={name: text[:ECHOED] for name, text in request.form.items()} if error else {},
        longest=agents.LONGEST_NAME,
    )


def _agent(found: Agent | None) -> Agent:
    if found is None:
        raise NotFoundError("there is no such colleague")
    return found


def role_of(typed: str) -> Role:
    try:
        return Role(typed)
    except ValueError as error:
        raise InvalidError("choose a role", field="role") from error
