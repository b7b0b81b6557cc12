"""What a row of a queue says of its matter: order number, amount, reason, and how many proofs are missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Row,
    ScalarSelect,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from helpdesk.models import Claim, Evidence, EvidenceAsked, Order, Payment, TicketOrder
from helpdesk.models.spelled import spelled
from helpdesk.rules.claim_terms import EvidenceKind
from helpdesk.rules.claims import ClaimState
from helpdesk.rules.evidence import EvidenceState
from helpdesk.rules.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """Of the newest claim that goes on, else of the newest one, else of the newest linked order."""

    order_number: str = ""
    amount: Money | None = None  # what the buyer named, else what was paid for the order
    reason: str = ""  # a code of claim_terms.REASONS; "": unknown
    proofs_missing: int = 0


def matters(session: Session, numbers: Sequence[int]) -> dict[int, Matter]:
    """By ticket."""
    linked = (
        select(
            literal(0).label("rank"),
            TicketOrder.id,
            TicketOrder.ticket_id,
            Order.external_no,
            Order.currency,
            _paid().label("paid"),
            literal("").label("reason"),
            cast(null(), BigInteger).label("wish_minor"),
            literal("").label("wish_currency"),
            literal(0).label("missing"),
        )
        .join(Order, Order.id == TicketOrder.order_id)
        .where(TicketOrder.ticket_id.in_(numbers))
    )
    claimed = (
        select(
            case((Claim.live, 2), else_=1),
            Claim.id,
            Claim.ticket_id,
            Order.external_no,
            Order.currency,
            _paid(),
            Claim.reason,
            Claim.wish_minor,
            Claim.wish_currency,
            _missing(),
        )
        .outerjoin(Order, Order.id == Claim.order_id)
        .where(Claim.ticket_id.in_(numbers))
    )
    found: dict[int, Matter] = {}
    rows: Sequence[Row[*tuple[Any, ...]]] = session.execute(union_all(linked, claimed)).all()
    for row in sorted(rows, key=lambda row: (row.rank, row.id)):
        before = found.get(row.ticket_id, Matter())
        wish, paid = _money(row.wish_minor, row.wish_currency), _money(row.paid, row.currency)
        found[row.ticket_id] = Matter(
            order_number=row.external_no or before.order_number,
            amount=wish or paid or before.amount,
            reason=row.reason,
            proofs_missing=row.missing,
        )
    return found


def awaits_proof() -> ColumnElement[bool]:
    """A claim whose buyer was asked for something that is not there."""
    asked = exists().where(EvidenceAsked.claim_id == Claim.id, ~_is_there())
    return and_(spelled(Claim.state, ClaimState.AWAITING_BUYER), asked)


def _missing() -> ScalarSelect[int]:
    return (
        select(func.count(EvidenceAsked.id))
        .where(EvidenceAsked.claim_id == Claim.id, Claim.state == ClaimState.AWAITING_BUYER, ~_is_there())
        .correlate(Claim)
        .scalar_subquery()
    )


def _is_there() -> ColumnElement[bool]:
    """Evidence of the kind that was asked for, which nobody has refused: see rules/evidence.missing."""
    film = and_(EvidenceAsked.kind == EvidenceKind.PHOTO, Evidence.kind == EvidenceKind.VIDEO)
    return (
        exists()
        .where(
            Evidence.claim_id == EvidenceAsked.claim_id,
            Evidence.state != EvidenceState.REFUSED,
            or_(Evidence.kind == EvidenceAsked.kind, film),
        )
        .correlate(EvidenceAsked)
    )


def _paid() -> ScalarSelect[int]:
    return (
        select(func.sum(Payment.captured_minor))
        .where(Payment.order_id == Order.id, Payment.currency == Order.currency)
        .correlate(Order)
        .scalar_subquery()
    )


def _money(minor: int | None, currency: str | None) -> Money | None:
    return Money(int(minor), currency) if minor and currency else None
