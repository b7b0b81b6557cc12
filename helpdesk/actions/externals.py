"""Money that went back without us, told by others: a lead takes it as *external*, or puts it away.

Taken, it comes off the payment, and off the lines of the matter's claim: nothing of it can be promised a
second time. More than is left is refused with the sum that shows it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from helpdesk.actions import compensations, conversation, refund_plans, statements, tickets, unpromised
from helpdesk.errors import ConflictError, InvalidError, NotFoundError
from helpdesk.models import Agent, Claim, GatewayNotice, Payment, Refund, StatementLine, Ticket
from helpdesk.rules.claims import ENDED
from helpdesk.rules.money import Money
from helpdesk.rules.paying import Outcome
from helpdesk.rules.refunds import OUTSIDE
from helpdesk.rules.reminders import method_of
from helpdesk.rules.settlement import SettlementError, Shares, money_left
from helpdesk.rules.statements import Fate, Line
from helpdesk.rules.states import Role, may

SEEN = "somebody has seen to this already"
ONLY_LEADS = "only a lead takes money that nobody here asked for"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What both kinds of tidings say."""

    paid: Money
    reference: str
    payment: str
    paid_at: datetime
    by: str  # who told: "stripe", "alipay"


def take_notice(
    session: Session, notice_id: int, number: int, *, payment: str = "", by: Agent, at: datetime
) -> Refund:
    """A gateway's tidings are about this ticket. Raises NotFoundError, ConflictError, InvalidError."""
    notice = _notice(session, notice_id)
    told = _Told(
        paid=_left_by(notice),
        reference=notice.reference or notice.event,
        payment=payment or notice.payment,
        paid_at=min(notice.came_at, at),
        by=notice.gateway,
    )
    refund = _take(session, told, number, by=by, at=at)
    _settle(session, GatewayNotice, notice_id, refund.id, by=by, at=at)
    if notice.reference:  # it was pending, then done: the gateway told of it more than once
        same = (
            GatewayNotice.gateway == notice.gateway,
            GatewayNotice.reference == notice.reference,
            GatewayNotice.settled_at.is_(None),
            GatewayNotice.refund_id.is_(None),
        )
        settled = {"settled_at": at, "settled_by_id": by.id, "refund_id": refund.id}
        session.execute(
            update(GatewayNotice).where(*same).values(settled).execution_options(synchronize_session=False)
        )
    return refund


def take_line(
    session: Session, line_id: int, number: int, *, payment: str = "", by: Agent, at: datetime
) -> Refund:
    """A line of a statement is about this ticket. Raises NotFoundError, ConflictError, InvalidError."""
    line = _line(session, line_id)
    told = _Told(
        paid=Money(line.amount_minor, line.currency),
        reference=line.reference or f"{line.source} {line.file_sha256[:8]}:{line.line}",
        payment=payment or line.payment,
        paid_at=min(line.happened_at or line.came_at, at),
        by=line.source,
    )
    refund = _take(session, told, number, by=by, at=at)
    _settle(session, StatementLine, line_id, refund.id, by=by, at=at)
    return refund


def match(
    session: Session,
    table: type[GatewayNotice] | type[StatementLine],
    row_id: int,
    key: str,
    *,
    by: Agent,
    at: datetime,
) -> Refund:
    """What does not say so is the payment of one of our refunds. Raises as take_line."""
    _check_lead(by)
    line = _line_of(_notice(session, row_id) if table is GatewayNotice else _line(session, row_id), key)
    found = session.scalar(select(Refund.id).where(Refund.key == key))
    if found is None:
        raise NotFoundError("there is no such refund")
    judged = statements.settle(session, line, found, actor=conversation.agent(by.id), at=at)
    if judged.fate not in (Fate.SETTLED, Fate.KNOWN, Fate.AGAIN):
        raise ConflictError(judged.says)
    _settle(session, table, row_id, found, by=by, at=at)
    return session.get_one(Refund, found)


def put_away(
    session: Session,
    table: type[GatewayNotice] | type[StatementLine],
    row_id: int,
    *,
    by: Agent,
    at: datetime,
) -> None:
    """It is none of the desk's business: another till's, or a test. Raises NotFoundError, ConflictError."""
    _check_lead(by)
    if session.get(table, row_id) is None:
        raise NotFoundError("there is no such line")
    _settle(session, table, row_id, None, by=by, at=at)


def _take(session: Session, told: _Told, number: int, *, by: Agent, at: datetime) -> Refund:
    _check_lead(by)
    ticket = tickets.hold(session, number)
    payments = unpromised.payments_of(session, ticket)
    if not payments:
        raise InvalidError("link the order first: the money comes off its payment", field="number")
    payment = _payment(payments, told)
    claim = _claim(session, ticket, payment)
    actor = conversation.agent(by.id)
    shares = _take_of_claim(session, claim, told.paid) if claim is not None else Shares()
    refund = unpromised.note(
        session,
        ticket,
        told.paid,
        payment,
        gateway=OUTSIDE,
        method=method_of(payment.gateway, payment.method),
        reference=told.reference,
        paid_at=told.paid_at,
        verb="refunded_outside",
        actor=actor,
        at=at,
        said=f"told by {told.by}",
        shares=shares,
    )
    refund_plans.note_left(session, ticket, refund, actor=actor, at=at)
    return refund


def _payment(payments: Sequence[Payment], told: _Told) -> Payment:
    """The payment that it went back by: the named one, else the first that has so much left."""
    named = [each for each in payments if told.payment and each.reference == told.payment]
    if told.payment and not named:
        known = ", ".join(each.reference for each in payments)
        raise InvalidError(
            f"payment {told.payment} is none of this ticket's orders: they have {known}", field="number"
        )
    chosen = unpromised.choose(named or payments, told.paid)
    assert chosen is not None, "there are payments"
    return chosen


def _claim(session: Session, ticket: Ticket, payment: Payment) -> Claim | None:
    """The newest claim of the matter about that order which is not done with."""
    matter = select(Ticket.id).where(or_(Ticket.id == ticket.id, Ticket.merged_into_id == ticket.id))
    return session.scalar(
        select(Claim)
        .where(Claim.ticket_id.in_(matter), Claim.order_id == payment.order_id, Claim.state.not_in(ENDED))
        .order_by(Claim.id.desc())
        .limit(1)
    )


def _take_of_claim(session: Session, claim: Claim, paid: Money) -> Shares:
    """From lines and postage: the payment is taken beside them."""
    try:
        return compensations.take_coupon(session, claim, paid.minor)
    except SettlementError as error:
        postage = compensations.shipping_left(session, claim)
        goods = money_left(compensations.lines_of(session, claim))
        raise ConflictError(
            f"{paid} is more than is left of claim {claim.id}: {Money(goods, paid.currency)} goods"
            f" + {Money(postage, paid.currency)} delivery = {Money(goods + postage, paid.currency)}"
        ) from error


def _left_by(notice: GatewayNotice) -> Money:
    if notice.amount_minor is None or notice.outcome != Outcome.SUCCEEDED:
        raise ConflictError("this tells of no money that left: put it away, or note the refund by hand")
    return Money(notice.amount_minor, notice.currency)


def _line_of(told: GatewayNotice | StatementLine, key: str) -> Line:
    """As a statement would have it."""
    if isinstance(told, GatewayNotice):
        paid = _left_by(told)
        return Line(line=0, amount=paid, key=key, reference=told.reference, happened_at=told.came_at)
    return Line(
        line=told.line,
        amount=Money(told.amount_minor, told.currency),
        key=key,
        reference=told.reference,
        happened_at=told.happened_at,
    )


def _notice(session: Session, notice_id: int) -> GatewayNotice:
    found = session.get(GatewayNotice, notice_id, populate_existing=True)
    if found is None:
        raise NotFoundError("there is no such line")
    if found.refund_id is not None or found.settled_at is not None:
        raise ConflictError(SEEN)
    return found


def _line(session: Session, line_id: int) -> StatementLine:
    found = session.get(StatementLine, line_id, populate_existing=True)
    if found is None:
        raise NotFoundError("there is no such line")
    if found.settled_at is not None:
        raise ConflictError(SEEN)
    return found


def _settle(
    session: Session,
    table: type[GatewayNotice] | type[StatementLine],
    row_id: int,
    refund_id: int | None,
    *,
    by: Agent,
    at: datetime,
) -> None:
    """Once, whoever presses at the same moment: the second takes nothing, as all of it is rolled back."""
    won = session.execute(
        update(table)
        .where(table.id == row_id, table.settled_at.is_(None))
        .values(settled_at=at, settled_by_id=by.id, refund_id=refund_id)
        .execution_options(synchronize_session=False)
    )
    if getattr(won, "rowcount", 0) != 1:
        raise ConflictError(SEEN)


def _check_lead(by: Agent) -> None:
    if not may(by.role, Role.LEAD):
        raise ConflictError(ONLY_LEADS)
