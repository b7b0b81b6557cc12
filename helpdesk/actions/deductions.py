"""A loss of value that an inspection finds, where the clause says that it lowers the sum by itself."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk.actions import agreeing, conversation, goods_letters, refund_promises, remedy_terms
from helpdesk.actions.claims import Actor
from helpdesk.desk import Desk
from helpdesk.letters import refund_words
from helpdesk.models import AgreedRemedy, Claim, ReturnShipment, Ticket
from helpdesk.rules import settlement
from helpdesk.rules.offers import RemedyState
from helpdesk.rules.proposals import MONEY
from helpdesk.rules.returns import LineSeen
from helpdesk.rules.settlement import SettlementError, Shares
from helpdesk.rules.states import EntryKind

Kept = Sequence[tuple[int, int]]  # (order line, minor units)


def of(lines: Sequence[LineSeen]) -> Kept:
    """What the inspection keeps back."""
    return tuple((line.line, line.deduction) for line in lines if line.deduction > 0)


def may_be(session: Session, remedy: AgreedRemedy, kept: Kept) -> bool:
    """Whether a loss of value lowers this sum without a new decision: its clause says so, the money has not
    left, and something remains of it."""
    if remedy.remedy not in MONEY or remedy.state not in (RemedyState.AGREED, RemedyState.UNDER_WAY):
        return False
    if not remedy_terms.of(session, remedy).deduction or refund_promises.is_instructed(session, remedy):
        return False
    try:
        settlement.deduct(Shares.from_json(remedy.shares), kept)
    except SettlementError:
        return False
    return True


def make(
    session: Session,
    desk: Desk,
    ticket: Ticket,
    claim: Claim,
    shipment: ReturnShipment,
    remedy: AgreedRemedy,
    kept: Kept,
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """Lower the sum, write down how it is made up now, and tell the buyer how much and why."""
    found = agreeing.deduct(session, remedy, kept)
    conversation.record(
        session,
        ticket,
        EntryKind.EVENT,
        "refund_lowered",
        actor=actor.name,
        at=at,
        facts={
            "claim": claim.id,
            "remedy": remedy.id,
            "return": shipment.id,
            "number": shipment.number,
            "deducted": [list(each) for each in kept],
            "goods": found.goods,
            "shipping": found.shipping,
            "deducted_minor": found.deducted,
            "amount_minor": found.total,
            "currency": remedy.currency,
        },
    )
    due = refund_promises.due_of(session, claim, remedy, at=at)
    terms = replace(remedy_terms.of(session, remedy), withhold_until="", deduction="")
    goods_letters.inspected(
        session,
        desk,
        ticket,
        claim,
        shipment,
        currency=remedy.currency,
        total=refund_words.total(found, remedy.currency, ticket.locale),
        terms=refund_words.sentences(terms, due, ticket.locale, desk.zone),
        actor=actor,
        at=at,
    )
