"""A message of ours came back, or was called junk: say so on its ticket, and learn from it."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actions import conversation, suppressions, tickets, undelivered, unreached
from helpdesk.models import Entry, OutboxMessage, Ticket
from helpdesk.rules import suppression
from helpdesk.rules.matching import numbers_in
from helpdesk.rules.states import EntryKind, OutboxState
from mail import bounces, classify, complaints, returned_copies
from mail.types import Bounce, Incoming, Kind, key_of

FAILED = frozenset({"failed", "delayed"})
WINDOW = timedelta(days=7)  # in which a report without any id is taken for one about our newest message


def reports(incoming: Incoming) -> tuple[Bounce, ...]:
    """What a bounce says of whom. One by words alone, or that names nobody, is mail: it becomes a ticket."""
    if incoming.kind is not Kind.BOUNCE or not classify.may_stand_for_a_report(incoming):
        return ()
    return tuple(report for report in bounces.read(incoming) if report.recipient or report.message_id)


def record_bounce(
    session: Session, told: tuple[Bounce, ...], incoming: Incoming, *, mailbox_id: int, at: datetime
) -> Entry | None:
    """The entry on the ticket of the message that came back, or None when it was not one of ours.

    A report that holds our Message-ID is believed; only one that came as a report holds it by answering it,
    which a person's mail does too. One that only names the recipient is shown, and counts
    for nothing: anybody can write it.
    """
    failures = [bounce for bounce in told if bounce.action in FAILED]
    answered = incoming.references[::-1] if classify.proves_by_what_it_answers(incoming) else ()
    for bounce in failures:
        ids = [each for each in (bounce.message_id, *answered) if each]
        if row := _of_message_id(session, ids, mailbox_id=mailbox_id):
            return _on_ticket(session, row, bounce, proven=True, at=at)
    subject = returned_copies.subject(incoming)
    for bounce in failures:
        if row := _of_recipient(session, bounce.recipient, subject, mailbox_id=mailbox_id, at=at):
            return _on_ticket(session, row, bounce, proven=False, at=at)
    return None


def record_complaint(session: Session, incoming: Incoming, *, mailbox_id: int, at: datetime) -> Entry | None:
    """The entry on the ticket of the message that was called junk: no automatic mail goes there any more.

    None when the report is not about a message of ours, or not the first one.
    """
    complaint = complaints.read(incoming)
    row = _of_message_id(session, [complaint.message_id], mailbox_id=mailbox_id) if complaint else None
    if row is None or suppressions.standing(session, row.recipient, at=at).named:
        return None
    ticket = tickets.hold(session, row.ticket_id)
    if row.agent_id is not None:
        return unreached.record(session, ticket, row, because="complaint", for_good=True, at=at)
    if row.inquiry_id is not None:
        return unreached.record_side_mail(session, ticket, row, because="complaint", at=at)
    facts = {"entry": row.entry_id, "message_id": row.message_id, "recipient": row.recipient}
    entry = conversation.record(
        session, ticket, EntryKind.EVENT, "complained", actor=conversation.SERVER, at=at, facts=facts
    )
    if not row.also_to:  # else nobody can say who of them called it so
        suppressions.name(session, row.recipient, because="complaint", entry=entry, at=at)
    return entry


def _of_message_id(session: Session, ids: list[str], *, mailbox_id: int) -> OutboxMessage | None:
    if not any(ids):
        return None
    return session.scalar(
        select(OutboxMessage)
        .where(OutboxMessage.message_id.in_(ids[:100]), OutboxMessage.mailbox_id == mailbox_id)
        .order_by(OutboxMessage.id.desc())
        .limit(1)
    )


def _of_recipient(
    session: Session, recipient: str, subject: str, *, mailbox_id: int, at: datetime
) -> OutboxMessage | None:
    """Our newest message to this address.

    Only if all within the window are of one ticket, or the returned subject says of which.
    """
    if not recipient:
        return None
    rows = list(_sent_to(session, recipient, mailbox_id=mailbox_id, at=at))
    named = [row for row in rows if row.ticket_id in numbers_in(subject)]
    chosen = named or rows
    return chosen[0] if len({row.ticket_id for row in chosen}) == 1 else None


def _sent_to(session: Session, recipient: str, *, mailbox_id: int, at: datetime) -> Iterator[OutboxMessage]:
    yield from session.scalars(
        select(OutboxMessage)
        .where(
            OutboxMessage.recipient == recipient,
            OutboxMessage.agent_id.is_(None),
            OutboxMessage.mailbox_id == mailbox_id,
            OutboxMessage.state.in_((OutboxState.SENT, OutboxState.UNKNOWN)),
            OutboxMessage.created_at > at - WINDOW,
        )
        .order_by(OutboxMessage.id.desc())
    )


def _on_ticket(session: Session, row: OutboxMessage, bounce: Bounce, *, proven: bool, at: datetime) -> Entry:
    ticket = tickets.hold(session, row.ticket_id)
    if row.agent_id is not None:
        because = bounce.diagnostic or bounce.status or "bounced"
        for_good = bounce.permanent and bounce.action == "failed"
        return unreached.record(session, ticket, row, because=because, for_good=for_good, at=at)
    if row.inquiry_id is not None:
        return _of_side_mail(session, ticket, row, bounce, at=at)
    same_address = not bounce.recipient or key_of(bounce.recipient) == key_of(row.recipient)
    permanent = bounce.permanent and bounce.action == "failed" and same_address
    entry = conversation.record(
        session,
        ticket,
        EntryKind.EVENT,
        "bounced",
        actor=conversation.SERVER,
        at=at,
        facts={
            "entry": row.entry_id,
            "message_id": row.message_id,
            "recipient": bounce.recipient or row.recipient,
            "automatic": row.automatic,
            "action": bounce.action,
            "status": bounce.status,
            "permanent": permanent,
            "proven": proven,
            "weight": suppression.weight(
                action=bounce.action,
                permanent=permanent,
                provider_limit=bounce.provider_limit,
                proven=proven,
            ),
            "text": bounce.diagnostic,
        },
    )
    if bounce.action == "failed":
        undelivered.take_turn(session, row, at=at)
    return entry


def _of_side_mail(
    session: Session, ticket: Ticket, row: OutboxMessage, bounce: Bounce, *, at: datetime
) -> Entry:
    """Nobody inside the shop has read it."""
    because = bounce.diagnostic or bounce.status or "bounced"
    entry = unreached.record_side_mail(session, ticket, row, because=because, at=at)
    if bounce.action == "failed":
        undelivered.take_turn(session, row, at=at)
    return entry
