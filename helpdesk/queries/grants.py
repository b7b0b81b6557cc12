"""Which mailboxes are opened with a sign-in at Google or Microsoft; never with their secrets."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.models import MailboxGrant


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantView:
    """An agreement, or one that is still to be made."""

    provider: str  # "google", "microsoft"
    authority: str
    client_id: str
    has_secret: bool
    agreed_at: datetime | None  # None: nobody has signed in yet


def all_of_them(session: Session) -> dict[int, GrantView]:
    """By mailbox."""
    return {row.mailbox_id: _view(row) for row in session.scalars(select(MailboxGrant))}


def one(session: Session, mailbox_id: int) -> GrantView | None:
    """None for a mailbox with a password."""
    row = session.get(MailboxGrant, mailbox_id)
    return None if row is None else _view(row)


def _view(row: MailboxGrant) -> GrantView:
    return GrantView(
        provider=row.provider,
        authority=row.authority,
        client_id=row.client_id,
        has_secret=row.client_secret_sealed is not None,
        agreed_at=row.agreed_at,
    )
