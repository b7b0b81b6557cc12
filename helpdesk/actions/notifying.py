"""Tell agents by mail that a buyer wrote: planned when the mail comes in, written by the clock.

So a second mail within a few minutes is told together with the first, however many workers there are.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from helpdesk import letters
from helpdesk.actions import alerts, conversation, directory, outbox, sending, suppressions, tickets
from helpdesk.desk import Desk
from helpdesk.letters import alert_words, words
from helpdesk.models import Agent, Alert, Entry, Mailbox, Notification, ReceivedMessage, Ticket
from helpdesk.models.masking import Mask
from helpdesk.rules import staff
from helpdesk.rules.states import EntryKind
from mail.compose import can_be_written_to, html_of
from mail.references import Told
from mail.types import Address, Incoming, Kind, Outgoing, key_of

FRESH = timedelta(days=1)
MOST = 20  # mails told of in one notification, the newest
LONGEST = 5_000  # characters of each
BATCH = 200


def plan(
    session: Session,
    ticket: Ticket,
    entry: Entry,
    received: ReceivedMessage,
    incoming: Incoming,
    *,
    at: datetime,
    knows_it: Agent | None = None,
) -> None:
    """Whoever is to be told of this mail, will be. `knows_it` is who passed it on."""
    if ticket.spam or not _is_news(received, incoming, at=at):
        return
    sender = incoming.sender.key if incoming.sender else ""
    for agent in directory.told_of_mail(session):
        hers = staff.is_told(agent.told_of, agent_id=agent.id, assignee_id=ticket.assignee_id)
        if hers and agent is not knows_it and agent.email != sender:
            alerts.plan_mail(session, ticket, agent.id, from_seq=entry.seq, at=at)


def due(session: Session, *, at: datetime) -> list[tuple[int, int]]:
    """(notification, ticket) of what is to be told now."""
    rows = session.execute(
        select(Notification.id, Notification.ticket_id)
        .where(Notification.due_at <= at)
        .order_by(Notification.due_at, Notification.id)
        .limit(BATCH)
    )
    return [(row.id, row.ticket_id) for row in rows]


def carry_out(session: Session, desk: Desk, notification_id: int, ticket_id: int, *, at: datetime) -> bool:
    """Write one notification. False when somebody else has, or when there is nobody to tell any more."""
    ticket = tickets.hold(session, ticket_id)
    row = session.get_one(Notification, notification_id, populate_existing=True)
    if row.due_at is None or row.due_at > at:
        return False
    row.due_at = None
    agent = session.get_one(Agent, row.agent_id)
    entries = _entries_from(session, ticket, row.from_seq)
    unsent = [entry for entry in entries if _is_unsent(entry, agent)]
    mails = [entry for entry in entries if entry.kind is EntryKind.RECEIVED or _points_at_mail(entry)][-MOST:]
    hers = staff.is_told(agent.told_of, agent_id=agent.id, assignee_id=ticket.assignee_id)
    events = _alerts(session, ticket, agent)
    if not (unsent or events or (mails and hers)) or not _can_be_told(session, ticket, agent, at=at):
        return False
    row.told_at = at
    for each in events:
        each.mailed_at = at
    _write(session, desk, ticket, agent, entries, mails if hers else (), unsent, events, at=at)
    return True


def note_failure(session: Session, notification_id: int, problem: str, *, at: datetime) -> None:
    """It could not be written: later again. What went wrong stands in the log."""
    session.get_one(Notification, notification_id).due_at = at + alerts.PAUSE


def _is_news(received: ReceivedMessage, incoming: Incoming, *, at: datetime) -> bool:
    """Mail of a person that has just come in: no archive, no machine, nothing that lay there for days."""
    if received.quiet or (incoming.kind is not Kind.HUMAN and not received.insisted):
        return False
    return received.internal_at is not None and at - received.internal_at <= FRESH


def _can_be_told(session: Session, ticket: Ticket, agent: Agent, *, at: datetime) -> bool:
    """Not of spam, and never at an address of the desk's own: the notification would come in as mail."""
    removed = session.get_one(Mailbox, ticket.mailbox_id).removed_at is not None
    if ticket.spam or removed or not agent.active or not can_be_written_to(agent.email):
        return False
    ours = directory.all_addresses(session)
    return key_of(agent.email) not in ours and not suppressions.stops_planned(session, agent.email, at=at)


def _entries_from(session: Session, ticket: Ticket, seq: int) -> Sequence[Entry]:
    return session.scalars(
        select(Entry)
        .where(Entry.ticket_id == ticket.id, Entry.seq >= seq)
        .options(joinedload(Entry.payload))
        .order_by(Entry.seq)
    ).all()


def _alerts(session: Session, ticket: Ticket, agent: Agent) -> Sequence[Alert]:
    """What she wants to be told of by mail, and has not read in the page meanwhile."""
    return session.scalars(
        select(Alert)
        .where(
            Alert.ticket_id == ticket.id,
            Alert.agent_id == agent.id,
            Alert.by_mail,
            Alert.mailed_at.is_(None),
            or_(Alert.read_at.is_(None), Alert.read_at == Alert.at),  # at once: it is not for the page
        )
        .order_by(Alert.id)
        .limit(MOST)
    ).all()


def _said(session: Session, alert: Alert, locale: str) -> dict[str, str]:
    """What has happened, and the words of a note."""
    kind, _, key = alert.by.partition(":")
    who = session.get_one(Agent, int(key)).name if kind == "agent" else ""
    entry = session.get(Entry, alert.entry_id) if alert.words and alert.entry_id else None
    words = _bounded(entry.facts.get("text")) if entry is not None else ""
    return {"said": alert_words.sentence(alert.event, who, locale), "words": words}


def _points_at_mail(entry: Entry) -> bool:
    """It came for a ticket that was merged into this one, and stands there."""
    return entry.verb == "wrote_there"


def _meant(session: Session, entry: Entry) -> Entry:
    meant = session.get(Entry, entry.facts.get("entry", 0)) if _points_at_mail(entry) else None
    return meant or entry


def _is_unsent(entry: Entry, agent: Agent) -> bool:
    """An answer of hers by mail that became a note."""
    return (
        entry.kind is EntryKind.NOTE
        and entry.actor == conversation.agent(agent.id)
        and "not_sent" in entry.facts
    )


def _write(
    session: Session,
    desk: Desk,
    ticket: Ticket,
    agent: Agent,
    entries: Sequence[Entry],
    mails: Sequence[Entry],
    unsent: Sequence[Entry],
    events: Sequence[Alert],
    *,
    at: datetime,
) -> None:
    mailbox = session.get_one(Mailbox, ticket.mailbox_id)
    shown = {entry.id for entry in (*mails, *unsent)} | {each.entry_id for each in events if each.entry_id}
    told = Told.new(ticket.id, agent.id)
    locale = agent.locale or ticket.locale
    told_of = [_told(_meant(session, entry)) for entry in mails]
    mask = Mask.over(session, [ticket.subject, *(each["words"] for each in told_of)])
    letter = letters.render(
        "notification",
        locale,
        tag=ticket.tag,
        subject=mask(ticket.subject),
        above=words.ANSWER_ABOVE.get(locale, words.ANSWER_ABOVE["en"]),
        answerable=bool(mailbox.authserv_id),  # nobody else can say that an answer is hers
        unsent=[_bounded(entry.facts.get("text")) for entry in unsent],
        events=[_said(session, each, locale) for each in events],
        mails=[each | {"words": mask(each["words"])} for each in told_of],
        link=f"{desk.base_url}/tickets/{ticket.number}",
        shop=desk.shop_name,
    )
    reply_to = told.reply_address(mailbox.address, secret=desk.secret) if mailbox.plus_addresses else ""
    sending.write(
        session,
        desk,
        ticket,
        Outgoing(
            message_id=told.message_id(domain=outbox.domain_of(mailbox), secret=desk.secret),
            sender=Address(email=mailbox.address, name=desk.shop_name),
            to=Address(email=agent.email, name=agent.name),
            subject=letter.subject,
            text=letter.text,
            html=html_of(letter.text),
            reply_to=Address(email=reply_to, name=desk.shop_name) if reply_to else None,
            automatic="auto-generated",
            language=locale,
            sent_at=at,
        ),
        verb="notified",
        actor=conversation.CLOCK,
        at=at,
        due_at=at,
        reason=reason(told),
        facts={"agent": agent.id, "name": agent.name, "about": _about(ticket, entries, shown)},
        agent_id=agent.id,
    )


def reason(told: Told) -> str:
    """What the outbox message of a notification exists for: by this it is found again."""
    return f"notification:{told.ticket}:{told.agent}:{told.random}"


def _about(ticket: Ticket, entries: Sequence[Entry], shown: set[int]) -> int:
    """Up to which entry she knows the conversation: to the first words of a person that she is not told."""
    unseen = (
        entry.seq
        for entry in entries
        if (entry.kind in tickets.SPOKEN or _points_at_mail(entry))
        and entry.actor != conversation.CLOCK
        and entry.id not in shown
    )
    return next(unseen, ticket.last_seq + 1) - 1


def _told(entry: Entry) -> dict[str, Any]:
    facts = entry.facts
    sender = Address(email=str(facts.get("from", "")), name=str(facts.get("from_name", "")))
    return {
        "sender": str(sender) if sender.email else "?",
        "doubtful": facts.get("verified") == "fail",
        "words": _bounded(facts.get("new") or facts.get("text")),
        "files": [str(file["name"]) for file in facts.get("attachments", ())],
    }


def _bounded(text: Any) -> str:
    said = str(text or "").strip()
    return said if len(said) <= LONGEST else f"{said[:LONGEST]} …"
