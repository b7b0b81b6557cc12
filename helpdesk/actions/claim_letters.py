"""Letters about a claim. Those that speak of order, policy or money need a verified link first (I14)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import letters, links
from helpdesk.actions import (
    agreeing,
    claim_circumstances,
    deciding,
    outbox,
    refund_promises,
    sending,
    telling,
)
from helpdesk.actions.claims import Actor
from helpdesk.desk import Desk
from helpdesk.letters import Letter, refund_words, remedies, words
from helpdesk.models import Claim, Decision, Entry, Offer, Order, OutboxMessage, Ticket
from helpdesk.rules import refund_terms
from helpdesk.rules.claims import ClaimState, Who
from helpdesk.rules.proposals import MONEY, Part
from helpdesk.rules.states import OutboxState

APPEAL = timedelta(days=7)  # in which a refusal may be answered
LANGUAGE = {"zh-CN": "zh", "en": "en"}


def offer(
    session: Session, desk: Desk, ticket: Ticket, claim: Claim, made: Offer, *, actor: Actor, at: datetime
) -> Entry:
    """E6: the options, until when, and the page to choose on."""
    letter = letters.render(
        "offer",
        ticket.locale,
        name=ticket.buyer.name,
        order=session.get_one(Order, claim.order_id).external_no,
        options=remedies.options(agreeing.parts_of(made), made.parts[0].currency, ticket.locale),
        words=made.words,
        clause=_clause_of(session, claim, agreeing.parts_of(made), ticket.locale),
        terms=_terms(session, desk, ticket, claim, agreeing.parts_of(made), at=at),
        until=words.day(made.expires_at, ticket.locale, desk.zone),
        link=links.url(desk, links.Purpose.OFFER, made.id),
        shop=desk.shop_name,
    )
    return _send(session, desk, ticket, claim, letter, "offered", actor=actor, at=at)


def approved(
    session: Session,
    desk: Desk,
    ticket: Ticket,
    claim: Claim,
    parts: Sequence[Part],
    *,
    actor: Actor,
    at: datetime,
    words: str = "",
    back: Mapping[str, Any] | None = None,
) -> Entry:
    """E8: what was agreed, to the cent, and by which clause; `back` is the way back of the goods."""
    order = session.get_one(Order, claim.order_id)
    letter = letters.render(
        "claim_approved",
        ticket.locale,
        name=ticket.buyer.name,
        order=order.external_no,
        given=remedies.option(parts, order.currency, ticket.locale),
        words=words,
        clause=_clause_of(session, claim, parts, ticket.locale),
        terms=_terms(session, desk, ticket, claim, parts, at=at),
        back=back,
        link=links.passing_url(desk, links.Passing.STATUS, claim.id, at=at),
        shop=desk.shop_name,
    )
    facts = {"return": back["id"], "number": back["number"]} if back else {}
    return _send(session, desk, ticket, claim, letter, "approval_told", actor=actor, at=at, facts=facts)


def rejected(
    session: Session,
    desk: Desk,
    ticket: Ticket,
    claim: Claim,
    *,
    actor: Actor,
    at: datetime,
    said: str,
    by_clause: bool,
) -> Entry:
    """E11: why not, by which clause, what there is instead, and until when to object."""
    decision = deciding.newest(session, claim)
    order = session.get_one(Order, claim.order_id)
    alternatives = decision.outcome.get("alternatives", []) if decision and by_clause else []
    letter = letters.render(
        "claim_rejected",
        ticket.locale,
        name=ticket.buyer.name,
        order=order.external_no,
        clause=clause_text(decision, ticket.locale) if by_clause else "",
        facts=facts_line(decision, ticket.locale) if by_clause else "",
        words=said,
        alternatives=remedies.names(alternatives, ticket.locale),
        appeal_by=words.day(at + APPEAL, ticket.locale, desk.zone),
        shop=desk.shop_name,
    )
    return _send(session, desk, ticket, claim, letter, "refusal_told", actor=actor, at=at)


def reminder(
    session: Session,
    desk: Desk,
    ticket: Ticket,
    claim: Claim,
    *,
    actor: Actor,
    until: datetime,
    said: str = "",
    at: datetime,
) -> Entry:
    """E5: what we wait for; with the offer's page where there is an offer, and what an agent `said`."""
    offered = claim_circumstances.open_offer(session, claim)
    letter = letters.render(
        "claim_reminder",
        ticket.locale,
        name=ticket.buyer.name,
        offered=offered is not None,
        which=claim.state is ClaimState.NEEDS_LINK,
        until=words.day(until, ticket.locale, desk.zone),
        link=_reminder_link(desk, claim, offered, at=at),
        shop=desk.shop_name,
    )
    letter = letters.with_words(letter, said)
    return _send(session, desk, ticket, claim, letter, "claim_reminder", actor=actor, at=at, neutral=True)


def _reminder_link(desk: Desk, claim: Claim, offered: Offer | None, *, at: datetime) -> str:
    """The page on which the buyer can do what we wait for."""
    if offered is not None:
        return links.url(desk, links.Purpose.OFFER, offered.id)
    if claim.state is ClaimState.NEEDS_LINK:
        return links.passing_url(desk, links.Passing.CLAIM, claim.ticket_id, at=at)
    return links.passing_url(desk, links.Passing.STATUS, claim.id, at=at)


def closed(
    session: Session, desk: Desk, ticket: Ticket, claim: Claim, *, actor: Actor, withdrawn: bool, at: datetime
) -> Entry:
    """E15: it is over for now, and until when an answer opens it again."""
    letter = letters.render(
        "claim_closed",
        ticket.locale,
        name=ticket.buyer.name,
        withdrawn=withdrawn,
        until=words.day(at + claim_circumstances.REOPEN_WINDOW, ticket.locale, desk.zone),
        shop=desk.shop_name,
    )
    return _send(session, desk, ticket, claim, letter, "closing_told", actor=actor, at=at, neutral=True)


def dispute_result(
    session: Session,
    desk: Desk,
    ticket: Ticket,
    claim: Claim,
    *,
    number: str,
    verdict: str,
    actor: Actor,
    at: datetime,
) -> Entry:
    """E14: what the platform or the bank decided."""
    letter = letters.render(
        "dispute_result",
        ticket.locale,
        name=ticket.buyer.name,
        number=number,
        verdict=verdict,
        shop=desk.shop_name,
    )
    return _send(session, desk, ticket, claim, letter, "verdict_told", actor=actor, at=at)


def take_back(session: Session, ticket: Ticket, made: Offer, *, actor: Actor, at: datetime) -> None:
    """An offer was withdrawn: its letter is too, if it has not left yet."""
    row = session.scalar(
        select(OutboxMessage).where(
            OutboxMessage.entry_id == made.entry_id,
            OutboxMessage.state == OutboxState.QUEUED,
            OutboxMessage.ticket_id == ticket.id,
        )
    )
    if row is not None:
        outbox.withdraw(session, ticket, row.id, actor=actor.name, at=at)


def _terms(
    session: Session, desk: Desk, ticket: Ticket, claim: Claim, parts: Sequence[Part], *, at: datetime
) -> list[str]:
    """What the clause says of the money among these parts; by which day, where it is agreed already."""
    decision = deciding.newest(session, claim)
    outcome = decision.outcome if decision else None
    agreed = {row.remedy: row for row in agreeing.of_claim(session, claim)}
    said: dict[str, None] = {}
    for part in parts:
        if part.remedy in MONEY:
            row = agreed.get(part.remedy)
            due = refund_promises.due_of(session, claim, row, at=at) if row is not None else None
            terms = refund_terms.of_clause(outcome, part.remedy)
            if part.back is not None:  # nothing is waited for, and what is kept back stands in the sum
                terms = replace(terms, withhold_until="", deduction="")
            said.update(dict.fromkeys(refund_words.sentences(terms, due, ticket.locale, desk.zone)))
    return list(said)


def _clause_of(session: Session, claim: Claim, parts: Sequence[Part], locale: str) -> str:
    """The clause that grants these; "" where a lead went beyond it: nobody is granted what it refuses."""
    decision = deciding.newest(session, claim)
    named = (*decision.outcome["remedies"], *decision.outcome["alternatives"]) if decision else ()
    return clause_text(decision, locale) if all(part.remedy in named for part in parts) else ""


def clause_text(decision: Decision | None, locale: str) -> str:
    """The clause in the buyer's language, as the policy words it; "" where no clause decided."""
    if decision is None or not decision.clause:
        return ""
    texts = decision.outcome.get("text", {})
    return str(texts.get(LANGUAGE.get(locale, "en")) or next(iter(texts.values()), ""))


def facts_line(decision: Decision | None, locale: str) -> str:
    """The dates that a refusal rests on."""
    if decision is None:
        return ""
    facts = decision.outcome.get("facts", {})
    if facts.get("delivered_on") is None or facts.get("days_since_delivery") is None:
        return ""
    return remedies.delivered_line(
        facts["delivered_on"], facts.get("claimed_on"), locale, assumed=bool(facts.get("delivery_assumed"))
    )


def _send(
    session: Session,
    desk: Desk,
    ticket: Ticket,
    claim: Claim,
    letter: Letter,
    verb: str,
    *,
    actor: Actor,
    at: datetime,
    neutral: bool = False,
    facts: Mapping[str, Any] | None = None,
) -> Entry:
    if not neutral:
        telling.check(session, ticket, claim.order_id)
    by_machine = actor.who in (Who.DESK, Who.BUYER)
    return sending.send(
        session,
        desk,
        ticket,
        letter,
        verb=verb,
        actor=actor.name if actor.who is not Who.BUYER else "clock",
        at=at,
        due_at=at if by_machine else at + desk.hold,
        automatic="auto-generated" if by_machine else "",
        facts={"claim": claim.id, **(facts or {})},
    )
