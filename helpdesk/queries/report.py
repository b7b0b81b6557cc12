"""The first report: what came, what was solved, how fast we answered, what was refunded, how buyers felt."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from sqlalchemy import false, func, select
from sqlalchemy.orm import Session

from helpdesk.models import Refund, Survey, Ticket
from helpdesk.models.masking import Mask
from helpdesk.models.spelled import spelled
from helpdesk.rules.money import Money
from helpdesk.rules.refunds import LEFT
from helpdesk.rules.states import RefundState
from helpdesk.rules.turns import OURS

COMMENTS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Refunded:
    """All refunds of one currency: paid, and of those arrived."""

    total: Money
    count: int
    arrived: int
    numbers: tuple[int, ...]  # tickets, newest first, at most ten


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    number: int
    subject: str
    score: int
    text: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """How long a buyer waited for the first answer, or has waited for it until now."""

    number: int
    seconds: float
    answered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    since: datetime
    opened: int
    solved: int
    answered: int
    unanswered: int  # opened in the period, still our turn, and nobody has answered
    first_answer_seconds: float | None  # median of the answered ones; None before the first
    slowest: tuple[Wait, ...]  # longest first
    refunds: tuple[Refunded, ...]
    asked: int
    scores: dict[int, int]  # score to count, all five
    average: float | None
    comments: tuple[Comment, ...]


def report(session: Session, *, since: datetime, at: datetime) -> Report:
    """Figures of what happened between two moments; `at` is now."""
    answers = _first_answers(session, since)
    unanswered = _unanswered(session, since, at)
    waits = sorted((*answers, *unanswered), key=lambda wait: (-wait.seconds, wait.number))
    asked, scores = _scores(session, since)
    given = sum(scores.values())
    return Report(
        since=since,
        opened=session.scalar(select(func.count()).where(Ticket.created_at >= since, Ticket.spam.is_(False)))
        or 0,
        solved=_solved(session, since),
        answered=len(answers),
        unanswered=len(unanswered),
        first_answer_seconds=median(wait.seconds for wait in answers) if answers else None,
        slowest=tuple(waits[:5]),
        refunds=_refunds(session, since),
        asked=asked,
        scores=scores,
        average=sum(score * count for score, count in scores.items()) / given if given else None,
        comments=_comments(session, since),
    )


def _solved(session: Session, since: datetime) -> int:
    """Tickets that are done now and became so in the period, whatever was added to them later."""
    return session.scalar(select(func.count()).where(Ticket.done_at >= since)) or 0


def _first_answers(session: Session, since: datetime) -> list[Wait]:
    """From opening to the first answer, for the tickets opened in the period."""
    rows = session.execute(
        select(Ticket.id, Ticket.created_at, Ticket.first_answer_at).where(
            Ticket.created_at >= since, Ticket.first_answer_at.is_not(None)
        )
    )
    return [_wait(row.id, row.created_at, row.first_answer_at, answered=True) for row in rows]


def _unanswered(session: Session, since: datetime, at: datetime) -> list[Wait]:
    """From opening until now, for the tickets of the period that wait for the first answer.

    One that was solved, closed or given to somebody else to wait for has been looked at: it is not our turn.
    """
    rows = session.execute(
        select(Ticket.id, Ticket.created_at).where(
            Ticket.created_at >= since,
            Ticket.spam == false(),
            spelled(Ticket.state, OURS),
            Ticket.first_answer_at.is_(None),
        )
    )
    return [_wait(row.id, row.created_at, at, answered=False) for row in rows]


def _wait(number: int, since: datetime, until: datetime, *, answered: bool) -> Wait:
    return Wait(number=number, seconds=(until - since).total_seconds(), answered=answered)


def _refunds(session: Session, since: datetime) -> tuple[Refunded, ...]:
    rows = session.execute(
        select(Refund.ticket_id, Refund.amount_minor, Refund.currency, Refund.state, Refund.arrival_assumed)
        .where(Refund.paid_at >= since, Refund.state.in_(LEFT))
        .order_by(Refund.id.desc())
    ).all()
    return tuple(
        Refunded(
            total=Money(sum(row.amount_minor for row in of_it), currency),
            count=len(of_it),
            arrived=sum(row.state is RefundState.ARRIVED and not row.arrival_assumed for row in of_it),
            numbers=tuple(dict.fromkeys(row.ticket_id for row in of_it))[:10],
        )
        for currency in sorted({row.currency for row in rows})
        for of_it in [[row for row in rows if row.currency == currency]]
    )


def _scores(session: Session, since: datetime) -> tuple[int, dict[int, int]]:
    given = Counter(session.scalars(select(Survey.score).where(Survey.sent_at >= since)))
    return sum(given.values()), {score: given[score] for score in range(5, 0, -1)}


def _comments(session: Session, since: datetime) -> tuple[Comment, ...]:
    rows = session.execute(
        select(Survey.ticket_id, Ticket.subject, Survey.score, Survey.comment, Survey.answered_at)
        .join(Ticket, Ticket.id == Survey.ticket_id)
        .where(Survey.answered_at >= since, Survey.score.is_not(None))
        .order_by(Survey.answered_at.desc())
        .limit(COMMENTS)
    ).all()
    mask = Mask.over(session, (text for row in rows for text in (row.subject, row.comment)))
    return tuple(
        Comment(
            number=row.ticket_id,
            subject=mask(row.subject),
            score=row.score,
            text=mask(row.comment),
            at=row.answered_at,
        )
        for row in rows
    )
