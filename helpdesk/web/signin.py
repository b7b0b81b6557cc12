"""Who is asking: the login behind the session cookie, checked once per request, and what a role may see."""

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from flask import Flask, abort, current_app, g, redirect, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from helpdesk import clock
from helpdesk.actions import agent_sessions
from helpdesk.db import reading, transaction
from helpdesk.models import Agent
from helpdesk.queries import people
from helpdesk.queries.people import SignedIn
from helpdesk.rules.access import SignIn
from helpdesk.rules.states import Role

P = ParamSpec("P")
R = TypeVar("R")


class _Login(UserMixin):  # type: ignore[misc]  # Flask-Login has no types
    """What Flask-Login keeps in the cookie: the number of the session's row and its secret."""

    def __init__(self, session_id: int, secret: str) -> None:
        self.session_id, self.secret = session_id, secret

    def get_id(self) -> str:
        return f"{self.session_id}.{self.secret}"


def public(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a view that needs no login."""
    view.is_public = True  # type: ignore[attr-defined]  # a mark on a function
    return view


def quick(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a public view that does not even look who asks, so that it needs no database for that."""
    view.is_quick = True  # type: ignore[attr-defined]  # a mark on a function
    return view


def without_factor(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a view for those who still have to set up the second factor that the shop wants of them."""
    view.without_factor = True  # type: ignore[attr-defined]  # a mark on a function
    return view


def reads_bytes(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a view that reads the body as it came, whatever type it says that it has."""
    view.reads_bytes = True  # type: ignore[attr-defined]  # a mark on a function
    return view


def needs(role: Role) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Only for colleagues who may do what `role` may; 403 for others."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            if not me().may(role):
                abort(403)
            return view(*args, **kwargs)

        return guarded

    return decorate


def me() -> SignedIn:
    """The colleague who asks; 401 when nobody is signed in."""
    asking = who()
    if asking is None:
        abort(401)
    return asking


def who() -> SignedIn | None:
    """The colleague who asks, or None."""
    asking: SignedIn | None = g.get("signed_in")
    return asking


def acting(session: Session) -> Agent:
    """The row of the colleague who asks, for actions that want one."""
    return session.get_one(Agent, me().id)


def sign_in(session: Session, agent: Agent, how: SignIn) -> None:
    """Begin a session; the one of before ends, and nothing of it stays in the cookie."""
    if (before := who()) is not None:
        agent_sessions.end(session, session.get_one(Agent, before.id), before.session_id)
    kept = agent_sessions.begin(
        session,
        agent,
        how,
        address=request.remote_addr or "",
        user_agent=request.headers.get("User-Agent", ""),
        at=clock.now(),
    )
    cookie.clear()
    cookie.permanent = True
    login_user(_Login(*kept))


def sign_out() -> None:
    logout_user()
    cookie.clear()
    g.signed_in = None


def init_app(app: Flask) -> None:
    manager = LoginManager(app)
    manager.session_protection = None  # the address of a phone changes; the key in the cookie is what counts
    manager.user_loader(_load)
    app.before_request(_know_who_asks)
    app.context_processor(lambda: {"me": who()})


def _load(kept: str) -> _Login | None:
    """Called by Flask-Login with what the signed cookie holds; looks nothing up."""
    session_id, _, secret = kept.partition(".")
    is_number = session_id.isascii() and session_id.isdigit() and len(session_id) < 10
    return _Login(int(session_id), secret) if is_number else None


def _know_who_asks() -> ResponseReturnValue | None:
    """Before any transaction is open: read the colleague, and turn strangers to the login."""
    view: Any = current_app.view_functions.get(request.endpoint or "")
    if request.endpoint == "static" or getattr(view, "is_quick", False):
        return None
    if current_user.is_authenticated:
        with reading() as session:
            g.signed_in = people.signed_in(session, current_user.session_id, current_user.secret)
        _note_use()
    asking = who()
    if view is None or getattr(view, "is_public", False):
        return None
    if asking is not None:
        may_pass = not asking.lacks_factor or getattr(view, "without_factor", False)
        return None if may_pass else _to_the_factor()
    if request.headers.get("X-Live") or request.method != "GET":
        abort(401)
    return redirect(url_for("login.form", next=request.full_path.rstrip("?")), code=303)


def _to_the_factor() -> ResponseReturnValue:
    """Nothing else before it is set up."""
    if request.headers.get("X-Live") or request.method != "GET":
        abort(403)
    return redirect(url_for("factors.show"), code=303)


def _note_use() -> None:
    """When the session was used last, within some minutes. Who is in the way of that stops no page."""
    asking, at = who(), clock.now()
    if asking is None or at - asking.seen_at < agent_sessions.SEEN_EVERY:
        return
    with suppress(SQLAlchemyError), transaction() as session:
        agent_sessions.note_use(session, asking.session_id, address=request.remote_addr or "", at=at)
