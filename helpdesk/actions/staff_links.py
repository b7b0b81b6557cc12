"""Links that open one door once. The secret is signed, shown once, and kept as a hash.

made -> used        whoever comes first
     -> replaced    by a newer one for the same door: an old letter opens nothing
     -> expired
"""

import hmac
import re
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from helpdesk import links
from helpdesk.actions.agent_sessions import digest
from helpdesk.desk import Desk
from helpdesk.errors import NotFoundError
from helpdesk.models import Agent, Invitation, StaffLink
from helpdesk.rules.access import OPEN_FOR, Door
from mail.parse import parse
from mail.types import Incoming

SECRET = re.compile(r"/(?:join|new-password|set-up)/([A-Za-z0-9_.\-]{20,300})")
DEEP = 3  # mails within mails that are looked into
NOT_ANY_MORE = "this link opens nothing: it was used, replaced or withdrawn, or its time is over"


def make(
    session: Session,
    desk: Desk,
    door: Door,
    *,
    at: datetime,
    agent: Agent | None = None,
    invitation: Invitation | None = None,
) -> str:
    """The token of a new link. Those of before for the same person open nothing any more."""
    if agent is not None or invitation is not None:
        end(session, door, agent=agent, invitation=invitation, at=at)
    token = links.staff_token(desk, door)
    session.add(
        StaffLink(
            door=door,
            token_sha256=digest(token),
            agent_id=agent.id if agent else None,
            invitation_id=invitation.id if invitation else None,
            created_at=at,
            expires_at=at + OPEN_FOR[door],
        )
    )
    session.flush()
    return token


def read(session: Session, desk: Desk, door: Door, token: str, *, at: datetime) -> StaffLink:
    """The link of this token, still good. Raises NotFoundError for any other."""
    if not links.is_staff_token(desk, door, token):
        raise NotFoundError(NOT_ANY_MORE)
    known = digest(token)
    row = session.scalar(select(StaffLink).where(StaffLink.token_sha256 == known, StaffLink.door == door))
    if row is None or not hmac.compare_digest(row.token_sha256, known):
        raise NotFoundError(NOT_ANY_MORE)
    if row.used_at is not None or row.expires_at <= at:
        raise NotFoundError(NOT_ANY_MORE)
    return row


def use(session: Session, link: StaffLink, *, at: datetime) -> None:
    """It opens its door now, and never again. Raises NotFoundError when somebody was faster."""
    won = session.execute(
        update(StaffLink).where(StaffLink.id == link.id, StaffLink.used_at.is_(None)).values(used_at=at)
    )
    if getattr(won, "rowcount", 0) != 1:
        raise NotFoundError(NOT_ANY_MORE)


def end(
    session: Session,
    door: Door,
    *,
    at: datetime,
    agent: Agent | None = None,
    invitation: Invitation | None = None,
) -> None:
    """None of these opens anything any more: those of one person, or all of a door."""
    ended = update(StaffLink).where(StaffLink.door == door, StaffLink.used_at.is_(None)).values(used_at=at)
    if agent is not None:
        ended = ended.where(StaffLink.agent_id == agent.id)
    if invitation is not None:
        ended = ended.where(StaffLink.invitation_id == invitation.id)
    session.execute(ended)


def burn(session: Session, incoming: Incoming, *, at: datetime) -> None:
    """A letter of ours came back as mail, or was passed on: whoever reads tickets reads it, so its link opens
    nothing any more."""
    found = {digest(token) for words in _words(incoming, DEEP) for token in SECRET.findall(words)}
    if found:
        session.execute(
            update(StaffLink)
            .where(StaffLink.token_sha256.in_(found), StaffLink.used_at.is_(None))
            .values(used_at=at)
        )


def _words(incoming: Incoming, deep: int) -> Iterator[str]:
    yield incoming.text
    yield incoming.html
    for file in incoming.attachments:
        if file.content_type == "message/rfc822" and deep:
            yield from _words(parse(file.content), deep - 1)
        elif file.content_type.startswith("text/"):
            yield file.content.decode("utf-8", "replace")


def forget(session: Session, *, at: datetime) -> int:
    """Delete those whose time is over; how many."""
    gone = session.execute(delete(StaffLink).where(StaffLink.expires_at < at))
    return int(getattr(gone, "rowcount", 0))
