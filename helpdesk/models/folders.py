"""How far each folder of a mailbox has been read."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.db import Base
from helpdesk.models.columns import Key, choice
from helpdesk.rules.states import FolderRole


class MailboxFolder(Base):
    """The cursor: everything up to `last_uid` of this `uidvalidity` is stored.

    A new uidvalidity is a new epoch; from the second one on, mail known from an earlier one is ignored as
    such, and mail older than `starts_at` is not ours to take. A folder that is read no more keeps its cursor.
    """

    __tablename__ = "mailbox_folder"
    __table_args__ = (
        UniqueConstraint("mailbox_id", "name"),
        CheckConstraint("last_uid >= 0", name="last_uid_counts_up"),
    )

    id: Mapped[Key]
    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailbox.id"))
    name: Mapped[str] = mapped_column(String(255))
    role: Mapped[FolderRole] = mapped_column(choice(FolderRole, "role"))
    is_read: Mapped[bool] = mapped_column(default=True)
    since: Mapped[str] = mapped_column(String(10))  # "now", "all" or a date, as asked for
    starts_at: Mapped[datetime | None]  # mail that the server got before this is left alone; None: all
    epoch: Mapped[int] = mapped_column(default=0)  # 0: never opened
    uidvalidity: Mapped[int | None] = mapped_column(BigInteger)  # 32 bits, unsigned: RFC 9051 section 2.3.1.1
    last_uid: Mapped[int] = mapped_column(BigInteger, default=0)
    problem: Mapped[str] = mapped_column(String(1000), default="")  # of this folder alone
