"""Ask the policy about a claim, and pin its answer with version, facts and full trace."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk.actions import claims, compensations, policies
from helpdesk.actions.claims import Actor
from helpdesk.errors import ConflictError
from helpdesk.models import (
    Claim,
    ClaimLine,
    Decision,
    Entry,
    Evidence,
    ForceMajeureEvent,
    Order,
    OrderLine,
    PolicyVersion,
    Refund,
    Ticket,
)
from helpdesk.rules import policy_deciding, regions
from helpdesk.rules.claim_terms import REASONS, EvidenceKind
from helpdesk.rules.evidence import EvidenceState
from helpdesk.rules.policy_facts import Facts, LineMoney, ShippingMoney
from helpdesk.rules.policy_gathering import DeclaredEvent, facts_of
from helpdesk.rules.policy_terms import MoneyLimits, Policy, Verdict
from helpdesk.rules.refunds import LEFT

WORST_FIRST = (Verdict.DENY, Verdict.REVIEW, Verdict.NEED_INFO, Verdict.ALLOW)


def evaluate(
    session: Session, ticket: Ticket, claim: Claim, *, actor: Actor, at: datetime, why: str = ""
) -> Decision | None:
    """Decide a held claim anew: by the policy of the moment when the buyer asked, or by today's where that is
    better for them. With `why` (a lead's), today's counts whatever it says, and from then on in place of the
    first. None without order or policy.

    Nothing is written when the answer is the one that stands already, unless a lead says why.
    """
    if claim.order_id is None:
        return None
    now = policies.in_force(session, at=at)
    then = _chosen_by_a_lead(session, claim) or policies.in_force(session, at=claim.requested_at) or now
    if then is None or now is None:
        return None
    answers = [_answer(session, ticket, claim, version, at=at) for version in ([now] if why else [then, now])]
    version, found = max(
        answers, key=lambda each: (WORST_FIRST.index(each[1].decision), each[1].amounts.full)
    )
    if found == answers[0][1]:
        version = answers[0][0]
    outcome = found.to_json()
    before = newest(session, claim)
    stands = before is not None and (before.outcome, before.policy_version_id) == (outcome, version.id)
    if stands and not why:
        return before
    row = Decision(
        claim_id=claim.id,
        policy_version_id=version.id,
        verdict=found.decision,
        clause=found.clause,
        outcome=outcome,
        why=why,
        by=actor.name,
        at=at,
    )
    session.add(row)
    session.flush()
    claims.change_claim(
        session,
        ticket,
        claim,
        "claim_decided",
        actor=actor,
        at=at,
        facts={
            "decision": row.id,
            "policy": version.policy_id,
            "policy_version": version.version,
            "policy_sha256": version.sha256,
            "verdict": found.decision,
            "clause": found.clause,
            "remedies": list(found.remedies),
            "full": found.amounts.full,
            "currency": found.facts.currency,
            "missing": list(found.missing_evidence),
            "why": why,
        },
    )
    return row


def newest(session: Session, claim: Claim) -> Decision | None:
    """The decision that counts."""
    return session.scalar(
        select(Decision).where(Decision.claim_id == claim.id).order_by(Decision.id.desc()).limit(1)
    )


def _chosen_by_a_lead(session: Session, claim: Claim) -> PolicyVersion | None:
    """The version that a lead had it decided by, with a reason."""
    return session.scalar(
        select(PolicyVersion)
        .join(Decision, Decision.policy_version_id == PolicyVersion.id)
        .where(Decision.claim_id == claim.id, Decision.why != "")
        .order_by(Decision.id.desc())
        .limit(1)
    )


def policy_of(session: Session, claim: Claim, *, at: datetime) -> Policy | None:
    """The policy whose decision counts, else the one in force."""
    return policy_behind(session, newest(session, claim), at=at)


def offer_days(session: Session, claim: Claim, *, at: datetime) -> int:
    """For how many days an offer on this claim stands, unless whoever makes it says otherwise."""
    policy = policy_of(session, claim, at=at)
    return (policy.money if policy is not None else MoneyLimits()).offer_days


def policy_behind(session: Session, row: Decision | None, *, at: datetime) -> Policy | None:
    """The policy of this decision; without one, the one in force."""
    version = session.get_one(PolicyVersion, row.policy_version_id) if row else None
    version = version or policies.in_force(session, at=at)
    return policies.read(version) if version else None


def facts(
    session: Session,
    ticket: Ticket,
    claim: Claim,
    policy: Policy,
    *,
    at: datetime,
    only: OrderLine | None = None,
) -> Facts:
    """What the policy is asked, from the rows as they are; about one of the items, where `only` names it."""
    order = session.get_one(Order, claim.order_id)
    lines = [only] if only is not None else _lines(session, claim)
    left = {line.line: line for line in compensations.lines_of(session, claim)}
    categories = {line.category for line in lines}
    return facts_of(
        policy,
        claimed_at=claim.requested_at,
        state=order.state,
        reason=claim.reason or None,
        may_be=_may_be(session, claim),
        delivered=order.delivered_at,
        shipped=order.shipped_at,
        category=categories.pop() or None if len(categories) == 1 else None,
        tags={tag for line in lines for tag in line.tags},
        condition=claim.condition,
        evidence=there(session, claim),
        buyer_refunds_12m=_refunds_before(session, ticket, claim),
        events=_events(session, at=at),
        country=order.ship_country or None,
        region=regions.code_of(order.ship_country, order.ship_region) or None,
        currency=order.currency,
        exponent=order.exponent,
        lines=[
            LineMoney(
                line=str(line.id),
                paid=line.line_paid_minor,
                refunded=line.given_minor,
                quantity=line.quantity,
                compensated=line.compensated_quantity,
                claimed=left[line.id].units,
            )
            for line in lines
        ],
        shipping=ShippingMoney(
            paid=order.shipping_paid_minor,
            standard=order.shipping_standard_minor,
            refunded=order.shipping_given_minor,
        ),
    )


def _may_be(session: Session, claim: Claim) -> Sequence[str]:
    """The reasons of which the mail that opened the claim meant one."""
    said = [] if claim.reason else session.get_one(Entry, claim.entry_id).facts.get("may_be", [])
    return [code for code in said if code in REASONS]


def there(session: Session, claim: Claim) -> set[EvidenceKind]:
    """Kinds of proof that are there and that nobody has refused. A video shows the goods as a photo does."""
    kinds = set(
        session.scalars(
            select(Evidence.kind).where(
                Evidence.claim_id == claim.id, Evidence.state != EvidenceState.REFUSED
            )
        )
    )
    return kinds | {EvidenceKind.PHOTO} if EvidenceKind.VIDEO in kinds else kinds


def check_may_be_asked(claim: Claim) -> None:
    """Raises ConflictError for a claim that is not to be decided now."""
    if claim.order_id is None:
        raise ConflictError("link the order first: the policy needs its dates and amounts")


def _answer(
    session: Session, ticket: Ticket, claim: Claim, version: PolicyVersion, *, at: datetime
) -> tuple[PolicyVersion, policy_deciding.Decision]:
    policy = policies.read(version)
    found = policy_deciding.decide(policy, facts(session, ticket, claim, policy, at=at))
    lines = _lines(session, claim)
    if found.decision is Verdict.DENY and len({frozenset(line.tags) for line in lines}) > 1:
        each = (facts(session, ticket, claim, policy, at=at, only=line) for line in lines)
        if any(policy_deciding.first_fitting(policy, one)[1] is not Verdict.DENY for one in each):
            found = policy_deciding.of_mixed_items(found)
    return version, found


def _lines(session: Session, claim: Claim) -> Sequence[OrderLine]:
    return session.scalars(
        select(OrderLine)
        .join(ClaimLine, ClaimLine.order_line_id == OrderLine.id)
        .where(ClaimLine.claim_id == claim.id)
        .order_by(OrderLine.position)
    ).all()


def _refunds_before(session: Session, ticket: Ticket, claim: Claim) -> int:
    """Of this buyer, in the twelve months before they asked."""
    return (
        session.scalar(
            select(func.count(Refund.id))
            .join(Ticket, Ticket.id == Refund.ticket_id)
            .where(
                Ticket.buyer_id == ticket.buyer_id,
                Refund.state.in_(LEFT),
                Refund.paid_at > claim.requested_at - timedelta(days=365),
                Refund.paid_at <= claim.requested_at,
            )
        )
        or 0
    )


def _events(session: Session, *, at: datetime) -> list[DeclaredEvent]:
    """All that have begun, whenever they were declared; which of them met the order, the facts say."""
    begun = select(ForceMajeureEvent).where(ForceMajeureEvent.starts_at <= at).order_by(ForceMajeureEvent.id)
    return [
        DeclaredEvent(
            id=row.id,
            zh=row.name_zh,
            en=row.name_en,
            regions=frozenset(row.regions),
            since=row.starts_at,
            until=row.ends_at,
        )
        for row in session.scalars(begun)
    ]
