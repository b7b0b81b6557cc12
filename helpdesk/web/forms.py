"""A form that appends carries a token, so that a double click writes once."""

import hashlib
import secrets

from flask import Flask, request
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from helpdesk import clock
from helpdesk.actions import once
from helpdesk.models import Entry

TOKEN = "once"
# Beside the words: what may differ between two clicks on the same button.
NOT_TYPED = ("csrf_token", "seen", "knew", "pane")


def init_app(app: Flask) -> None:
    app.jinja_env.globals["once_token"] = lambda: secrets.token_urlsafe(16)


def is_first(session: Session) -> bool:
    """Whether this form is to be carried out: asked inside the transaction that does it.

    False for the second of two clicks; the answer to it is that to the first. The token alone would not do:
    a page that came back from the browser's memory has an old one, and its new words must not be lost. Nor
    must the same words, when the message that they made was taken back.
    """
    return TOKEN not in request.form or once.is_first(session, _key(), at=clock.now())


def note_entry(session: Session, entry: Entry) -> None:
    """This form wrote that entry: asked for when the same form comes again."""
    if TOKEN in request.form:
        once.note_entry(session, _key(), entry)


def entry_of(session: Session) -> int | None:
    """The entry that this form wrote when it came before."""
    return once.entry_of(session, _key()) if TOKEN in request.form else None


def _key() -> str:
    typed = sorted((name, text) for name, text in request.form.items(multi=True) if name not in NOT_TYPED)
    files = [(file.name, file.filename, _digest(file)) for file in request.files.getlist("files")]
    return hashlib.sha256(repr((request.path, typed, files)).encode()).hexdigest()


def _digest(file: FileStorage) -> str:
    """Of its bytes, whoever has read them before and will read them after."""
    file.stream.seek(0)
    digest = hashlib.sha256(file.stream.read()).hexdigest()
    file.stream.seek(0)
    return digest
