"""Whether money is stopped, why, by whom and since when: every page about money says so."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.models import Agent, Switch

MONEY = "money"


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchView:
    """As it was turned last."""

    off: bool
    why: str
    by: str
    at: datetime


def money(session: Session) -> SwitchView | None:
    """The switch for all money; None while nobody has ever turned it."""
    found = session.execute(
        select(Switch.off, Switch.why, Switch.at, Agent.name)
        .join(Agent, Agent.id == Switch.by_id)
        .where(Switch.name == MONEY)
    ).one_or_none()
    return SwitchView(off=found.off, why=found.why, by=found.name, at=found.at) if found else None


def stopped(session: Session) -> SwitchView | None:
    """The same, while money is stopped."""
    found = money(session)
    return found if found is not None and found.off else None
