"""What the pages behind a buyer's link show: as little as the question needs, nothing about the person."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk.errors import NotFoundError
from helpdesk.models import Refund, Survey, Ticket
from helpdesk.rules.money import Money
from helpdesk.rules.refunds import Shown


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivalView:
    locale: str
    ticket: int
    buyer_id: int
    amount: Money
    method: str
    paid_at: datetime
    state: Shown


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyView:
    locale: str
    ticket: int
    score: int | None  # None: not answered
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StopView:
    locale: str
    stopped: bool


def arrival(session: Session, refund_id: int) -> ArrivalView:
    """Raises NotFoundError."""
    refund = session.get(Refund, refund_id)
    if refund is None:
        raise NotFoundError("there is no such refund")
    ticket = session.get_one(Ticket, refund.ticket_id)
    return ArrivalView(
        locale=ticket.locale,
        ticket=ticket.number,
        buyer_id=ticket.buyer_id,
        amount=Money(refund.amount_minor, refund.currency),
        method=refund.method,
        paid_at=refund.paid_at or refund.recorded_at,
        state=refund.shown,
    )


def survey(session: Session, survey_id: int) -> SurveyView:
    """Raises NotFoundError."""
    found = session.get(Survey, survey_id)
    if found is None:
        raise NotFoundError("there is no such survey")
    ticket = session.get_one(Ticket, found.ticket_id)
    return SurveyView(
        locale=ticket.locale, ticket=ticket.number, score=found.score, expires_at=found.expires_at
    )


def stop(session: Session, survey_id: int) -> StopView:
    """Raises NotFoundError."""
    found = session.get(Survey, survey_id)
    if found is None:
        raise NotFoundError("there is no such survey")
    ticket = session.get_one(Ticket, found.ticket_id)
    return StopView(locale=ticket.locale, stopped=ticket.buyer.no_surveys_since is not None)
