"""The clock, for leads: which workers tick, what each job did last, and what is due and not done."""

from datetime import timedelta

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from helpdesk import clock
from helpdesk.db import reading
from helpdesk.queries import clockwork
from helpdesk.rules.jobs import SHARED
from helpdesk.rules.states import Role
from helpdesk.web.signin import needs
from helpdesk.web.translate import _l

bp = Blueprint("clock", __name__, url_prefix="/settings/clock")
LATE = timedelta(minutes=2)  # due work that is older stands out: the clock comes round within seconds

JOB_WORDS = {
    "file": _l("Mail that was put in line again"),
    "pay": _l("Money: pay, ask the bank"),
    "chase": _l("Planned mail, tasks, deadlines"),
    "post": _l("Letters to colleagues"),
    "link": _l("Tickets and orders that were told of later"),
    "index": _l("The index of the search"),
    "batches": _l("Many tickets at once"),
    "reconcile": _l("Mail whose sender died"),
    "forget": _l("What is kept for a day only"),
}
BACKLOG_WORDS = {
    "received": _l("mail that came in and is not filed"),
    "replies": _l("mail that is to leave"),
    "plans": _l("plans that are due"),
    "money": _l("refunds to be paid or asked about"),
}


@bp.get("")
@needs(Role.LEAD)
def show() -> ResponseReturnValue:
    at = clock.now()
    with reading() as session:
        found = {
            "workers": clockwork.workers(session, at=at),
            "jobs": clockwork.jobs(session, [name for name, _ in SHARED]),
            "backlogs": clockwork.backlogs(session, at=at),
        }
    return render_template(
        "settings/clock.html",
        at=at,
        late=LATE,
        every=dict(SHARED),
        job_words=JOB_WORDS,
        backlog_words=BACKLOG_WORDS,
        **found,
    )
