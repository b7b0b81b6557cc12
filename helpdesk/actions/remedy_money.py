"""Money that carries out what a claim was promised: instructed once, and the promise follows it."""

from collections.abc import Sequence
from datetime import datetime
from itertools import islice

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from helpdesk.actions import (
    agreeing,
    claim_circumstances,
    claim_steps,
    claims,
    compensations,
    conversation,
    refund_rows,
    remedy_terms,
)
from helpdesk.actions.claims import Actor
from helpdesk.errors import ConflictError, InvalidError, NotFoundError
from helpdesk.models import Agent, AgreedRemedy, Claim, Payment, Refund, ReturnShipment, Ticket
from helpdesk.rules.claim_guards import within_own_limit
from helpdesk.rules.claim_terms import Remedy
from helpdesk.rules.claims import ClaimState
from helpdesk.rules.money import Money
from helpdesk.rules.offers import RemedyState
from helpdesk.rules.proposals import MONEY
from helpdesk.rules.refunds import BY_HAND, LEFT, OVER, payable
from helpdesk.rules.reminders import method_of
from helpdesk.rules.returns import Outcome
from helpdesk.rules.settlement import Shares
from helpdesk.rules.states import EntryKind, IllegalMoveError, RefundState

NOT_OWED = "this was paid already, or is not agreed any more"
STANDS = (ClaimState.APPROVED, ClaimState.RESOLVED, ClaimState.DISPUTED)  # what was agreed, as it was agreed


def waiting(session: Session, *, limit: int = 100) -> Sequence[int]:
    """Promises of money of approved claims that nothing was ever instructed for, and that wait for no goods:
    those that do, for weeks, do not stand in line before the others.
    """
    goods_have_moved = exists().where(
        ReturnShipment.remedy_id == AgreedRemedy.id,
        or_(
            ReturnShipment.outcome == Outcome.AS_AGREED,
            ReturnShipment.tracked_at.is_not(None),
            ReturnShipment.received_at.is_not(None),
        ),
    )
    found = session.scalars(
        select(AgreedRemedy)
        .join(Claim, Claim.id == AgreedRemedy.claim_id)
        .where(
            AgreedRemedy.state == RemedyState.AGREED,
            AgreedRemedy.remedy.in_(MONEY),
            Claim.state == ClaimState.APPROVED,
            ~exists().where(Refund.remedy_id == AgreedRemedy.id),
            or_(
                AgreedRemedy.remedy != Remedy.RETURN_REFUND,
                AgreedRemedy.goods["returned"].as_integer().is_not(None),
                goods_have_moved,
            ),
        )
        .order_by(AgreedRemedy.id)
    ).all()
    free = (remedy.id for remedy in found if not why_it_waits(session, remedy))
    return list(islice(free, limit))


def instruct(
    session: Session, ticket: Ticket, remedy: AgreedRemedy, *, actor: str, at: datetime
) -> list[Refund]:
    """One refund for each payment that this promise goes back by, set aside; none while the money waits for
    goods, or while some of it is instructed already. The ticket of its claim is held.
    """
    claim = session.get_one(Claim, remedy.claim_id)
    live = [row for row in refund_rows.of_remedy(session, remedy.id) if row.state not in OVER]
    shares = Shares.from_json(remedy.shares).payments
    taken = {row.part for row in live}
    if claim.state is not ClaimState.APPROVED or why_it_waits(session, remedy):
        return []
    parts = [(part, *share) for part, share in enumerate(shares or [(None, remedy.amount_minor)], 1)]
    return [
        _set_aside(session, ticket, remedy, part, payment_id, minor, actor=actor, at=at)
        for part, payment_id, minor in parts
        if part not in taken
    ]


def why_it_waits(session: Session, remedy: AgreedRemedy) -> str:
    """Why the money may not leave yet, "" when it may."""
    return remedy_terms.why_money_waits(session, remedy)


def is_still_promised(session: Session, refund: Refund) -> bool:
    """Whether what was agreed stands as it was agreed, and covers this together with its other parts."""
    remedy = session.get(AgreedRemedy, refund.remedy_id or 0, populate_existing=True)
    if remedy is None or remedy.state not in (RemedyState.AGREED, RemedyState.UNDER_WAY):
        return False
    claim = session.get_one(Claim, remedy.claim_id, populate_existing=True)
    parts = [row for row in refund_rows.of_remedy(session, remedy.id) if row.state not in OVER]
    return (
        claim.state is ClaimState.APPROVED
        and remedy.currency == refund.currency
        and sum(row.amount_minor for row in parts) <= remedy.amount_minor
    )


def promised(session: Session, ticket: Ticket, remedy_id: int) -> AgreedRemedy:
    """A promise of money on this held ticket that is still to be carried out, at once.

    What a lead has closed over is carried out too where somebody may be paying it already. Raises
    NotFoundError, ConflictError.
    """
    remedy = session.get(AgreedRemedy, remedy_id, populate_existing=True)
    claim = session.get(Claim, remedy.claim_id) if remedy is not None else None
    if remedy is None or claim is None or claim.ticket_id != ticket.id or remedy.remedy not in MONEY:
        raise NotFoundError("there is no such remedy on this ticket")
    held = any(refund_rows.is_held(row) for row in refund_rows.of_remedy(session, remedy.id))
    if remedy.state in (RemedyState.COMPLETE, RemedyState.CANCELED) or (
        claim.state is not ClaimState.APPROVED and not held
    ):
        raise ConflictError(NOT_OWED)
    if waits := why_it_waits(session, remedy):
        raise ConflictError(waits)
    _check_told_nothing_else(session, remedy)
    return remedy


def open_rows(
    session: Session, ticket: Ticket, remedy: AgreedRemedy, *, actor: str, at: datetime
) -> list[Refund]:
    """The refunds of a promise that a person may pay, set aside now if they were not yet.

    Raises ConflictError when there are none, with the reason.
    """
    instruct(session, ticket, remedy, actor=actor, at=at)
    live = [row for row in refund_rows.of_remedy(session, remedy.id) if row.state not in OVER]
    found = [row for row in live if payable(row.state, by_hand=row.gateway == BY_HAND)]
    if not found and any(row.state is RefundState.NEEDS_ACTION for row in live):
        raise ConflictError("the gateway still has this refund: finish it or cancel it there first")
    told = [row for row in live if row.state not in LEFT and row.gateway != BY_HAND]
    if not found and told:
        raise ConflictError(
            f"{told[0].gateway} was told to pay {told[0].key} already: pay nothing by hand; what you have"
            " paid as well, have it sent back, or cancel it there"
        )
    if not found:
        raise ConflictError(NOT_OWED)
    return found


def to_pay_by_hand(
    session: Session, ticket: Ticket, remedy_id: int, paid: Money, *, by: Agent, at: datetime
) -> Refund:
    """The refund of this promise that a person has paid: set aside now if it was not yet.

    Raises NotFoundError, ConflictError when it is paid or being paid already, InvalidError for another sum.
    """
    remedy = promised(session, ticket, remedy_id)
    rows = open_rows(session, ticket, remedy, actor=conversation.agent(by.id), at=at)
    same = [row for row in rows if paid == Money(row.amount_minor, row.currency)]
    if not same:
        agreed = Money(rows[0].amount_minor, rows[0].currency)
        raise InvalidError(f"{agreed} was agreed: refund exactly that", field="amount")
    same.sort(key=lambda row: row.held_by_id != by.id)  # her own first
    refund_rows.check_is_free_for(session, same[0], by)
    return same[0]


def try_again(session: Session, ticket: Ticket, remedy_id: int, *, by: Agent, at: datetime) -> list[Refund]:
    """What failed, was canceled at the gateway or came back is instructed once more, under a new key.

    The ticket of its claim is held. Raises NotFoundError, IllegalMoveError above the limit of this person,
    ConflictError when nothing of it has failed.
    """
    remedy = promised(session, ticket, remedy_id)
    claim = session.get_one(Claim, remedy.claim_id)
    given = claim_circumstances.gather(session, ticket, claim, at=at, by=by)
    if objection := within_own_limit(given):
        raise IllegalMoveError(objection.sentence)
    tried = {row.part for row in refund_rows.of_remedy(session, remedy.id)}
    made = instruct(session, ticket, remedy, actor=conversation.agent(by.id), at=at) if tried else []
    if not made:
        raise ConflictError("nothing of this has failed")
    return made


def _check_told_nothing_else(session: Session, remedy: AgreedRemedy) -> None:
    payments = [payment_id for payment_id, _ in Shares.from_json(remedy.shares).payments]
    if refund_rows.told_otherwise(session, payments):
        raise ConflictError(refund_rows.TOLD_OTHERWISE)


def follow(
    session: Session, ticket: Ticket, refund: Refund, before: RefundState, *, actor: Actor, at: datetime
) -> None:
    """After a move of a refund: payment, promise and claim are what its rows say."""
    left = refund.state in LEFT
    if refund.payment_id is not None and left is not (before in LEFT):
        _tell_payment(session, refund, refund.payment_id, left=left)
    if refund.remedy_id is None:
        return
    remedy = session.get_one(AgreedRemedy, refund.remedy_id, populate_existing=True)
    claim, its_ticket = claims.hold(session, remedy.claim_id)
    to = refund_rows.remedy_state_of(session, remedy)
    if remedy.state is not to:
        agreeing.move(session, remedy, to, at=at)
    if to is RemedyState.AGREED and claim.state not in STANDS:  # the order has it again: decide it anew
        agreeing.cancel(session, ticket, remedy, actor=actor.name, at=at)
    if not claim_steps.complete_if_done(session, its_ticket, claim, actor=actor, at=at):
        claim_steps.settle_ticket(session, its_ticket, claim, actor=actor, at=at)


def _tell_payment(session: Session, refund: Refund, payment_id: int, *, left: bool) -> None:
    """Its payment is refunded now, or not any more: what was promised stays promised."""
    if left:
        compensations.note_paid(session, payment_id, refund.amount_minor)
    elif refund.remedy_id is not None:
        compensations.note_unpaid(session, payment_id, refund.amount_minor)
    else:
        compensations.free_paid(session, payment_id, refund.amount_minor)
        order_id = session.get_one(Payment, payment_id).order_id
        compensations.give_back(session, order_id, Shares.from_json(refund.shares))


def _set_aside(
    session: Session,
    ticket: Ticket,
    remedy: AgreedRemedy,
    part: int,
    payment_id: int | None,
    minor: int,
    *,
    actor: str,
    at: datetime,
) -> Refund:
    payment = session.get(Payment, payment_id) if payment_id is not None else None
    method = method_of(payment.gateway, payment.method) if payment else "other"
    key = refund_rows.new_key(session, ticket, remedy.claim_id)
    facts = {
        "key": key,
        "amount_minor": minor,
        "currency": remedy.currency,
        "method": method,
        "remedy": remedy.id,
        "claim": remedy.claim_id,
    }
    entry = conversation.record(
        session, ticket, EntryKind.EVENT, "refund_reserved", actor=actor, at=at, facts=facts
    )
    refund = Refund(
        ticket_id=ticket.id,
        remedy_id=remedy.id,
        part=part,
        payment_id=payment_id,
        key=key,
        amount_minor=minor,
        currency=remedy.currency,
        method=method,
        state=RefundState.RESERVED,
        entry_id=entry.id,
        recorded_at=at,
    )
    session.add(refund)
    session.flush()
    return refund
