"""For load balancers and systemd: does the process answer, and could it serve a page?"""

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Blueprint, current_app
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from helpdesk.db import reading, unusable
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
