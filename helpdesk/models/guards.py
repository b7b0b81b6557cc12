"""What is remembered for a short while, so that a thing happens once, or not too often."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.db import Base
from helpdesk.models.columns import Sha256


class SubmittedForm(Base):
    """A form that was carried out: the same one, sent again by a second click, is not."""

    __tablename__ = "submitted_form"

    key: Mapped[Sha256] = mapped_column(primary_key=True)  # of its token and all that was typed
    at: Mapped[datetime] = mapped_column(index=True)
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("entry.id"))  # what it wrote


class Tally(Base):
    """How often something was tried since a moment: a login for one account, or from one address."""

    __tablename__ = "tally"
    __table_args__ = (CheckConstraint("count >= 0", name="count_is_not_negative"),)

    key: Mapped[Sha256] = mapped_column(primary_key=True)  # of what is counted: no address stands here
    count: Mapped[int]
    since: Mapped[datetime] = mapped_column(index=True)
