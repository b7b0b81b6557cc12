"""What is planned on a ticket: mail that will go out by itself, and what somebody looks at then."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.models import Reminder
from helpdesk.rules.reminders import BY_ITSELF, MAIL, TOLD, WITH_WORDS
from helpdesk.rules.states import ReminderKind, ReminderState


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanView:
    """Mail that will go out by itself, or something that is looked at then."""

    id: int
    kind: ReminderKind
    about: str  # of a task: what is to be done by then
    due_at: datetime
    unless: tuple[str, ...]
    problem: str  # why it could not be carried out, "" when all is well
    again_at: datetime | None  # with a problem: when it is tried again; None: a person has to look
    text: str  # of a reply that an agent has written; "" where a letter is made when it is due
    paused: bool
    words: str  # an agent's own, that stand before the signature

    @property
    def in_our_hands(self) -> bool:
        """Somebody may send it now, put it off or let it rest."""
        return self.kind in MAIL

    @property
    def version(self) -> str:
        """Changes when what the page shows of it changes."""
        return f"{self.due_at.isoformat()}-{self.paused}-{self.problem}-{self.again_at}-{self.words}"

    @property
    def takes_words(self) -> bool:
        return self.kind in WITH_WORDS

    @property
    def is_mail(self) -> bool:
        """Whether the desk writes to the buyer then, by itself."""
        return self.kind in BY_ITSELF or self.about in TOLD


def of_ticket(session: Session, number: int) -> tuple[PlanView, ...]:
    rows = session.scalars(
        select(Reminder)
        .where(Reminder.ticket_id == number, Reminder.state == ReminderState.PLANNED)
        .order_by(Reminder.due_at, Reminder.id)
    )
    return tuple(
        PlanView(
            id=row.id,
            kind=row.kind,
            about=str(row.facts.get("about", "")),
            due_at=row.resting_due_at or row.due_at,
            unless=tuple(row.unless),
            problem=row.problem,
            again_at=row.again_at,
            text=str(row.facts.get("text", "")),
            paused=row.resting_due_at is not None,
            words=str(row.facts.get("words", "")),
        )
        for row in rows
    )
