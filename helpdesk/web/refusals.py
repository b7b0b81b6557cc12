"""Refusals become answers here, and nowhere else: status, page, and the sentence in the reader's language."""

from flask import Flask, current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import NoResultFound, SQLAlchemyError
from werkzeug.exceptions import HTTPException

from helpdesk.db import is_passing, unusable
from helpdesk.errors import ConflictError, DeskError, InvalidError, NotFoundError
from helpdesk.rules.states import IllegalMoveError
from helpdesk.web import refusals_said, wording
from helpdesk.web.translate import _, _l

STATUS: tuple[tuple[type[Exception], int], ...] = (
    (NotFoundError, 404),
    (ConflictError, 409),
    (IllegalMoveError, 409),
    (InvalidError, 422),
)
PAGES = {
    400: _l("This request could not be understood."),
    401: _l("You are not signed in any more."),
    403: _l("This is for colleagues with another role."),
    404: _l("There is no such page."),
    405: _l("This address does not take that."),
    409: _l("Somebody was faster."),
    413: _l("This is too large: 40 MB in one go at most."),
    422: _l("Something in the form is not possible."),
    429: _l("Too many tries. Wait five minutes."),
    500: _l("Something went wrong on our side. Nothing was changed."),
    503: _l("Our database does not answer at the moment. Please try again in a minute."),
}


def init_app(app: Flask) -> None:
    app.register_error_handler(DeskError, _refused)
    app.register_error_handler(IllegalMoveError, _refused)
    app.register_error_handler(NoResultFound, lambda error: page(404))
    app.register_error_handler(CSRFError, _form_too_old)
    app.register_error_handler(HTTPException, lambda error: page(error.code or 500))
    app.register_error_handler(SQLAlchemyError, _database_failed)
    app.register_error_handler(Exception, _broken)


def status_of(error: Exception) -> int:
    """The HTTP status of one of our refusals."""
    return next(status for kind, status in STATUS if isinstance(error, kind))


def sentence(error: Exception) -> str:
    """What the page says: the refusal's own sentence, or sentences, translated where we know them."""
    said = error.complaints if isinstance(error, InvalidError) else (error,)
    return " · ".join(begun(str(each)) for each in said)


def by_field(error: DeskError | None) -> dict[str, str]:
    """The sentences of a refused form, each under the name of its field; "" is the form as a whole."""
    if isinstance(error, InvalidError):
        return {each.field: sentence(each) for each in error.complaints}
    return {error.field: sentence(error)} if error else {}


def begun(said: str) -> str:
    """One sentence of a refusal, translated, as it stands by itself."""
    said = translated(said)
    return said[:1].upper() + said[1:]


def translated(said: str) -> str:
    """The sentence of a refusal in the reader's language; as it is where we do not know it."""
    known = refusals_said.KNOWN.found(said)
    if known is None:
        return said
    text, filled = known
    return _(text, **{name: wording.word(value) for name, value in filled.items()})


def page(status: int, said: str = "") -> tuple[str, int]:
    """An error page; for a poll of our own modules just the status."""
    if request.headers.get("X-Live"):
        return "", status
    title = PAGES.get(status, PAGES[400] if status < 500 else PAGES[500])
    return render_template("error.html", status=status, title=title, said=said), status


def _refused(error: Exception) -> ResponseReturnValue:
    return page(status_of(error), sentence(error))


def _form_too_old(error: CSRFError) -> ResponseReturnValue:
    return page(400, _("This form is too old or not from our page. Go back, load the page again and send."))


def _database_failed(error: SQLAlchemyError) -> ResponseReturnValue:
    """In use or away: a line in the log, and a page that needs no database. Else it is a mistake of ours."""
    if is_passing(error):
        current_app.logger.warning("%s %s: others were in the way", request.method, request.endpoint)
        body, status = page(503, _("Others were changing the same thing. Nothing was changed: try again."))
        return body, status, {"Retry-After": "5"}
    said = unusable(error)
    if not said:
        return _broken(error)
    current_app.logger.error("%s %s: %s", request.method, request.endpoint, said)
    body, status = page(503)
    return body, status, {"Retry-After": "60"}


def _broken(error: Exception) -> ResponseReturnValue:
    """What nobody foresaw: the trace goes to the log, a plain page to the browser."""
    current_app.logger.error("%s %s failed", request.method, request.endpoint, exc_info=error)
    if current_app.testing:
        raise error
    return page(500)
