"""Who works here, and who writes to us."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.db import Base
from helpdesk.models.columns import Email, Key, Locale, choice
from helpdesk.rules.states import AfterSending, Role, ToldOf


class Agent(Base):
    """A member of staff. Never deleted: entries name them; `active` shuts the door."""

    __tablename__ = "agent"

    id: Mapped[Key]
    email: Mapped[Email] = mapped_column(unique=True)  # lower case
    name: Mapped[str] = mapped_column(String(120))
    password_hash: Mapped[str] = mapped_column(String(200))  # argon2id
    role: Mapped[Role] = mapped_column(choice(Role, "role"))
    locale: Mapped[Locale | None]  # None: by the browser's Accept-Language
    active: Mapped[bool] = mapped_column(default=True)
    session_key: Mapped[str] = mapped_column(String(64), unique=True)  # changed to end all sessions
    told_of: Mapped[ToldOf] = mapped_column(
        choice(ToldOf, "told_of"), default=ToldOf.NOTHING, server_default=ToldOf.NOTHING
    )
    unreached: Mapped[str] = mapped_column(
        String(500), default="", server_default=""
    )  # why her last notification did not arrive, "" when all is well
    after_sending: Mapped[AfterSending] = mapped_column(
        choice(AfterSending, "after_sending"), default=AfterSending.STAY, server_default=AfterSending.STAY
    )
    single_keys: Mapped[bool] = mapped_column(default=True, server_default=true())  # WCAG 2.1.4
    alerts: Mapped[dict[str, list[str]]] = mapped_column(
        JSON, default=dict, server_default="{}"
    )  # by which ways she is told of what: see rules/alerts.py
    created_at: Mapped[datetime]


class Buyer(Base):
    """Somebody who bought, or says so. Known by addresses."""

    __tablename__ = "buyer"

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(200), default="")
    locale: Mapped[Locale]
    created_at: Mapped[datetime]
    no_surveys_since: Mapped[datetime | None]  # they have asked for no more of them

    addresses: Mapped[list["BuyerAddress"]] = relationship(back_populates="buyer", order_by="BuyerAddress.id")


class BuyerAddress(Base):
    """An address belongs to one buyer; `key` is what two spellings of it share."""

    __tablename__ = "buyer_address"

    id: Mapped[Key]
    buyer_id: Mapped[int] = mapped_column(ForeignKey("buyer.id"), index=True)
    email: Mapped[Email]  # as written
    key: Mapped[Email] = mapped_column(unique=True)  # casefolded
    created_at: Mapped[datetime]

    buyer: Mapped[Buyer] = relationship(back_populates="addresses")
