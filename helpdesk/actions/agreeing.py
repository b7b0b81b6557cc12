"""What was proposed becomes what was agreed: reserved on the order, one row for each remedy."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actions import compensations, refund_rows
from helpdesk.errors import ConflictError
from helpdesk.models import AgreedRemedy, Claim, Offer, Ticket
from helpdesk.rules import proposals, settlement
from helpdesk.rules.claim_terms import Remedy
from helpdesk.rules.offers import RemedyState, check_remedy_move
from helpdesk.rules.proposals import Part
from helpdesk.rules.refunds import OVER
from helpdesk.rules.settlement import SettlementError, Shares
from helpdesk.rules.states import IllegalMoveError, RefundState


def parts_of(offer: Offer) -> tuple[Part, ...]:
    """All that an offer holds."""
    return tuple(
        proposals.part_of(row.option, row.remedy, row.amount_minor, row.goods) for row in offer.parts
    )


def agree(
    session: Session, claim: Claim, offer: Offer, option: int, *, bonus: int, at: datetime
) -> list[AgreedRemedy]:
    """Take from the order what this option promises. Raises ConflictError when it is not there any more."""
    chosen = proposals.option_of(parts_of(offer), option)
    currency = offer.parts[0].currency
    return [_agree(session, claim, offer, part, currency, bonus=bonus, at=at) for part in chosen]


def of_claim(session: Session, claim: Claim) -> Sequence[AgreedRemedy]:
    """Everything that was ever agreed on a claim, oldest first."""
    return session.scalars(
        select(AgreedRemedy).where(AgreedRemedy.claim_id == claim.id).order_by(AgreedRemedy.id)
    ).all()


def move(session: Session, remedy: AgreedRemedy, to: RemedyState, *, at: datetime) -> None:
    """Raises IllegalMoveError. What is canceled goes back to the order."""
    check_remedy_move(remedy.state, to)
    remedy.state = to
    remedy.done_at = at if to is RemedyState.COMPLETE else None
    if to is RemedyState.CANCELED:
        claim = session.get_one(Claim, remedy.claim_id)
        compensations.give_back(session, claim.order_id, Shares.from_json(remedy.shares))
    session.flush()


def cancel(session: Session, ticket: Ticket, remedy: AgreedRemedy, *, actor: str, at: datetime) -> None:
    """It will not happen: money that nobody outside was told of is free, and what was set aside goes back.

    Raises IllegalMoveError for money that a gateway was told of, or that has left.
    """
    for refund in refund_rows.of_remedy(session, remedy.id):
        if refund.state in OVER:
            continue
        if not refund_rows.may_be_called_off(refund):
            raise IllegalMoveError("money or goods are on their way already")
        refund_rows.move(
            session, ticket, refund, RefundState.CANCELED, actor=actor, at=at, values={"look_at": None}
        )
    move(session, remedy, RemedyState.CANCELED, at=at)


def cancel_open(session: Session, ticket: Ticket, claim: Claim, *, actor: str, at: datetime) -> list[int]:
    """Nothing of what was agreed will happen: the ids of what is canceled now."""
    canceled = [row for row in of_claim(session, claim) if row.state is RemedyState.AGREED]
    for remedy in canceled:
        cancel(session, ticket, remedy, actor=actor, at=at)
    return [remedy.id for remedy in canceled]


def deduct(session: Session, remedy: AgreedRemedy, kept: Sequence[tuple[int, int]]) -> settlement.Sum:
    """Keep back so much of each line of money that has not left: the promise is less, the order has it again.

    The sum as it is now. Raises SettlementError, nothing done.
    """
    after, freed = settlement.deduct(Shares.from_json(remedy.shares), kept)
    claim = session.get_one(Claim, remedy.claim_id)
    compensations.give_back(session, claim.order_id, freed)
    remedy.shares = after.to_json()
    remedy.amount_minor = remedy.worth_minor = after.money
    session.flush()
    return settlement.sum_of(after)


def _agree(
    session: Session, claim: Claim, offer: Offer, part: Part, currency: str, *, bonus: int, at: datetime
) -> AgreedRemedy:
    lines = compensations.lines_of(session, claim)
    worth = proposals.worth([part], lines, coupon_bonus_percent=bonus)
    try:
        shares = _take(session, claim, part, bonus=bonus)
    except SettlementError as error:
        raise ConflictError(str(error)) from error
    remedy = AgreedRemedy(
        claim_id=claim.id,
        offer_id=offer.id,
        remedy=part.remedy,
        state=RemedyState.AGREED,
        amount_minor=part.amount,
        worth_minor=worth,
        currency=currency,
        shares=shares.to_json(),
        goods=part.goods(),
        agreed_at=at,
    )
    session.add(remedy)
    session.flush()
    return remedy


def _take(session: Session, claim: Claim, part: Part, *, bonus: int) -> Shares:
    if part.remedy in proposals.MONEY:
        return compensations.take_money(session, claim, part.amount, shipping=part.shipping, units=part.lines)
    if part.remedy is Remedy.COUPON:
        return compensations.take_coupon(
            session, claim, proposals.cash_value(part.amount, bonus), units=part.lines
        )
    if part.remedy in proposals.GOODS:
        units = proposals.units_of(part, compensations.lines_of(session, claim))
        return compensations.take_goods(session, claim, units)
    return Shares()
