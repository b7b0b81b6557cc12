"""Fill in what the guards of a claim's moves ask about, from the rows as they are now."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session

from helpdesk.actions import claim_limits, claim_lines, compensations, conversation, deciding, merging
from helpdesk.models import (
    Agent,
    AgreedRemedy,
    Claim,
    Decision,
    Entry,
    Evidence,
    Offer,
    Order,
    OutboxMessage,
    Reminder,
    Ticket,
    TicketOrder,
    goods_here,
)
from helpdesk.rules import policy_deciding, proposals, turns
from helpdesk.rules.claim_guards import Circumstances
from helpdesk.rules.claim_terms import REASONS, LinkLevel, Remedy, Wish
from helpdesk.rules.claim_trust import Distrust
from helpdesk.rules.linking import How
from helpdesk.rules.offers import OfferState, RemedyState
from helpdesk.rules.policy_terms import Verdict
from helpdesk.rules.proposals import Part
from helpdesk.rules.states import EntryKind, OutboxState, ReminderKind, ReminderState

REOPEN_WINDOW = timedelta(days=30)  # after the end, a buyer's word is enough
DONE = (RemedyState.COMPLETE,)
# What is asked for where all the money back is the answer; None: a person opened the claim without a wish.
ALL_BACK = (None, Wish.REFUND, Wish.CANCEL, Wish.RETURN)
LEVELS = (LinkLevel.VERIFIED, LinkLevel.WEAK, LinkLevel.SUGGESTED)


def gather(
    session: Session,
    ticket: Ticket,
    claim: Claim,
    *,
    at: datetime,
    by: Agent | None = None,
    parts: Sequence[Part] = (),
    **more: Any,
) -> Circumstances:
    """What is true of a held claim; `parts` are proposed now, `more` is what only the caller knows."""
    decision = deciding.newest(session, claim)
    policy = deciding.policy_behind(session, decision, at=at)
    lines = compensations.lines_of(session, claim)
    bonus = policy.money.coupon_bonus_percent if policy else 0
    remedies = session.scalars(select(AgreedRemedy).where(AgreedRemedy.claim_id == claim.id)).all()
    offer = open_offer(session, claim)
    parts = claim_lines.named(session, claim, parts)
    settled = _is_what_the_inspection_left(session, claim, parts)
    if parts:
        by_itself = by is None and bool(decision and decision.outcome.get("auto"))
        claim_limits.one_after_the_other(session, claim, by_itself=by_itself)
    limits = claim_limits.of(session, claim, by, at=at)
    worth = proposals.worth(parts, lines, coupon_bonus_percent=bonus)
    known = Circumstances(
        at=at,
        link=link_level(session, ticket, claim),
        other_claim=None if claim.live else _took_its_lines(session, ticket, claim),
        warned=_was_warned(session, claim),
        decision=decision.verdict if decision else "",
        by_itself=bool(decision and decision.outcome.get("auto")),
        for_lead=_is_for_lead(claim, decision),
        allowed=_allowed(decision) | ({Remedy.RETURN_REFUND} if settled else set()),
        remedies=frozenset(part.remedy for part in parts),
        above_clause=not settled and _above_clause(decision, parts),
        worth=worth + claim_limits.given_before(session, claim, bonus=bonus),
        too_much=why_not(session, claim, parts, bonus) if parts else "",
        limit=limits.own,
        foreign=limits.foreign,
        own_day=worth + limits.used_today,
        day_limit=limits.per_day,
        second_person_above=limits.second_person_above,
        auto_limit=limits.auto,
        auto_left_today=limits.auto_left_today,
        doubts=doubts(session, ticket, claim, decision),
        distrust=distrust(session, ticket, claim, by) or "",
        offer_open=offer is not None and offer.state is OfferState.OPEN,
        offer_expires_at=offer.expires_at if offer else None,
        by_agent=by.id if by else None,
        remedies_open=sum(row.state in (RemedyState.AGREED, RemedyState.UNDER_WAY) for row in remedies),
        remedies_done=sum(row.state in DONE for row in remedies),
        moving=sum(row.state in (RemedyState.UNDER_WAY, RemedyState.COMPLETE) for row in remedies),
        cause=claim.cause,
        reopen_until=reopen_until(claim),
    )
    return replace(known, **more)


def reopen_until(claim: Claim) -> datetime | None:
    """The last moment for it; the letter names a day, and that day counts to its end wherever it is read."""
    return claim.ended_at + REOPEN_WINDOW + timedelta(days=1) if claim.ended_at else None


def _took_its_lines(session: Session, ticket: Ticket, claim: Claim) -> int | None:
    """The claim that is about the same items now, after this one had ended."""
    order = session.get(Order, claim.order_id) if claim.order_id is not None else None
    lines = [line.order_line_id for line in claim.lines]
    return claim_lines.other_claim(session, ticket, order, lines, claim.reason, but=claim.id)


def open_offer(session: Session, claim: Claim) -> Offer | None:
    """The one that is unanswered: proposed inside the house, or with the buyer."""
    return session.scalar(
        select(Offer).where(
            Offer.claim_id == claim.id, Offer.state.in_((OfferState.PROPOSED, OfferState.OPEN))
        )
    )


def link_level(session: Session, ticket: Ticket, claim: Claim) -> LinkLevel | None:
    """How sure it is that this matter is about the claim's order: the best of its tickets counts."""
    if claim.order_id is None:
        return None
    found = session.scalars(
        select(TicketOrder.level).where(
            TicketOrder.order_id == claim.order_id, TicketOrder.ticket_id.in_(merging.numbers(ticket))
        )
    ).all()
    return next((level for level in LEVELS if level in found), None)


def why_not(session: Session, claim: Claim, parts: Sequence[Part], bonus: int) -> str:
    """Why the order cannot bear these parts, "" when it can: by its lines, and by what was paid."""
    lines = compensations.lines_of(session, claim)
    left = compensations.shipping_left(session, claim)
    refusal = proposals.why_not(parts, lines, left, coupon_bonus_percent=bonus)
    money = max(
        (
            sum(part.amount for part in parts if part.option == option and part.remedy in proposals.MONEY)
            for option in {part.option for part in parts}
        ),
        default=0,
    )
    return refusal or ("" if money <= compensations.money_left(session, claim) else compensations.TOO_MUCH)


def doubts(session: Session, ticket: Ticket, claim: Claim, decision: Decision | None) -> tuple[str, ...]:
    """What lets no money move without a person, as words for the page."""
    found = []
    heard = _heard_since_asked(session, ticket, claim)
    if any(entry.facts.get("verified") != "pass" for entry in heard):
        found.append("sender not verified")
    if any(entry.facts.get("doubts") for entry in heard):
        found.append("sender looks like somebody else")
    links = _all_links(session, ticket, claim)
    if any(link.other_address for link in links if link.order_id == claim.order_id):
        found.append("address not on the order")
    if _leaves_one_out(session, ticket, claim, links):
        found.append("another order is named as well")
    if session.scalar(select(Evidence.id).where(Evidence.claim_id == claim.id, Evidence.seen_elsewhere)):
        found.append("evidence seen on another claim")
    if claim.urgent:
        found.append("marked urgent")
    if claim.wish not in ALL_BACK:
        found.append("something else than the money is asked for")
    full = decision.outcome["amounts"]["full"] if decision is not None else None
    if claim.wish_minor is not None and claim.wish_minor != full and not _is_the_whole_order(session, claim):
        found.append("another amount is asked for")
    return tuple(found)


def _is_the_whole_order(session: Session, claim: Claim) -> bool:
    """Whether the amount that is named is all goods, or all that was paid: with postage or without it."""
    order = session.get(Order, claim.order_id) if claim.order_id is not None else None
    if order is None or claim.wish_currency != order.currency:
        return False
    goods = sum(line.line_paid_minor for line in order.lines)
    return claim.wish_minor in (goods, goods + order.shipping_paid_minor)


def distrust(session: Session, ticket: Ticket, claim: Claim, by: Agent | None) -> Distrust | None:
    """Why this person's yes alone moves no money: whoever writes may be somebody else than the buyer."""
    heard = _heard_since_asked(session, ticket, claim)
    links = _links(session, ticket, claim)
    if any(entry.facts.get("doubts") for entry in heard):
        return Distrust.SENDER
    if any(link.other_address for link in links):
        return Distrust.ADDRESS
    verified = heard and all(entry.facts.get("verified") == "pass" for entry in heard)
    sure = [link for link in links if link.level is LinkLevel.VERIFIED]
    if by is None or verified or not sure or any(link.how != How.AGENT for link in sure):
        return None
    vouched = session.scalars(select(Entry.actor).where(Entry.id.in_([link.entry_id for link in sure])))
    return Distrust.OWN_LINK if set(vouched) == {conversation.agent(by.id)} else None


def _links(session: Session, ticket: Ticket, claim: Claim) -> Sequence[TicketOrder]:
    """By what this matter is about the claim's order."""
    return [link for link in _all_links(session, ticket, claim) if link.order_id == claim.order_id]


def _all_links(session: Session, ticket: Ticket, claim: Claim) -> Sequence[TicketOrder]:
    if claim.order_id is None:
        return ()
    matter = merging.numbers(ticket)
    return session.scalars(select(TicketOrder).where(TicketOrder.ticket_id.in_(matter))).all()


def _leaves_one_out(session: Session, ticket: Ticket, claim: Claim, links: Sequence[TicketOrder]) -> bool:
    """Whether the matter is about another order that has no claim: what is asked for that is nobody's yet."""
    others = {link.order_id for link in links} - {claim.order_id}
    if not others:
        return False
    claimed = select(Claim.order_id).where(
        Claim.ticket_id.in_(merging.numbers(ticket)), Claim.order_id.in_(others)
    )
    return bool(others - set(session.scalars(claimed)))


def _heard_since_asked(session: Session, ticket: Ticket, claim: Claim) -> Sequence[Entry]:
    """What came from the buyer: the mail that the claim was opened by, and all after it. A later one that is
    theirs for sure does not make an earlier one so."""
    received = select(Entry).where(
        Entry.ticket_id.in_(merging.numbers(ticket)), Entry.kind == EntryKind.RECEIVED
    )
    opener = session.scalar(
        received.where(Entry.id <= claim.entry_id)
        .order_by(Entry.id.desc())
        .limit(1)
        .with_only_columns(Entry.id)
    )
    return session.scalars(received.where(Entry.id >= (opener or 0)).order_by(Entry.id)).all()


def spoke_last(session: Session, ticket: Ticket) -> bool:
    """Whether the buyer has written, or filled in a page of ours, since anything was last written to her.

    Then nobody may say that she was silent: what she said is answered first.
    """
    of_matter = Entry.ticket_id.in_(merging.numbers(ticket))
    taken_back = exists().where(
        OutboxMessage.entry_id == Entry.id, OutboxMessage.state == OutboxState.WITHDRAWN
    )
    is_told = (Entry.kind == EntryKind.SENT, Entry.verb.not_in(turns.SAYS_NOTHING), ~taken_back)
    told = session.scalar(select(func.max(Entry.id)).where(of_matter, *is_told)) or 0
    by_buyer = or_(Entry.kind == EntryKind.RECEIVED, Entry.actor.startswith("buyer:"))
    heard = session.scalars(select(Entry).where(of_matter, by_buyer, Entry.id > told))
    return any(entry.kind is not EntryKind.RECEIVED or turns.is_a_persons(entry.facts) for entry in heard)


def _is_for_lead(claim: Claim, decision: Decision | None) -> bool:
    """By its reason, or by the clause that decides it."""
    by_reason = claim.reason in REASONS and REASONS[claim.reason].for_lead
    return by_reason or bool(decision and decision.outcome.get("for_lead"))


def _allowed(decision: Decision | None) -> frozenset[Remedy]:
    """By the clause; of one that refuses, what stands beside its refusal."""
    if decision is None:
        return frozenset()
    outcome = decision.outcome
    granted = outcome.get("remedies", ()) if decision.verdict != Verdict.DENY else ()
    return frozenset(Remedy(each) for each in (*granted, *outcome.get("alternatives", ())))


def _is_what_the_inspection_left(session: Session, claim: Claim, parts: Sequence[Part]) -> bool:
    """Whether all that is proposed is what had been agreed for goods that are back, less what an inspection
    deducts: that was granted once, and is only lower now."""
    here = goods_here.of_claim(session, claim) if any(part.back for part in parts) else None
    money = [part for part in parts if part.back is not None and here is not None and part.amount <= here.sum]
    return bool(money) and len(money) == len(parts) == 1 and parts[0].remedy is Remedy.RETURN_REFUND


def _above_clause(decision: Decision | None, parts: Sequence[Part]) -> bool:
    """Whether a sum is more than the decision comes to for this remedy."""
    if decision is None:
        return False
    granted = policy_deciding.Decision.from_json(decision.outcome).amounts
    sums = (*proposals.MONEY, Remedy.COUPON)
    return any(part.amount > granted.of(part.remedy) for part in parts if part.remedy in sums)


def _was_warned(session: Session, claim: Claim) -> bool:
    """Whether a reminder went out since the claim came to where it is."""
    done = select(Reminder.id).where(
        Reminder.claim_id == claim.id,
        Reminder.kind == ReminderKind.CLAIM_REMINDER,
        Reminder.state == ReminderState.DONE,
        Reminder.done_at >= claim.since,
    )
    return session.scalar(done.limit(1)) is not None
