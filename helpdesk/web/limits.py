"""How often somebody may guess a password, or answer behind a link; kept in this process's memory."""

from typing import Any

from flask import Flask, Response, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from helpdesk.web import public

BY_ADDRESS = "30 per 5 minutes"
BY_ACCOUNT = "10 per 5 minutes"


def init_app(app: Flask) -> None:
    """Guard the login, where only tries that failed are counted, and the pages behind links."""
    limiter = Limiter(get_remote_address, app=app, storage_uri="memory://", headers_enabled=False)
    view: Any = app.view_functions["login.enter"]
    for limit, key in ((BY_ADDRESS, get_remote_address), (BY_ACCOUNT, _account)):
        view = limiter.limit(limit, key_func=key, deduct_when=_failed)(view)
    app.view_functions["login.enter"] = view
    limiter.limit(public.OFTEN, methods=["POST"])(public.bp)


def _account() -> str:
    return "account:" + request.form.get("email", "").strip().lower()[:320]


def _failed(response: Response) -> bool:
    return response.status_code != 303
