"""Macros as the ticket page and the settings show them."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.errors import NotFoundError
from helpdesk.models import Macro, SavedReply
from helpdesk.rules.macros import Step, steps


@dataclass(frozen=True, slots=True, kw_only=True)
class MacroView:
    id: int
    name: str
    steps: tuple[Step, ...]

    def value(self, do: str) -> str:
        """What one verb of it is given; "" where it has none of the kind."""
        return next((step.value for step in self.steps if step.do == do), "")


def listed(session: Session) -> tuple[MacroView, ...]:
    """All of them, in the order that leads have given them."""
    return tuple(_view(row) for row in session.scalars(select(Macro).order_by(Macro.place, Macro.id)))


def one(session: Session, macro_id: int) -> MacroView:
    """Raises NotFoundError."""
    row = session.get(Macro, macro_id)
    if row is None:
        raise NotFoundError("there is no such macro")
    return _view(row)


def shared_replies(session: Session) -> dict[str, str]:
    """The saved replies that everybody has, by id: a macro is everybody's too."""
    rows = session.scalars(select(SavedReply).where(SavedReply.owner_id.is_(None)).order_by(SavedReply.name))
    return {str(row.id): row.name for row in rows}


def _view(row: Macro) -> MacroView:
    return MacroView(id=row.id, name=row.name, steps=steps(row.steps))
