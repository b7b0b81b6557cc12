"""The accounts that we read from and write from."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.db import Base
from helpdesk.models.columns import Email, Key


class Mailbox(Base):
    """One account: how to reach it, how far we have read, and which worker reads it now.

    The cursor is (folder, uidvalidity, last_uid): everything up to last_uid of this epoch is stored.
    A new uidvalidity is a new epoch; from the second one on, mail known from an earlier one is ignored
    as such, and mail older than `starts_at` is not ours to take.
    """

    __tablename__ = "mailbox"
    __table_args__ = (
        CheckConstraint("imap_tls IN ('none', 'starttls', 'tls')", name="imap_tls"),
        CheckConstraint("smtp_tls IN ('none', 'starttls', 'tls')", name="smtp_tls"),
        CheckConstraint("last_uid >= 0", name="last_uid_counts_up"),
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
    folder: Mapped[str] = mapped_column(String(255), default="INBOX")
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]

    since: Mapped[str] = mapped_column(String(10))  # "now", "all" or a date, as asked for
    starts_at: Mapped[datetime | None]  # mail that the server got before this is left alone; None: all
    epoch: Mapped[int] = mapped_column(default=0)  # 0: never connected
    uidvalidity: Mapped[int | None] = mapped_column(BigInteger)  # 32 bits, unsigned: RFC 9051 section 2.3.1.1
    last_uid: Mapped[int] = mapped_column(BigInteger, default=0)

    # Counted where the cursor moves. What is held has to add up to `seen`: see queries/mailboxes.py.
    seen: Mapped[int] = mapped_column(default=0, server_default="0")  # listed past the cursor, or imported
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
