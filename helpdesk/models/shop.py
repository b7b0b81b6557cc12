"""The shop itself, where its pages set it: one row, or none while everything stands in the environment."""

from datetime import datetime

from sqlalchemy import CheckConstraint, String, false
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.db import Base
from helpdesk.models.columns import Locale, Sha256

ONLY = 1  # its id


class Shop(Base):
    """What was said of the shop on the page. "" stands for: as the environment or the policy says."""

    __tablename__ = "shop"
    __table_args__ = (CheckConstraint("id = 1", name="there_is_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(120), default="", server_default="")
    locale: Mapped[Locale] = mapped_column(default="", server_default="")
    currency: Mapped[str] = mapped_column(String(3), default="", server_default="")
    timezone: Mapped[str] = mapped_column(String(64), default="", server_default="")
    logo_sha256: Mapped[Sha256] = mapped_column(default="", server_default="")  # a PNG of ours
    second_factor_forced: Mapped[bool] = mapped_column(default=False, server_default=false())
    begun_at: Mapped[datetime | None]  # the first run in the browser
    set_up_at: Mapped[datetime | None]  # when its owner said that it is done
