"""How often somebody may guess a password, or answer behind a link; counted for all processes together.

A stranger who guesses at an account must not lock its owner out. So a browser in which somebody has signed in
keeps a cookie that says so, and its tries are counted for itself; all others share one count per account.
(OWASP: "Slow down online guessing attacks with device cookies".)
"""

import hmac
import secrets
from datetime import timedelta

from flask import Response, abort, current_app, request
from itsdangerous import BadData, URLSafeSerializer

from helpdesk import clock
from helpdesk.actions import once
from helpdesk.current import current_desk
from helpdesk.db import transaction

WITHIN = timedelta(minutes=5)
BY_ADDRESS, BY_ACCOUNT, ANSWERS, REQUESTS = 30, 10, 60, 12  # in that span
DEVICE_COOKIE = "helpdesk_device"
A_YEAR = 365 * 24 * 3600


def count_login(email: str) -> None:
    """Count a try before its password is looked at; 429 when there were too many."""
    _count({f"login from {_visitor()}": BY_ADDRESS, _account(email): BY_ACCOUNT})


def login_was_good(email: str) -> None:
    """Only tries that failed stay counted."""
    with transaction() as session:
        for name in sorted(map(key, (f"login from {_visitor()}", _account(email)))):
            once.take_off(session, name)


def count_answer() -> None:
    """Count an answer of a buyer behind a link; 429 when one address sends too many."""
    _count({f"answer from {_visitor()}": ANSWERS})


def count_request() -> None:
    """Count what a stranger asks of an open page; 429 when one address asks too much."""
    _count({f"request from {_visitor()}": REQUESTS})


def remember_device(response: Response, email: str) -> None:
    """This browser has known the password of this account."""
    response.set_cookie(
        DEVICE_COOKIE,
        str(_devices().dumps([_plain(email), secrets.token_hex(8)])),
        max_age=A_YEAR,
        path="/login",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )


def _count(limits: dict[str, int]) -> None:
    with transaction() as session:
        for name, most in sorted((key(what), most) for what, most in limits.items()):
            if not once.count(session, name, most=most, within=WITHIN, at=clock.now()):
                abort(429)  # rolls back: what is refused counts nowhere


def _account(email: str) -> str:
    """What counts the guesses at an account: its known browser alone, or everybody else together."""
    try:
        known, device = _devices().loads(request.cookies.get(DEVICE_COOKIE, ""))
    except (BadData, UnicodeError, ValueError):
        known, device = "", ""
    return f"login of {_plain(email)} {device if known == _plain(email) else ''}"


def _devices() -> URLSafeSerializer:
    return URLSafeSerializer(current_desk().secret, salt="helpdesk-device")


def _visitor() -> str:
    return request.remote_addr or ""


def _plain(email: str) -> str:
    return email.strip().lower()[:320]


def key(what: str) -> str:
    """Neither an account nor an address stands in the table."""
    return hmac.digest(current_desk().secret, what.encode(), "sha256").hex()
