"""A form that appends carries a token, so that a double click writes once."""

import hashlib
import secrets

from flask import Flask, request
from sqlalchemy.orm import Session

from helpdesk import clock
from helpdesk.actions import once

TOKEN = "once"
# Beside the words: what may differ between two clicks on the same button.
NOT_TYPED = ("csrf_token", "seen")


def init_app(app: Flask) -> None:
    app.jinja_env.globals["once_token"] = lambda: secrets.token_urlsafe(16)


def is_first(session: Session) -> bool:
    """Whether this form is to be carried out: asked inside the transaction that does it.

    False for the second of two clicks; the answer to it is that to the first. The token alone would not do:
    a page that came back from the browser's memory has an old one, and its new words must not be lost.
    """
    return TOKEN not in request.form or once.is_first(session, _key(), at=clock.now())


def _key() -> str:
    typed = sorted((name, text) for name, text in request.form.items(multi=True) if name not in NOT_TYPED)
    files = [(file.name, file.filename) for file in request.files.getlist("files")]
    return hashlib.sha256(repr((request.path, typed, files)).encode()).hexdigest()
