"""What the browser and the desk say to each other about passkeys, in JSON: see static/js/passkeys.js.

A challenge stands in the signed cookie for five minutes, says what it was made for, and is answered once.
"""

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, jsonify, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.exceptions import TooManyRequests

from helpdesk import clock
from helpdesk.actions import once, passkeys
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.errors import DeskError, InvalidError
from helpdesk.rules.access import SignIn
from helpdesk.web import answers, factors, limits, refusals, second_factor
from helpdesk.web.signin import acting, public, without_factor
from helpdesk.web.translate import _

bp = Blueprint("passkeys", __name__)
bp.before_request(factors.count_typed)
CHALLENGE, LASTS = "challenge", timedelta(minutes=5)


@bp.post("/profile/second-factor/passkeys/options")
@without_factor
def registration() -> ResponseReturnValue:
    try:
        with reading() as session:
            options, challenge = passkeys.registration(session, current_desk(), acting(session))
    except DeskError as error:
        return _refused(error)
    return _asked(options, challenge, "register")


@bp.post("/profile/second-factor/passkeys")
@without_factor
def register() -> ResponseReturnValue:
    sent = _sent()
    try:
        with transaction() as session:
            agent = acting(session)
            factors.check_present(session, agent, str(sent.get("current", ""))[:1000])
            challenge = _answered(session, "register")
            name = str(sent.get("name", "")).replace("\0", "")
            passkeys.register(
                session, current_desk(), agent, name, sent.get("credential"), challenge, at=clock.now()
            )
            factors.end_others_at_first(session, agent)
    except DeskError as error:
        return _refused(error)
    answers.say(_("The passkey is registered."))
    return jsonify(next=url_for("factors.show"))


@bp.post("/login/passkey/options")
@public
def question() -> ResponseReturnValue:
    """For the second step after a password, or for a key that stands for both."""
    try:
        with reading() as session:
            half = second_factor.half_signed_in(session) if _is_second() else None
            options, challenge = passkeys.question(session, current_desk(), half.id if half else None)
    except DeskError as error:
        return _refused(error)
    return _asked(options, challenge, f"sign in {half.id if half else 0}")


@bp.post("/login/passkey")
@public
def answer() -> ResponseReturnValue:
    sent = _sent()
    try:
        limits.count_key()
    except TooManyRequests:
        return jsonify(problem=_("Too many tries. Wait five minutes.")), 429
    try:
        with transaction() as session:
            half = second_factor.half_signed_in(session) if _is_second() else None
            challenge = _answered(session, f"sign in {half.id if half else 0}")
            agent = passkeys.signed_by(
                session,
                current_desk(),
                sent.get("credential"),
                challenge,
                agent_id=half.id if half else None,
                at=clock.now(),
            )
            wanted = second_factor.finish(session, agent, SignIn.KEY if half else SignIn.PASSKEY)
    except DeskError as error:
        return _refused(error)
    limits.key_was_good()
    response = jsonify(next=answers.way_back(str(sent.get("next") or ""), wanted))
    limits.remember_device(response, agent.email)
    return response


def _is_second() -> bool:
    return bool(request.args.get("second"))


def _sent() -> dict[str, Any]:
    sent = request.get_json(silent=True)
    return sent if isinstance(sent, dict) else {}


def _asked(options: str, challenge: bytes, purpose: str) -> Response:
    cookie[CHALLENGE] = [urlsafe_b64encode(challenge).decode(), purpose, clock.now().isoformat()]
    return Response(options, mimetype="application/json")


def _answered(session: Session, purpose: str) -> bytes:
    """The challenge that was made for this; nobody answers it a second time, whatever cookie he brings."""
    challenge, made_for, asked = cookie.pop(CHALLENGE, None) or ("", "", "")
    too_old = not asked or clock.now() - datetime.fromisoformat(asked) > LASTS
    key = hashlib.sha256(f"challenge {challenge}".encode()).hexdigest()
    if made_for != purpose or too_old or not once.is_first(session, key, at=clock.now()):
        raise InvalidError(passkeys.NOT_RIGHT)
    return urlsafe_b64decode(challenge)


def _refused(error: DeskError) -> ResponseReturnValue:
    return jsonify(problem=refusals.sentence(error)), refusals.status_of(error)
