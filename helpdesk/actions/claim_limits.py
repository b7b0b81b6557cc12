"""Who may agree to how much on a claim now: the policy of today says so, whichever one decided the claim.

A decision is pinned for the buyer's sake. Limits are the shop's own: one that is lowered counts at once.
"""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk.actions import agreeing, compensations, policies
from helpdesk.models import Agent, AgreedRemedy, Claim, Offer, Order
from helpdesk.rules import proposals
from helpdesk.rules.offers import OfferState, RemedyState
from helpdesk.rules.policy_terms import Policy
from helpdesk.rules.states import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """For one person and one claim, in minor units of the order's currency."""

    own: int | None  # None: without limit
    second_person_above: int | None
    auto: int
    auto_left_today: int


def of(session: Session, claim: Claim, by: Agent | None, *, at: datetime) -> Limits:
    """Nothing is anybody's to agree to while there is no policy."""
    version = policies.in_force(session, at=at)
    if version is None:
        return Limits(own=0, second_person_above=None, auto=0, auto_left_today=0)
    policy = policies.read(version)
    money = policy.money
    if not _same_currency(session, claim, policy):
        # What is paid in another currency fits under no sum of this one; who has no limit has none in any.
        return Limits(
            own=None if by is not None and by.role is Role.OWNER else 0,
            second_person_above=None if money.second_person_above is None else 0,
            auto=0,
            auto_left_today=0,
        )
    return Limits(
        own=money.limit_of(by.role) if by else 0,
        second_person_above=money.second_person_above,
        auto=money.auto_execute_up_to,
        auto_left_today=_auto_left_today(session, policy, at=at),
    )


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
    return (agreed or 0) + sum(
        proposals.worth(
            agreeing.parts_of(offer), compensations.lines_of(session, other), coupon_bonus_percent=bonus
        )
        for offer, other in offered
    )


def _same_currency(session: Session, claim: Claim, policy: Policy) -> bool:
    order = session.get(Order, claim.order_id) if claim.order_id is not None else None
    return order is None or order.currency == policy.currency


def _auto_left_today(session: Session, policy: Policy, *, at: datetime) -> int:
    """What clauses may still approve by themselves on this day of the shop."""
    local = at.astimezone(ZoneInfo(policy.timezone))
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    used = session.scalar(
        select(func.sum(AgreedRemedy.worth_minor))
        .join(Offer, Offer.id == AgreedRemedy.offer_id)
        .where(
            Offer.made_by_id.is_(None),
            AgreedRemedy.agreed_at >= midnight,
            AgreedRemedy.state != RemedyState.CANCELED,
        )
    )
    return max(policy.money.auto_daily_total - (used or 0), 0)
