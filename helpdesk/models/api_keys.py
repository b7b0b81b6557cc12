"""Keys by which another program speaks to the API."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.db import Base
from helpdesk.models.columns import Key, Sha256, choice
from helpdesk.rules.scopes import Scope


class ApiKey(Base):
    """One program's key: of the key itself only the hash is kept. Never deleted: histories name it."""

    __tablename__ = "api_key"

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(60), unique=True)
    token_sha256: Mapped[Sha256] = mapped_column(unique=True)
    scope: Mapped[Scope] = mapped_column(choice(Scope, "scope"))
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]  # last, within the hour
    revoked_at: Mapped[datetime | None]
