"""Lists of actions that agents run by hand."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.db import Base
from helpdesk.models.columns import Key


class Macro(Base):
    """Made by leads, run by everybody. `steps` as rules/macros.py reads them."""

    __tablename__ = "macro"
    __table_args__ = (CheckConstraint("name <> ''", name="has_a_name"),)

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(80))
    place: Mapped[int]  # in the list, the smallest first
    steps: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    updated_at: Mapped[datetime]
    updated_by_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
