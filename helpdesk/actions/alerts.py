"""People are told of what concerns them: a row for the bell and the browser, and the mail that is planned.

Every entry comes by here (`conversation.record`), so no room can forget it; what no entry says, as that a
promise is nearly due, has a line of its own. Told once of each thing, whatever is retried.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, exists, false, select, update
from sqlalchemy.orm import Session

from helpdesk.actions import directory
from helpdesk.db import insert_missing
from helpdesk.desk import Desk
from helpdesk.models import Agent, Alert, Entry, Mailbox, Notification, Ticket
from helpdesk.models.spelled import spelled
from helpdesk.rules.alerts import FOR_LEADS, AlertEvent, Channel, channels, concerns
from helpdesk.rules.states import Role, may
from helpdesk.rules.turns import OURS

PAUSE = timedelta(minutes=5)  # between two mails about one ticket
SOON = timedelta(hours=1)  # before a promised answer is due
LATE = timedelta(days=1)  # so long after it somebody is still told, for the first time
KEPT = timedelta(days=60)
LONGEST = 200  # characters of a note that are shown
BATCH = 200
CLOCK = "clock"


def of_entry(session: Session, ticket: Ticket, entry: Entry, facts: dict[str, Any], *, at: datetime) -> None:
    """Tell whom an entry that was just written concerns. Of spam, and of what was merged, nobody."""
    found = concerns(entry.kind, entry.verb, entry.actor, facts, ticket.assignee_id)
    if found is None or ticket.spam or ticket.merged_into_id is not None:
        return
    people = found.people or _leads(session)
    words = str(facts.get("text", ""))[:LONGEST] if found.event is AlertEvent.MENTIONED else ""
    tell(session, found.event, people, ticket=ticket, entry=entry, words=words, at=at)


def tell(
    session: Session,
    event: AlertEvent,
    people: Iterable[int],
    *,
    at: datetime,
    ticket: Ticket | None = None,
    entry: Entry | None = None,
    about: str = "",
    words: str = "",
) -> None:
    """Tell these people, each by the ways that she wants, and nobody of what she did herself.

    `about` names what it is, where it is no entry: of that they are told once.
    """
    here = {agent.id: agent for agent in directory.colleagues(session).values()}
    by = entry.actor if entry is not None else CLOCK
    name = about or (f"entry:{entry.id}" if entry is not None else "")
    told = [here[each] for each in sorted(set(people)) if each in here and by != f"agent:{each}"]
    for agent in told:
        ways = channels(agent.alerts, event)
        if (not ways and event is not AlertEvent.PROMISE) or (
            event in FOR_LEADS and not may(agent.role, Role.LEAD)
        ):
            continue
        row = {
            "agent_id": agent.id,
            "event": event,
            "about": name,
            "ticket_id": ticket.id if ticket is not None else None,
            "entry_id": entry.id if entry is not None else None,
            "by": by,
            "words": words,
            "by_browser": Channel.BROWSER in ways,
            "by_mail": Channel.MAIL in ways and ticket is not None,
            "at": at,
            "read_at": None if Channel.PAGE in ways else at,  # nothing that the bell counts
        }
        if insert_missing(session, Alert, [row]) and row["by_mail"] and ticket is not None:
            plan_mail(session, ticket, agent.id, from_seq=entry.seq if entry else ticket.last_seq, at=at)


def plan_mail(session: Session, ticket: Ticket, agent_id: int, *, from_seq: int, at: datetime) -> None:
    """Tell one agent by mail of what stands on this ticket, which is held, from an entry on."""
    row = {"ticket_id": ticket.id, "agent_id": agent_id, "from_seq": from_seq, "due_at": at}
    if insert_missing(session, Notification, [row]):
        return
    known = session.scalars(
        select(Notification)
        .where(Notification.ticket_id == ticket.id, Notification.agent_id == agent_id)
        .execution_options(populate_existing=True)
    ).one()
    if known.due_at is None:
        known.from_seq, known.due_at = from_seq, max(at, known.told_at + PAUSE) if known.told_at else at
    else:
        known.from_seq = min(known.from_seq, from_seq)


def mailbox_is_down(session: Session, mailbox: Mailbox, *, at: datetime) -> None:
    """Its mail is not read, or not sent, since now. Once an hour at most, however it comes and goes."""
    about = f"mailbox:{mailbox.id}:{at:%Y%m%d%H}"
    tell(session, AlertEvent.MAILBOX, _leads(session), about=about, words=mailbox.name[:LONGEST], at=at)


def promises_due(session: Session, *, at: datetime) -> list[tuple[int, int]]:
    """(ticket, ticket) of answers that are due within the hour or late, and that nobody was told of."""
    rows = session.scalars(
        select(Ticket.id)
        .where(
            spelled(Ticket.state, OURS),
            Ticket.spam == false(),
            Ticket.snoozed_until.is_(None),
            Ticket.assignee_id.is_not(None),
            Ticket.next_due_at <= at + SOON,
            Ticket.unanswered_since.is_not(None),
            Ticket.answer_by.between(at - LATE, at + SOON),
            ~exists().where(
                Alert.ticket_id == Ticket.id,
                Alert.agent_id == Ticket.assignee_id,
                Alert.event == AlertEvent.PROMISE,
                Alert.at > at - LATE - SOON,
            ),
            Ticket.assignee_id.in_(select(Agent.id).where(Agent.active)),
        )
        .order_by(Ticket.next_due_at)
        .limit(BATCH)
    )
    return [(each, each) for each in rows]


def promise_is_due(session: Session, desk: Desk, ticket_id: int, _: int, *, at: datetime) -> bool:
    """Tell whoever has the ticket that its buyer waits. False when somebody has answered meanwhile."""
    ticket = session.get(Ticket, ticket_id, with_for_update=True, populate_existing=True)
    if ticket is None or ticket.state not in OURS or ticket.answer_by is None or ticket.assignee_id is None:
        return False
    if ticket.answer_by > at + SOON:
        return False
    about = f"answer:{ticket.id}:{ticket.answer_by:%Y%m%d%H%M}"
    tell(session, AlertEvent.PROMISE, [ticket.assignee_id], ticket=ticket, about=about, at=at)
    return True


def note_nothing(session: Session, row_id: int, problem: str, *, at: datetime) -> None:
    """It is looked for again with the next tick."""


def read(session: Session, agent_id: int, alert_id: int, *, at: datetime) -> Alert | None:
    """She has read this one; None where there is none of hers."""
    row = session.get(Alert, alert_id)
    if row is None or row.agent_id != agent_id:
        return None
    row.read_at = row.read_at or at
    return row


def read_all(session: Session, agent_id: int, *, up_to: int, at: datetime) -> None:
    """Everything up to the newest that her page had."""
    hers = Alert.agent_id == agent_id, Alert.read_at.is_(None), Alert.id <= up_to
    session.execute(update(Alert).where(*hers).values(read_at=at))


def read_ticket(session: Session, agent_id: int, number: int, *, at: datetime) -> None:
    """She has the ticket before her."""
    hers = Alert.agent_id == agent_id, Alert.ticket_id == number, Alert.read_at.is_(None)
    session.execute(update(Alert).where(*hers).values(read_at=at))


def sweep(session: Session, *, at: datetime) -> None:
    """Forget what is old."""
    session.execute(delete(Alert).where(Alert.at < at - KEPT))


def choose(agent: Agent, chosen: dict[str, list[str]]) -> None:
    """By which ways this colleague is told from now on."""
    agent.alerts = chosen


def _leads(session: Session) -> tuple[int, ...]:
    return tuple(agent.id for agent in directory.colleagues(session).values() if may(agent.role, Role.LEAD))
