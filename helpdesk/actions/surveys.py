"""Ask how it was, once, and keep the answer."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from helpdesk.actions import conversation, tickets
from helpdesk.errors import ConflictError, InvalidError, NotFoundError
from helpdesk.models import Survey, Ticket
from helpdesk.rules.reminders import SURVEY_OPEN_FOR
from helpdesk.rules.states import EntryKind

LONGEST_COMMENT = 4000


def ask(session: Session, ticket: Ticket, *, at: datetime) -> Survey:
    """A survey row for a letter that is about to be written."""
    survey = Survey(
        ticket_id=ticket.id, agent_id=ticket.assignee_id, sent_at=at, expires_at=at + SURVEY_OPEN_FOR
    )
    session.add(survey)
    session.flush()
    return survey


def answer(session: Session, survey_id: int, *, score: int, comment: str, at: datetime) -> Survey:
    """Keep the buyer's score (1 worst to 5 best) and words. Raises ConflictError for a second answer."""
    survey = session.get(Survey, survey_id)
    if survey is None:
        raise NotFoundError("there is no such survey")
    if score not in range(1, 6):
        raise InvalidError("choose one of the five", field="score")
    ticket = tickets.hold(session, survey.ticket_id)
    if at > survey.expires_at:
        raise ConflictError("this survey has ended")
    won = session.execute(
        update(Survey)
        .where(Survey.id == survey_id, Survey.score.is_(None))
        .values(score=score, comment=comment.strip()[:LONGEST_COMMENT], answered_at=at)
    )
    if getattr(won, "rowcount", 0) != 1:
        raise ConflictError("this survey has been answered already; thank you")
    conversation.record(
        session,
        ticket,
        EntryKind.EVENT,
        "survey_answered",
        actor=conversation.buyer(ticket.buyer_id),
        at=at,
        facts={"survey": survey_id, "score": score, "text": comment.strip()[:LONGEST_COMMENT]},
    )
    session.refresh(survey)
    return survey
