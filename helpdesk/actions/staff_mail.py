"""Mail of colleagues: an answer to a notification becomes a reply, a forwarded mail its writer's ticket.

Both only when the receiving server vouches for the sender; without that it is a buyer's mail like any other.
No mail approves, pays or changes anybody's role: what it can become is a reply, a note, a ticket.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actions import (
    alerts,
    conversation,
    directory,
    merging,
    notifying,
    replies,
    side_mail,
    tickets,
    writing,
)
from helpdesk.actions.side_mail import SideAnswer
from helpdesk.desk import Desk
from helpdesk.errors import DeskError, InvalidError
from helpdesk.letters import words
from helpdesk.models import Agent, Entry, OutboxMessage, ReceivedMessage, Ticket
from helpdesk.rules import matching, staff
from helpdesk.rules.states import EntryKind, IllegalMoveError, TicketState
from mail import forwards, quoting, references, signatures
from mail.forwards import Forwarded
from mail.types import Incoming, Kind, Verdict, key_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A reply of this agent to the buyer of this ticket, given by mail."""

    ticket_id: int
    agent: Agent
    about: int  # the entry up to which she knew the conversation


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffMail:
    """What a message is as a colleague's; nothing at all for most."""

    seen: Incoming  # as its writer sent it: the message itself, unless a colleague passed it on
    answer: Answer | SideAnswer | None = None
    ignored_because: str = ""
    why_not: str = ""  # it looks like a colleague's and is not believed, or not understood
    ticket_id: int | None = None  # what it would have been about
    forwarded: Forwarded | None = None
    by: Agent | None = None  # who passed it on

    def settle(self, decision: matching.Join | matching.Open) -> matching.Join | matching.Open:
        """The decision on the buyer's mail that this is, with the reason why it is no more than that.

        What a colleague passed on always opens a ticket: she may merge it into the one that it points at.
        """
        if self.forwarded is not None:
            follows = decision.ticket_id if isinstance(decision, matching.Join) else decision.follows_id
            return matching.Open(follows_id=follows, because="forwarded")
        if self.why_not and isinstance(decision, matching.Open):
            return matching.Open(follows_id=decision.follows_id or self.ticket_id, because=self.why_not)
        return decision

    def facts(self, incoming: Incoming) -> dict[str, Any]:
        """What the entry says besides, of a mail that was passed on."""
        if self.forwarded is None or self.by is None:
            return {}
        return {
            "forwarded_by": self.by.email,
            "forwarded_by_name": self.by.name,
            "forwarded_at": incoming.sent_at.isoformat() if incoming.sent_at else None,
            "dated": self.forwarded.date,
        }


def read(
    session: Session,
    desk: Desk,
    received: ReceivedMessage,
    incoming: Incoming,
    verdict: Verdict,
) -> StaffMail:
    """What this message is as a colleague's. An imported one, or one of which a person says that it is a
    buyer's, is nothing of the kind."""
    if received.imported or received.insisted:
        return StaffMail(seen=incoming)
    side = side_mail.read(session, desk, incoming, verdict)
    if side is not None:
        return StaffMail(seen=incoming, answer=side)
    notified = _notification(session, desk, incoming)
    if notified is not None:
        return _as_answer(session, notified, incoming, verdict)
    return _as_forward(session, incoming, verdict)


def reply(
    session: Session,
    desk: Desk,
    received: ReceivedMessage,
    incoming: Incoming,
    answer: Answer | SideAnswer,
    *,
    at: datetime,
) -> Entry:
    """Send the buyer what the agent answered; or keep it as a note that says why it was not sent.

    An answer to a side mail goes to nobody: see side_mail.
    """
    if isinstance(answer, SideAnswer):
        return side_mail.take(session, desk, received, incoming, answer, at=at)
    ticket = merging.final(session, answer.ticket_id)
    split = quoting.split(incoming.text)
    said = split.new[: signatures.begins(split.new)].strip()
    facts = {
        "by_mail": True,
        "from": answer.agent.email,
        "verified": str(Verdict.PASS),
        "raw_sha256": received.sha256,
    }
    try:
        with session.begin_nested():
            tickets.check_stands_alone(session.get_one(Ticket, answer.ticket_id, populate_existing=True))
            _check_is_hers_alone(desk, ticket, said)
            return replies.send_reply(
                session,
                desk,
                ticket,
                said,
                by=answer.agent,
                seen_seq=answer.about,
                at=at,
                files=incoming.attachments,
                facts=facts,
                insisted=None,  # there is no page to ask her on
            )
    except (DeskError, IllegalMoveError) as error:
        problem = str(error)
    session.refresh(ticket)
    text = said or incoming.text.strip()
    note = _note(session, desk, ticket, text, incoming, answer.agent, {**facts, "not_sent": problem}, at=at)
    from_seq = answer.about + 1 if ticket.id == answer.ticket_id else note.seq
    alerts.plan_mail(session, ticket, answer.agent.id, from_seq=from_seq, at=at)
    return note


def note_what_stands_above(
    session: Session, desk: Desk, ticket: Ticket, mail: StaffMail, *, at: datetime
) -> None:
    """What the colleague wrote above the mail that she passed on is for colleagues."""
    if mail.forwarded is None or mail.by is None:
        return
    above = mail.forwarded.above[: signatures.begins(mail.forwarded.above)].strip()
    files = mail.forwarded.beside
    if above or files:
        replies.add_note(
            session, desk, ticket, (above or "—")[: writing.LONGEST], by=mail.by, at=at, files=files
        )


def _notification(session: Session, desk: Desk, incoming: Incoming) -> tuple[references.Told, int] | None:
    """The newest notification that the message answers, and the entry that it was about.

    In whichever mailbox: what was sent to two of them is read in one only.
    """
    for told in _tokens(desk, incoming):
        row = session.scalar(select(OutboxMessage).where(OutboxMessage.reason == notifying.reason(told)))
        if row is not None:
            return told, int(session.get_one(Entry, row.entry_id).facts.get("about", 0))
    return None


def _tokens(desk: Desk, incoming: Incoming) -> Iterator[references.Told]:
    """Where it was sent to, then what it answers. Nothing in its text or subject counts."""
    to = (*incoming.delivered_to, *(address.email for address in (*incoming.to, *incoming.cc)))
    for address in to:
        if (told := references.told_at(address, secret=desk.secret)) is not None:
            yield told
    for message_id in reversed(incoming.references):
        if (told := references.told_by(message_id, secret=desk.secret)) is not None:
            yield told


def _as_answer(
    session: Session, notified: tuple[references.Told, int], incoming: Incoming, verdict: Verdict
) -> StaffMail:
    told, about = notified
    if incoming.kind is Kind.AUTOMATIC:
        return StaffMail(seen=incoming, ignored_because="automatic_answer_to_a_notification")
    agent = session.get(Agent, told.agent)
    because: str | None = "colleague_has_left"
    if agent is not None:
        she = incoming.sender is not None and incoming.sender.key == key_of(agent.email)
        because = staff.doubt(sender_is_she=she, verdict=verdict, active=agent.active)
        if because is None and incoming.kind is Kind.HUMAN:
            return StaffMail(seen=incoming, answer=Answer(ticket_id=told.ticket, agent=agent, about=about))
    return StaffMail(seen=incoming, why_not=because or "not_by_a_person", ticket_id=told.ticket)


def _as_forward(session: Session, incoming: Incoming, verdict: Verdict) -> StaffMail:
    if verdict is not Verdict.PASS or incoming.kind is not Kind.HUMAN or incoming.sender is None:
        return StaffMail(seen=incoming)
    agent = directory.colleagues(session).get(incoming.sender.key)
    found = forwards.read(incoming) if agent is not None else None
    if found is None:
        return StaffMail(seen=incoming)
    if found.sender is None or _is_one_of_us(session, found.sender.key):
        return StaffMail(seen=incoming, why_not="forwarded_of_nobody")
    seen = replace(
        incoming,
        sender=found.sender,
        subject=found.subject,
        sent_at=found.sent_at,
        message_id=found.message_id,
        references=(),
        reply_to=(),
        to=(),
        cc=(),
        text=found.text,
        attachments=found.attachments,
    )
    return StaffMail(seen=seen, forwarded=found, by=agent)


def _is_one_of_us(session: Session, key: str) -> bool:
    is_staff = session.scalar(select(Agent.id).where(Agent.email == key)) is not None
    return is_staff or key in directory.all_addresses(session)


def _check_is_hers_alone(desk: Desk, ticket: Ticket, said: str) -> None:
    """What she quotes of the notification is not for the buyer: in doubt nothing is sent."""
    told = (*words.ANSWER_ABOVE.values(), f"{desk.base_url}/tickets/{ticket.number}")
    if references.shows_told(said) or any(each in said for each in told):
        raise InvalidError("your words could not be told from the quoted ones: answer above them")


def _note(
    session: Session,
    desk: Desk,
    ticket: Ticket,
    text: str,
    incoming: Incoming,
    by: Agent,
    facts: dict[str, Any],
    *,
    at: datetime,
) -> Entry:
    """Whatever it is, it is kept: a form's limits are not asked."""
    actor = conversation.agent(by.id)
    if ticket.state is TicketState.NEW:
        tickets.move(session, ticket, TicketState.OPEN, actor=actor, at=at)
    return conversation.record(
        session,
        ticket,
        EntryKind.NOTE,
        "noted",
        actor=actor,
        at=at,
        facts={"text": text, **facts},
        attachments=conversation.keep(desk.blobs, incoming.attachments),
    )
