"""For load balancers and systemd: does the process answer, could it serve a page, does the clock tick?"""

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Blueprint, current_app
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from helpdesk import clock
from helpdesk.db import reading, unusable
from helpdesk.queries import clockwork
from helpdesk.rules.jobs import GONE_AFTER
from helpdesk.web.signin import quick

bp = Blueprint("health", __name__)
PLAIN = {"Content-Type": "text/plain; charset=utf-8"}


@bp.get("/healthz")
@quick
def alive() -> ResponseReturnValue:
    return "ok\n", 200, PLAIN


@bp.get("/readyz")
@quick
def ready() -> ResponseReturnValue:
    """503 with a sentence when the database cannot be reached or is not at the newest migration."""
    try:
        with reading() as session:
            found = set(MigrationContext.configure(session.connection()).get_current_heads())
    except SQLAlchemyError as error:
        current_app.logger.error("the database does not answer: %s", unusable(error) or error)
        return "the database does not answer\n", 503, PLAIN
    wanted = set(ScriptDirectory(current_app.extensions["migrate"].directory).get_heads())
    if found != wanted:
        return "the database is not at the newest migration: run helpdesk db upgrade\n", 503, PLAIN
    return "ready\n", 200, PLAIN


@bp.get("/healthz/clock")
@quick
def ticks() -> ResponseReturnValue:
    """503 with a sentence when no worker has ticked lately: pages are served, but no mail moves."""
    try:
        with reading() as session:
            seen = clockwork.last_seen(session)
    except SQLAlchemyError as error:
        current_app.logger.error("the database does not answer: %s", unusable(error) or error)
        return "the database does not answer\n", 503, PLAIN
    if seen is None or clock.now() - seen > GONE_AFTER:
        since = f"since {seen.isoformat(timespec='seconds')}" if seen else "yet"
        return f"no worker has ticked {since}: start one with helpdesk work\n", 503, PLAIN
    return "ticking\n", 200, PLAIN
