"""The second factor: an authenticator app, passkeys, recovery codes."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.db import Base
from helpdesk.models.columns import Key, Sha256


class Authenticator(Base):
    """The app that shows codes; one for each colleague. It counts once a first code was right."""

    __tablename__ = "authenticator"

    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), primary_key=True)
    secret_sealed: Mapped[bytes] = mapped_column(LargeBinary)  # see vault.py
    last_step: Mapped[int]  # of the newest code that was taken: no code is taken twice
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]


class Passkey(Base):
    """A key in a phone, a stick or a password manager; the public half of it."""

    __tablename__ = "passkey"

    id: Mapped[Key]
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), index=True)
    credential_id: Mapped[str] = mapped_column(String(1400), unique=True)  # base64url
    public_key: Mapped[bytes] = mapped_column(LargeBinary)  # COSE
    sign_count: Mapped[int] = mapped_column(BigInteger)  # 32 bits, unsigned
    name: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class RecoveryCode(Base):
    """One of the codes on paper; of the code itself only the hash."""

    __tablename__ = "recovery_code"
    __table_args__ = (UniqueConstraint("agent_id", "code_sha256", name="uq_recovery_code"),)

    id: Mapped[Key]
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    code_sha256: Mapped[Sha256]
    used_at: Mapped[datetime | None]
