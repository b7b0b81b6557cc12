"""Who may agree to how much on a claim now: the policy of today says so, whichever one decided the claim.

A decision is pinned for the buyer's sake. Limits are the shop's own: one that is lowered counts at once.
"""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from helpdesk.actions import agreeing, compensations, policies
from helpdesk.db import wait_for_names
from helpdesk.models import Agent, AgreedRemedy, Approval, Claim, Offer, OfferPart, Order
from helpdesk.rules import proposals
from helpdesk.rules.offers import ApprovalState, OfferState, RemedyState
from helpdesk.rules.policy_terms import Policy
from helpdesk.rules.states import Role

BY_ITSELF = "what clauses grant by themselves"  # waited for: the limit of a day is over all orders


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """For one person and one claim, in minor units of the order's currency."""

    own: int | None  # on the claim; None: without limit
    per_day: int | None  # None: without limit
    used_today: int  # of it, by what else this person agreed to
    second_person_above: int | None
    auto: int
    auto_left_today: int
    foreign: bool = False  # paid in a currency for which the policy names no sums


def of(session: Session, claim: Claim, by: Agent | None, *, at: datetime) -> Limits:
    """Nothing is anybody's to agree to while there is no policy."""
    version = policies.in_force(session, at=at)
    if version is None:
        return Limits(own=0, per_day=None, used_today=0, second_person_above=None, auto=0, auto_left_today=0)
    policy = policies.read(version)
    money = policy.money
    if not _same_currency(session, claim, policy):
        # What is paid in another currency fits under no sum of this one; who has no limit has none in any.
        return Limits(
            own=None if by is not None and by.role is Role.OWNER else 0,
            per_day=None if by is None or money.per_day_of(by.role) is None else 0,
            used_today=0,
            second_person_above=None if money.second_person_above is None else 0,
            auto=0,
            auto_left_today=0,
            foreign=True,
        )
    per_day = money.per_day_of(by.role) if by else None
    return Limits(
        own=money.limit_of(by.role) if by else 0,
        per_day=per_day,
        used_today=_agreed_today(session, claim, by, policy, at=at) if by and per_day is not None else 0,
        second_person_above=money.second_person_above,
        auto=money.auto_execute_up_to,
        auto_left_today=_auto_left_today(session, policy, at=at),
    )


def one_after_the_other(session: Session, claim: Claim, *, by_itself: bool) -> None:
    """From here to its end, nobody else agrees to anything on this claim's order, and with `by_itself` no
    clause grants anything: two at once would each find order and day as they were, and overrun the limit.
    """
    if by_itself:
        wait_for_names(session, [BY_ITSELF])
    if claim.order_id is not None:
        session.execute(select(Order.id).where(Order.id == claim.order_id).with_for_update(key_share=True))


def given_before(session: Session, claim: Claim, *, bonus: int) -> int:
    """What the claim's order was given by any claim, and what other claims on it are offered: neither
    splitting a refund nor opening a second claim dodges a limit."""
    whole_order = Claim.order_id == claim.order_id if claim.order_id is not None else Claim.id == claim.id
    agreed = session.scalar(
        select(func.sum(AgreedRemedy.worth_minor))
        .join(Claim, Claim.id == AgreedRemedy.claim_id)
        .where(whole_order, AgreedRemedy.state != RemedyState.CANCELED)
    )
    offered = session.execute(
        select(Offer, Claim)
        .join(Claim, Claim.id == Offer.claim_id)
        .where(whole_order, Claim.id != claim.id, Offer.state.in_((OfferState.PROPOSED, OfferState.OPEN)))
    ).all()
    return (agreed or 0) + sum(_worth(session, offer, other, bonus) for offer, other in offered)


def _worth(session: Session, offer: Offer, claim: Claim, bonus: int) -> int:
    lines = compensations.lines_of(session, claim)
    return proposals.worth(agreeing.parts_of(offer), lines, coupon_bonus_percent=bonus)


def _agreed_today(session: Session, claim: Claim, by: Agent, policy: Policy, *, at: datetime) -> int:
    """What this person said yes to on this day of the shop, and still stands, beside this claim's own offer.

    What a second person confirmed is on that person's day, not on the day of who asked. One grant of a person
    is looked at after the other: two at once would each find the day as it was.
    """
    session.execute(select(Agent.id).where(Agent.id == by.id).with_for_update(key_share=True))
    midnight = _midnight(policy, at)
    confirmed = select(Approval.offer_id).where(Approval.state == ApprovalState.GIVEN)
    hers = or_(
        (Offer.made_by_id == by.id) & (Offer.made_at >= midnight) & Offer.id.not_in(confirmed),
        Offer.id.in_(confirmed.where(Approval.decided_by_id == by.id, Approval.decided_at >= midnight)),
    )
    agreed = session.scalar(
        select(func.sum(AgreedRemedy.worth_minor))
        .join(Offer, Offer.id == AgreedRemedy.offer_id)
        .where(hers, AgreedRemedy.state != RemedyState.CANCELED, AgreedRemedy.currency == policy.currency)
    )
    in_currency = select(OfferPart.offer_id).where(OfferPart.currency == policy.currency)
    offered = session.execute(
        select(Offer, Claim)
        .join(Claim, Claim.id == Offer.claim_id)
        .where(hers, Offer.state == OfferState.OPEN, Claim.id != claim.id, Offer.id.in_(in_currency))
    ).all()
    bonus = policy.money.coupon_bonus_percent
    return (agreed or 0) + sum(_worth(session, offer, other, bonus) for offer, other in offered)


def _same_currency(session: Session, claim: Claim, policy: Policy) -> bool:
    order = session.get(Order, claim.order_id) if claim.order_id is not None else None
    return order is None or order.currency == policy.currency


def _auto_left_today(session: Session, policy: Policy, *, at: datetime) -> int:
    """What clauses may still approve by themselves on this day of the shop."""
    used = session.scalar(
        select(func.sum(AgreedRemedy.worth_minor))
        .join(Offer, Offer.id == AgreedRemedy.offer_id)
        .where(
            Offer.made_by_id.is_(None),
            AgreedRemedy.agreed_at >= _midnight(policy, at),
            AgreedRemedy.currency == policy.currency,
            AgreedRemedy.state != RemedyState.CANCELED,
        )
    )
    return max(policy.money.auto_daily_total - (used or 0), 0)


def _midnight(policy: Policy, at: datetime) -> datetime:
    """When this day of the shop began."""
    return at.astimezone(ZoneInfo(policy.timezone)).replace(hour=0, minute=0, second=0, microsecond=0)
