"""Owners and the second factor of others: taken away from who lost it, wanted of leads and owners."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from helpdesk import clock
from helpdesk.actions import second_factor, shop, staff_events
from helpdesk.db import transaction
from helpdesk.errors import ConflictError, NotFoundError
from helpdesk.models import Agent
from helpdesk.rules.states import Role
from helpdesk.web import answers
from helpdesk.web.signin import acting, me, needs
from helpdesk.web.translate import _

bp = Blueprint("people_factors", __name__, url_prefix="/settings/people")


@bp.post("/<key:agent_id>/second-factor/removal")
@needs(Role.OWNER)
def reset(agent_id: int) -> ResponseReturnValue:
    """For a colleague who has lost phone and paper: all of it is gone, and she is told by mail."""
    with transaction() as session:
        agent = session.get(Agent, agent_id)
        if agent is None:
            raise NotFoundError("there is no such colleague")
        if agent.id == me().id:
            raise ConflictError("take your own second factor away on your profile")
        second_factor.reset(session, agent, by=acting(session), at=clock.now())
        name = agent.name
    answers.say(_("%(name)s signs in with the password alone now, and is told so by mail.", name=name))
    return answers.see("people.agents")


@bp.post("/second-factor")
@needs(Role.OWNER)
def force() -> ResponseReturnValue:
    """Whether leads and owners need one: who has none is led to set it up before anything else."""
    forced = request.form.get("forced") == "yes"
    with transaction() as session:
        row = shop.row(session)
        if row.second_factor_forced != forced:
            row.second_factor_forced = forced
            verb = "factor_forced" if forced else "factor_free"
            staff_events.record(session, verb, by=acting(session), about=None, at=clock.now())
    answers.say(_("Saved."))
    return answers.see("people.agents")
