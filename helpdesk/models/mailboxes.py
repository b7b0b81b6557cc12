"""The accounts that we read from and write from."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, LargeBinary, String, false
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.db import Base
from helpdesk.models.columns import Email, Key


class Mailbox(Base):
    """One account: how to reach it, and which worker reads it now; how far is told by its MailboxFolders."""

    __tablename__ = "mailbox"
    __table_args__ = (
        CheckConstraint("imap_tls IN ('none', 'starttls', 'tls')", name="imap_tls"),
        CheckConstraint("smtp_tls IN ('none', 'starttls', 'tls')", name="smtp_tls"),
    )

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(80), unique=True)
    address: Mapped[Email]
    imap_host: Mapped[str] = mapped_column(String(255))
    imap_port: Mapped[int]
    imap_tls: Mapped[str] = mapped_column(String(8))
    smtp_host: Mapped[str] = mapped_column(String(255))
    smtp_port: Mapped[int]
    smtp_tls: Mapped[str] = mapped_column(String(8))
    username: Mapped[str] = mapped_column(String(320))
    password_sealed: Mapped[bytes] = mapped_column(LargeBinary)  # see helpdesk/vault.py
    ca_file: Mapped[str] = mapped_column(String(500), default="")
    authserv_id: Mapped[str] = mapped_column(String(255), default="")  # whose Authentication-Results we trust
    # Addresses besides its own; a buyer who writes to one is answered from it.
    aliases: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    # Whether name+anything reaches it: see mail/references.py.
    plus_addresses: Mapped[bool] = mapped_column(default=False, server_default=false())
    folder: Mapped[str] = mapped_column(String(255), default="INBOX")  # the main one
    reads_junk: Mapped[bool] = mapped_column(default=False, server_default=false())
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]  # out of use for good; its tickets and their mail stay

    since: Mapped[str] = mapped_column(String(10))  # "now", "all" or a date, as asked for
    starts_at: Mapped[datetime | None]  # mail that the server got before this is left alone; None: all

    # Counted where the cursor moves. What is held has to add up to `seen`: see queries/mailboxes.py.
    seen: Mapped[int] = mapped_column(default=0, server_default="0")  # listed past the cursor, or imported
    kept: Mapped[int] = mapped_column(default=0, server_default="0")  # of these: given a row
    before_start: Mapped[int] = mapped_column(default=0, server_default="0")  # of these: left alone
    vanished: Mapped[int] = mapped_column(default=0, server_default="0")  # expunged before they were read

    send_every: Mapped[int | None]  # seconds between two messages; None: the provider's usual, 0: no pause
    send_per_day: Mapped[int | None]  # messages within 24 hours; None: the provider's usual, 0: no limit
    next_send_at: Mapped[datetime | None]

    lease_owner: Mapped[str | None] = mapped_column(String(64))
    leased_until: Mapped[datetime | None]

    last_success_at: Mapped[datetime | None]
    next_look_at: Mapped[datetime | None]
    problem: Mapped[str] = mapped_column(
        String(1000), default=""
    )  # of reading: a sentence, "" when all is well
    problem_at: Mapped[datetime | None]
    sending_problem: Mapped[str] = mapped_column(String(1000), default="", server_default="")
    sending_problem_at: Mapped[datetime | None]

    @property
    def addresses(self) -> tuple[str, ...]:
        """Every address whose mail comes here, its own first."""
        return (self.address, *self.aliases)
