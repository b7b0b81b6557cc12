"""Whom automatic mail is not written to, and how much of it an address has had."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Row, and_, bindparam, delete, func, or_, select, true
from sqlalchemy.orm import Session

from helpdesk.actions import conversation
from helpdesk.db import insert_missing
from helpdesk.errors import ConflictError
from helpdesk.models import Entry, OutboxMessage, Suppression, Ticket
from helpdesk.rules import suppression
from helpdesk.rules.states import EntryKind
from helpdesk.rules.suppression import Failure
from mail.types import key_of

SLOWEST_REPORT = timedelta(days=10)  # servers give up after five days, and some are slow to say so


# Asked for every message that opens a ticket, so built once.
_NAMED = select(Suppression.id).where(Suppression.key == bindparam("key"))
_WRITTEN = select(
    OutboxMessage.entry_id, OutboxMessage.ticket_id, OutboxMessage.automatic, OutboxMessage.created_at
).where(
    OutboxMessage.recipient == bindparam("recipient"),
    OutboxMessage.agent_id.is_(None),
    OutboxMessage.created_at > bindparam("since"),
)
_AUTOMATIC_SINCE = (
    select(func.count())
    .select_from(OutboxMessage)
    .where(
        OutboxMessage.automatic == true(),
        OutboxMessage.agent_id.is_(None),
        OutboxMessage.created_at > bindparam("since"),
    )
)
_THEIRS = Entry.ticket_id.in_(bindparam("tickets", expanding=True))
_SAME_BUYERS = select(Ticket.buyer_id).where(Ticket.id.in_(bindparam("tickets", expanding=True)))
_TOLD = (
    select(Entry)
    .where(
        or_(
            and_(_THEIRS, Entry.verb.in_(("bounced", "report_was_mail"))),
            # It is said on whichever of the buyer's tickets an agent has before her.
            and_(
                Entry.ticket_id.in_(select(Ticket.id).where(Ticket.buyer_id.in_(_SAME_BUYERS))),
                Entry.verb == "suppression_lifted",
            ),
        ),
        Entry.at > bindparam("since"),
    )
    .order_by(Entry.id.desc())
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How an address, spelled as we write to it, stands with automatic mail."""

    named: bool  # written down for good, as after a complaint
    score: int  # of failures, made from the conversations each time: it fades by itself, nobody miscounts it
    automatic_today: int  # messages within a day

    @property
    def stops_planned(self) -> bool:
        """Surveys and the clock's questions no longer go there."""
        return self.named or self.score >= suppression.STOPS_PLANNED

    @property
    def stops_all(self) -> bool:
        """Not even an acknowledgement goes there."""
        return self.named or self.score >= suppression.STOPS_ALL


def standing(session: Session, recipient: str, *, at: datetime) -> Standing:
    """What was written to an address, and what came of it."""
    since = at - suppression.MEMORY - SLOWEST_REPORT
    written = session.execute(_WRITTEN, {"recipient": recipient, "since": since}).all()
    a_day_ago = at - timedelta(days=1)
    return Standing(
        named=session.scalar(_NAMED, {"key": key_of(recipient)}) is not None,
        score=suppression.score(_failures(session, recipient, written, at=at), at=at),
        automatic_today=sum(row.automatic and row.created_at > a_day_ago for row in written),
    )


def stops_planned(session: Session, recipient: str, *, at: datetime) -> bool:
    """Whether surveys and the clock's questions no longer go to this address."""
    return standing(session, recipient, at=at).stops_planned


def stops_all(session: Session, recipient: str, *, at: datetime) -> bool:
    """Whether not even an acknowledgement goes there."""
    return standing(session, recipient, at=at).stops_all


def name(session: Session, recipient: str, *, because: str, entry: Entry, at: datetime) -> None:
    """Write down for good that machines do not write to this address."""
    row = {"key": key_of(recipient), "because": because[:500], "entry_id": entry.id, "created_at": at}
    insert_missing(session, Suppression, [row])


def automatic_this_hour(session: Session, *, at: datetime) -> int:
    """How much automatic mail was written to all buyers within an hour."""
    return session.scalar(_AUTOMATIC_SINCE, {"since": at - timedelta(hours=1)}) or 0


def lift(session: Session, ticket: Ticket, *, actor: str, at: datetime) -> Entry:
    """An agent says that the buyer's address takes mail again: all failures so far are forgotten.

    Raises ConflictError when nothing stops mail to it.
    """
    recipient = ticket.address
    if not stops_planned(session, recipient, at=at):
        raise ConflictError("nothing stops automatic mail to this address")
    session.execute(delete(Suppression).where(Suppression.key == key_of(recipient)))
    facts = {"recipient": recipient}
    return conversation.record(
        session, ticket, EntryKind.EVENT, "suppression_lifted", actor=actor, at=at, facts=facts
    )


def _failures(
    session: Session, recipient: str, written: Sequence[Row[int, int, bool, datetime]], *, at: datetime
) -> Iterator[Failure]:
    """Every report on what was written to this address."""
    if not written:
        return
    ours = {row.entry_id for row in written}
    tickets = list({row.ticket_id for row in written})
    told = session.scalars(_TOLD, {"tickets": tickets, "since": at - suppression.MEMORY})
    were_mail: set[int] = set()
    for entry in told:
        if entry.verb == "report_was_mail":
            were_mail.add(entry.facts.get("entry", 0))
            continue
        if entry.verb == "suppression_lifted":
            if entry.facts.get("recipient", recipient) == recipient:
                return  # what was before it is forgiven
            continue
        if entry.facts.get("entry") in ours and entry.id not in were_mail:
            yield Failure(message=entry.facts["entry"], weight=entry.facts.get("weight", 0), at=entry.at)
