"""How often somebody may guess a password, or answer behind a link; counted for all processes together.

A stranger who guesses must not lock anybody out. So a browser in which somebody has signed in keeps a cookie
that says so, and its tries are counted for itself alone. All others are counted by account and address, by
address, and by account from anywhere. (OWASP: "Slow down online guessing attacks with device cookies".)

Behind a reverse proxy that nobody has told us of, all visitors have one address: it tells nobody apart, and
only a flood is stopped by it.
"""

import hmac
import secrets
from datetime import timedelta

from flask import Response, abort, current_app, request
from itsdangerous import BadData, URLSafeSerializer

from helpdesk import clock
from helpdesk.actions import once
from helpdesk.current import current_desk, current_settings
from helpdesk.db import transaction

WITHIN = timedelta(minutes=5)
BY_ACCOUNT, BY_ADDRESS, ANSWERS, REQUESTS = 10, 30, 60, 12  # in that span, from one address or known browser
BY_ACCOUNT_ANYWHERE, BY_SHARED_ADDRESS = 50, 300
FORGOTTEN, FORGOTTEN_BY_ADDRESS, AN_HOUR = 5, 20, timedelta(hours=1)
CODES_A_DAY, A_DAY = 100, timedelta(days=1)
DEVICE_COOKIE = "helpdesk_device"
A_YEAR = 365 * 24 * 3600


def count_login(email: str) -> None:
    """Count a try before its password is looked at; 429 when there were too many."""
    _count(_of_login(email))


def login_was_good(email: str) -> None:
    """Only tries that failed stay counted."""
    with transaction() as session:
        for name in sorted(map(key, _of_login(email))):
            once.take_off(session, name)


def count_answer() -> None:
    """Count an answer of a buyer behind a link; 429 when one address sends too many."""
    _count({f"answer from {_visitor()}": ANSWERS})


def count_request() -> None:
    """Count what a stranger asks of an open page; 429 when one address asks too much."""
    _count({f"request from {_visitor()}": REQUESTS})


def count_forgotten(email: str) -> None:
    """Count a wish for a new password, of any address; 429 when there were too many within an hour."""
    _count(
        {f"forgotten {_plain(email)}": FORGOTTEN, f"forgotten from {_visitor()}": FORGOTTEN_BY_ADDRESS},
        within=AN_HOUR,
    )


def count_code(agent_id: int) -> None:
    """Count a code of a second factor before it is looked at; 429 when there were too many.

    Whoever asks knows the password: of a million codes a hundred a day are tried, not thousands.
    """
    _count({f"codes of {agent_id} in a day": CODES_A_DAY}, within=A_DAY)
    _count({f"code of {agent_id}": BY_ACCOUNT})


def code_was_good(agent_id: int) -> None:
    with transaction() as session:
        for name in sorted(map(key, (f"code of {agent_id}", f"codes of {agent_id} in a day"))):
            once.take_off(session, name)


def count_present(agent_id: int) -> None:
    """Count a present password that is typed by whoever is signed in; 429 when there were too many.

    A browser that was left open gives nobody a password to guess at.
    """
    _count({f"present password of {agent_id}": BY_ACCOUNT})


def count_key() -> None:
    """Count what a browser says of a passkey; 429 when one address says too much."""
    _count({f"key from {_visitor()}": BY_SHARED_ADDRESS if _is_shared() else BY_ADDRESS})


def key_was_good() -> None:
    with transaction() as session:
        once.take_off(session, key(f"key from {_visitor()}"))


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


def _count(limits: dict[str, int], *, within: timedelta = WITHIN) -> None:
    with transaction() as session:
        for name, most in sorted((key(what), most) for what, most in limits.items()):
            if not once.count(session, name, most=most, within=within, at=clock.now()):
                abort(429)  # rolls back: what is refused counts nowhere


def _of_login(email: str) -> dict[str, int]:
    """What counts a try at this account, and how many of each there may be."""
    account = f"login of {_plain(email)}"
    if device := _known_device(email):
        return {f"{account} {device}": BY_ACCOUNT}
    return {
        f"{account} from {_visitor()}": BY_ACCOUNT,
        account: BY_ACCOUNT_ANYWHERE,
        f"login from {_visitor()}": BY_SHARED_ADDRESS if _is_shared() else BY_ADDRESS,
    }


def _known_device(email: str) -> str:
    """The browser's mark, when this account has been signed in to in it; else ""."""
    try:
        known, device = _devices().loads(request.cookies.get(DEVICE_COOKIE, ""))
    except (BadData, UnicodeError, ValueError):
        return ""
    return str(device) if known == _plain(email) else ""


def _is_shared() -> bool:
    """HTTPS ends at a proxy, as we speak none; unless we were told its address, it hides all others."""
    settings = current_settings()
    return settings.secure_cookies and not settings.trusted_proxy


def _devices() -> URLSafeSerializer:
    return URLSafeSerializer(current_desk().secret, salt="helpdesk-device")


def _visitor() -> str:
    return request.remote_addr or ""


def _plain(email: str) -> str:
    return email.strip().lower()[:320]


def key(what: str) -> str:
    """Neither an account nor an address stands in the table."""
    return hmac.digest(current_desk().secret, what.encode(), "sha256").hex()
