"""The claims of a ticket as an agent works on them: state, items, decision, offer, approval, agreement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from helpdesk.models import (
    Agent,
    Approval,
    Claim,
    Decision,
    Entry,
    Offer,
    Order,
    OrderLine,
    PolicyVersion,
    Ticket,
    goods_here,
)
from helpdesk.models.goods_here import GoodsHere
from helpdesk.models.masking import Mask
from helpdesk.queries import ceilings, promises
from helpdesk.rules.ceilings import Ceiling
from helpdesk.rules.claim_moves import possible
from helpdesk.rules.claims import ClaimState, Event, Who
from helpdesk.rules.money import Money
from helpdesk.rules.offers import ApprovalState, OfferState
from helpdesk.rules.proposals import Part, part_of
from helpdesk.rules.settlement import LineLeft
from helpdesk.rules.states import EntryKind, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemView:
    line: int
    title: str
    bought: int
    claimed: int  # 0: not part of the claim
    paid: Money
    left: Money  # that may still go back for what is claimed


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferView:
    id: int
    number: int
    state: OfferState
    parts: tuple[Part, ...]
    words: str
    why: str
    made_by: str  # "" for a clause by itself
    made_at: datetime
    expires_at: datetime
    digest: str
    counter: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalView:
    asked_by: str
    asked_by_id: int
    asked_at: datetime
    worth: Money
    digest: str
    needs_answer: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WordsView:
    """A mail or a call of the buyer, in which a yes may stand."""

    entry: int
    at: datetime
    first_words: str
    by_call: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimView:
    id: int
    version: int
    state: ClaimState
    since: datetime
    order: str
    currency: str
    reason: str
    reason_source: str
    wish: str
    wanted: Money | None
    urgent: str
    cause: str
    items: tuple[ItemView, ...]
    ceiling: Ceiling | None  # the most that may still go back, part by part; None before there is an order
    outcome: dict[str, Any] | None  # policy_deciding.Decision.to_json of the decision that counts
    policy_text: str
    policy_version: str
    decided_at: datetime | None
    offer: OfferView | None  # the one that is unanswered
    past: tuple[OfferView, ...]
    approval: ApprovalView | None
    agreed: tuple[promises.RemedyView, ...]
    here: GoodsHere | None  # goods that are back, and that nothing was given for yet
    may: frozenset[Event]
    spoken: tuple[WordsView, ...]


def views(session: Session, ticket_id: int, role: Role) -> tuple[ClaimView, ...]:
    """Every claim of a ticket, the newest first."""
    claims = session.scalars(
        select(Claim)
        .where(Claim.ticket_id == ticket_id)
        .options(selectinload(Claim.lines))
        .order_by(Claim.id.desc())
    ).all()
    return tuple(_view(session, claim, role) for claim in claims)


def _view(session: Session, claim: Claim, role: Role) -> ClaimView:
    order = session.get(Order, claim.order_id) if claim.order_id is not None else None
    currency = order.currency if order else ""
    decision = session.scalar(
        select(Decision).where(Decision.claim_id == claim.id).order_by(Decision.id.desc()).limit(1)
    )
    version = session.get_one(PolicyVersion, decision.policy_version_id) if decision else None
    items = _items(claim, order)
    offers = session.scalars(_offers(claim)).all()
    names = _names(session, offers)
    mask = Mask.over(session, [offer.counter for offer in offers])
    shown = [_offer(offer, names, mask) for offer in offers]
    return ClaimView(
        id=claim.id,
        version=claim.version,
        state=claim.state,
        since=claim.since,
        order=order.external_no if order else "",
        currency=currency,
        reason=claim.reason,
        reason_source=claim.reason_source,
        wish=claim.wish or "",
        wanted=Money(claim.wish_minor, claim.wish_currency) if claim.wish_minor is not None else None,
        urgent=claim.urgent,
        cause=claim.cause,
        items=items,
        ceiling=ceilings.of_claim(session, claim, order) if order else None,
        outcome=decision.outcome if decision else None,
        policy_text=version.text if version else "",
        policy_version=f"{version.policy_id} {version.version}" if version else "",
        decided_at=decision.at if decision else None,
        offer=next((each for each in shown if each.state in (OfferState.PROPOSED, OfferState.OPEN)), None),
        past=tuple(each for each in shown if each.state not in (OfferState.PROPOSED, OfferState.OPEN)),
        approval=_approval(session, claim),
        agreed=promises.agreed(session, claim),
        here=goods_here.of_claim(session, claim),
        may=frozenset(move.event for move in possible(claim.state, Who(role))),
        spoken=_spoken(session, claim) if claim.state is ClaimState.OFFERED else (),
    )


def _items(claim: Claim, order: Order | None) -> tuple[ItemView, ...]:
    if order is None:
        return ()
    claimed = {row.order_line_id: row.quantity for row in claim.lines}
    return tuple(
        ItemView(
            line=line.id,
            title=line.title or line.sku,
            bought=line.quantity,
            claimed=claimed.get(line.id, 0),
            paid=Money(line.line_paid_minor, order.currency),
            left=Money(_left(line, claimed.get(line.id, 0)), order.currency),
        )
        for line in order.lines
        if line.quantity
    )


def _offers(claim: Claim) -> Select[Offer]:
    """With their parts, the newest first."""
    every = select(Offer).where(Offer.claim_id == claim.id).order_by(Offer.id.desc())
    return every.options(selectinload(Offer.parts))


def _left(line: OrderLine, claimed: int) -> int:
    return LineLeft(
        line=line.id,
        quantity=line.quantity,
        paid=line.line_paid_minor,
        claimed=claimed,
        compensated=line.compensated_quantity,
        given=line.given_minor,
    ).money


def _names(session: Session, offers: Sequence[Offer]) -> dict[int, str]:
    wanted = {offer.made_by_id for offer in offers if offer.made_by_id is not None}
    if not wanted:
        return {}
    return {row.id: row.name for row in session.scalars(select(Agent).where(Agent.id.in_(wanted)))}


def _offer(offer: Offer, names: dict[int, str], mask: Mask) -> OfferView:
    return OfferView(
        id=offer.id,
        number=offer.number,
        state=offer.state,
        parts=tuple(part_of(row.option, row.remedy, row.amount_minor, row.goods) for row in offer.parts),
        words=offer.words,
        why=offer.why,
        made_by=names.get(offer.made_by_id or 0, ""),
        made_at=offer.made_at,
        expires_at=offer.expires_at,
        digest=offer.digest,
        counter=mask(offer.counter),
    )


def _approval(session: Session, claim: Claim) -> ApprovalView | None:
    row = session.scalar(
        select(Approval).where(Approval.claim_id == claim.id, Approval.state == ApprovalState.ASKED)
    )
    if row is None:
        return None
    return ApprovalView(
        asked_by=session.get_one(Agent, row.asked_by_id).name,
        asked_by_id=row.asked_by_id,
        asked_at=row.asked_at,
        worth=Money(row.amount_minor, row.currency),
        digest=row.digest,
        needs_answer=row.needs_answer,
    )


def _spoken(session: Session, claim: Claim) -> tuple[WordsView, ...]:
    """The newest mails and calls of the matter since the offer stands."""
    matter = or_(Ticket.id == claim.ticket_id, Ticket.merged_into_id == claim.ticket_id)
    rows = session.scalars(
        select(Entry)
        .where(
            Entry.ticket_id.in_(select(Ticket.id).where(matter)),
            Entry.kind.in_((EntryKind.RECEIVED, EntryKind.CALL)),
            Entry.at >= claim.since,
        )
        .options(joinedload(Entry.payload))
        .order_by(Entry.id.desc())
        .limit(5)
    ).all()
    said = {row.id: str(row.facts.get("new") or row.facts.get("text") or "") for row in rows}
    mask = Mask.over(session, said.values())
    return tuple(
        WordsView(
            entry=row.id,
            at=row.at,
            first_words=" ".join(mask(said[row.id]).split())[:60],
            by_call=row.kind is EntryKind.CALL,
        )
        for row in rows
    )
