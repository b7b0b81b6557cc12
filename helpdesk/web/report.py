"""A first report over thirty days."""

from datetime import timedelta

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from helpdesk import clock
from helpdesk.current import current_desk
from helpdesk.db import reading
from helpdesk.queries import reason_lessons, report

bp = Blueprint("report", __name__)
PERIOD = timedelta(days=30)
UNFOLDED = 240  # characters of a comment that stand there without a press


@bp.get("/report")
def show() -> ResponseReturnValue:
    now = clock.now()
    with reading() as session:
        found = report.report(session, since=now - PERIOD, at=now)
        learnt = reason_lessons.lessons(session, current_desk().phrases, since=now - PERIOD)
    most = max(*found.scores.values(), 1)
    return render_template(
        "report.html", report=found, days=PERIOD.days, most=most, unfolded=UNFOLDED, learnt=learnt
    )
