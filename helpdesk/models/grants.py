"""What the owner of a mailbox has agreed to at Google or Microsoft, so that no password is kept."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.db import Base


class MailboxGrant(Base):
    """A mailbox with a row here logs in with tokens. All secrets are sealed: see helpdesk/vault.py.

    Some providers end the agreement when one refresh token is used twice. So one worker at a time refreshes:
    the one whose conditional update of `refreshing_until` won.
    """

    __tablename__ = "mailbox_grant"
    __table_args__ = (
        CheckConstraint("provider IN ('google', 'microsoft')", name="provider"),
        CheckConstraint("(refresh_sealed IS NULL) = (agreed_at IS NULL)", name="agreed_has_a_moment"),
    )

    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailbox.id"), primary_key=True, autoincrement=False)
    provider: Mapped[str] = mapped_column(String(20))
    authority: Mapped[str] = mapped_column(String(255), default="")  # "": the provider's usual one
    client_id: Mapped[str] = mapped_column(String(255))
    client_secret_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)  # None: a public client
    refresh_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)  # None: nobody has agreed yet
    agreed_at: Mapped[datetime | None]
    access_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    access_at: Mapped[datetime | None]  # when it was given
    access_until: Mapped[datetime | None]
    refreshing_until: Mapped[datetime | None]
