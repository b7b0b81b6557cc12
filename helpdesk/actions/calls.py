"""What was spoken, on the telephone or face to face: with whom, when, where, in which words."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from helpdesk.actions import conversation, tickets
from helpdesk.desk import Desk
from helpdesk.errors import InvalidError
from helpdesk.models import Agent, Entry, Ticket
from helpdesk.rules.states import EntryKind, TicketState
from mail.types import Attachment

LONGEST_WORDS = 20_000
LONGEST_PLACE = LONGEST_NAME = 200
CLOCKS_DIFFER_BY = timedelta(minutes=5)


def record_call(
    session: Session,
    desk: Desk,
    ticket: Ticket,
    *,
    words: str,
    spoken_at: datetime,
    place: str,
    whom: str,
    by: Agent,
    at: datetime,
    files: Sequence[Attachment] = (),
) -> Entry:
    """Keep a talk on a held ticket: `place` is a number, a room or a chat, `whom` the person spoken with.

    It is what somebody says was said: an agreement by telephone points at this entry. Raises InvalidError.
    """
    tickets.check_stands_alone(ticket)
    if not words.strip() and not files:
        raise InvalidError("write down what was said, or add the recording", field="words")
    if len(words) > LONGEST_WORDS:
        raise InvalidError(
            f"this is longer than {LONGEST_WORDS} characters: send it as a file", field="words"
        )
    if not whom.strip():
        raise InvalidError("name the person you spoke with", field="whom")
    if spoken_at > at + CLOCKS_DIFFER_BY:
        raise InvalidError("this talk lies in the future", field="spoken_at")
    actor = conversation.agent(by.id)
    if ticket.state is TicketState.NEW:
        tickets.move(session, ticket, TicketState.OPEN, actor=actor, at=at)
    return conversation.record(
        session,
        ticket,
        EntryKind.CALL,
        "called",
        actor=actor,
        at=at,
        facts={
            "text": words.strip(),
            "spoken_at": spoken_at.isoformat(),
            "place": place.strip()[:LONGEST_PLACE],
            "whom": whom.strip()[:LONGEST_NAME],
        },
        attachments=conversation.keep(desk.blobs, files),
    )
