"""Money that a person pays herself on the platform's own page: taken off the clock before, or put back.

    reserved, or waiting for anybody's hand -> hers alone            take()
    hers -> noted as paid                                            refunds.record_refund()
    hers -> canceled, and set aside anew under another key           put_back()

What is hers no gateway is told of, and nobody else may pay, so that it is not paid twice.
"""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from helpdesk.actions import claims, conversation, refund_rows, remedy_money, switches
from helpdesk.errors import ConflictError
from helpdesk.models import Agent, AgreedRemedy, Refund, Ticket
from helpdesk.rules.refunds import BY_HAND
from helpdesk.rules.states import EntryKind, RefundState, Role, may

STOPPED = "all money is stopped: a lead has to let it move again first"
NOT_TAKEN = "nobody has taken this refund to pay it by hand"


def take(session: Session, ticket: Ticket, remedy_id: int, *, by: Agent, at: datetime) -> list[Refund]:
    """All that is still to be paid of this promise is for this person to pay. Twice changes nothing.

    The ticket is held. Raises NotFoundError, ConflictError when it is not to be paid, when a gateway was told
    of it already, or when a colleague has taken it.
    """
    remedy = remedy_money.promised(session, ticket, remedy_id)
    if switches.is_off(session, switches.MONEY):
        raise ConflictError(STOPPED)
    rows = remedy_money.open_rows(session, ticket, remedy, actor=conversation.agent(by.id), at=at)
    for refund in rows:
        refund_rows.check_is_free_for(session, refund, by)
    for refund in rows:
        if refund.held_by_id is None:
            _take(session, ticket, refund, by=by, at=at)
    return rows


def put_back(session: Session, refund_id: int, *, by: Agent, at: datetime) -> Ticket:
    """She has not paid it, and will not: it is set aside anew, for a gateway or for anybody's hand.

    Its key is never used again: should a statement carry it after all, it is listed. Raises ConflictError for
    one that nobody has taken, or that a colleague has taken and this is no lead.
    """
    refund, ticket = refund_rows.hold(session, refund_id)
    if refund.held_by_id is None or refund.state is not RefundState.NEEDS_ACTION:
        raise ConflictError(NOT_TAKEN)
    if not may(by.role, Role.LEAD):
        refund_rows.check_is_free_for(session, refund, by)
    before, actor = refund.state, conversation.agent(by.id)
    refund_rows.move(
        session,
        ticket,
        refund,
        RefundState.CANCELED,
        actor=actor,
        at=at,
        verb="refund_put_back",
        values={"held_by_id": None, "look_at": None},
    )
    remedy_money.follow(session, ticket, refund, before, actor=claims.staff(by), at=at)
    remedy = session.get_one(AgreedRemedy, refund.remedy_id, populate_existing=True)
    remedy_money.instruct(session, ticket, remedy, actor=actor, at=at)
    return ticket


def _take(session: Session, ticket: Ticket, refund: Refund, *, by: Agent, at: datetime) -> None:
    before, actor = refund.state, conversation.agent(by.id)
    if refund.state is RefundState.RESERVED:  # from here on the worker finds nothing to hand over
        told = {"gateway": BY_HAND, "submitted_at": at, "submissions": 1}
        refund_rows.move(session, ticket, refund, RefundState.SUBMITTED, actor=actor, at=at, values=told)
        refund_rows.move(session, ticket, refund, RefundState.NEEDS_ACTION, actor=actor, at=at)
    won = session.execute(
        update(Refund)
        .where(
            Refund.id == refund.id,
            Refund.state == RefundState.NEEDS_ACTION,
            Refund.gateway == BY_HAND,
            Refund.held_by_id.is_(None),
        )
        .values(held_by_id=by.id)
        .execution_options(synchronize_session=False)
    )
    if getattr(won, "rowcount", 0) != 1:
        raise ConflictError(refund_rows.MOVED_ON)
    session.refresh(refund)
    facts = refund_rows.facts_of(refund)
    conversation.record(session, ticket, EntryKind.EVENT, "refund_taken", actor=actor, at=at, facts=facts)
    remedy_money.follow(session, ticket, refund, before, actor=claims.staff(by), at=at)
