"""Keys of the API: made once, shown once, kept as a hash."""

import hashlib
import re
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from helpdesk.db import insert_missing
from helpdesk.errors import ConflictError, InvalidError, NotFoundError
from helpdesk.models import ApiKey
from helpdesk.rules.scopes import Scope

PREFIX = "hdk_"  # by it a leaked key is found in code and logs
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,59}")
USED_EVERY = timedelta(hours=1)  # how exactly `used_at` is kept: no write for each request


def add(session: Session, name: str, scope: Scope, *, at: datetime) -> str:
    """A new key; the text that is returned is shown once and stands nowhere."""
    if not NAME.fullmatch(name):
        raise InvalidError("a key is named with letters, digits, point, hyphen and underscore", field="name")
    token = PREFIX + secrets.token_urlsafe(32)
    row = {"name": name, "token_sha256": _digest(token), "scope": scope, "created_at": at}
    if not insert_missing(session, ApiKey, [row]):
        raise ConflictError(f"there is a key called {name!r} already: names are not used again")
    return token


def every(session: Session) -> Sequence[ApiKey]:
    """All keys, oldest first, revoked ones too."""
    return session.scalars(select(ApiKey).order_by(ApiKey.id)).all()


def revoke(session: Session, name: str, *, at: datetime) -> None:
    """Shut it at once. Twice changes nothing. Raises NotFoundError."""
    row = session.scalar(select(ApiKey).where(ApiKey.name == name))
    if row is None:
        raise NotFoundError(f"there is no key called {name!r}")
    row.revoked_at = row.revoked_at or at


def known(session: Session, token: str) -> ApiKey | None:
    """Whose token this is; None for one that nobody has, or that was revoked."""
    if not token.startswith(PREFIX) or len(token) > 200:
        return None
    row = session.scalar(select(ApiKey).where(ApiKey.token_sha256 == _digest(token)))
    return row if row is not None and row.revoked_at is None else None


def note_use(session: Session, key_id: int, *, at: datetime) -> None:
    """Remember within the hour that it is in use."""
    session.execute(
        update(ApiKey)
        .where(ApiKey.id == key_id, (ApiKey.used_at.is_(None)) | (ApiKey.used_at < at - USED_EVERY))
        .values(used_at=at)
    )


def _digest(token: str) -> str:
    """Of 256 random bits: nothing slower is needed."""
    return hashlib.sha256(token.encode()).hexdigest()
