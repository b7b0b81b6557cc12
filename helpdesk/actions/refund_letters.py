"""Letters of the clock about money: it left, it is late, it is being looked for, what the bank says.

Each looks once more whether it is still true, and goes only to who may hear of the order. What cannot be told
says so in an entry, because then a person has to.
"""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from helpdesk import letters, links
from helpdesk.actions import chases, conversation, outbox, refund_rows, sending, telling
from helpdesk.desk import Desk
from helpdesk.letters import words
from helpdesk.models import Mailbox, Order, Refund, Ticket
from helpdesk.rules.money import Money
from helpdesk.rules.refunds import LEFT
from helpdesk.rules.reminders import Reason
from helpdesk.rules.states import EntryKind, RefundState
from mail.compose import can_be_written_to


def sent(session: Session, desk: Desk, ticket: Ticket, refund_id: int, *, at: datetime) -> None:
    """E9: how much left, by what way, under which reference, and by when it is expected."""
    refund = _of(session, ticket, refund_id)
    if refund is not None and refund.state is RefundState.SUCCEEDED and refund.chased_at is None:
        _tell(session, desk, ticket, refund, "refund_sent", verb="refund_sent_told", at=at)


def delayed(session: Session, desk: Desk, ticket: Ticket, refund_id: int, *, at: datetime) -> None:
    """E9b: it has not left; by when there is more to say. Whoever is to know more by then has a task."""
    refund = _of(session, ticket, refund_id)
    if refund is None or not chases.is_still_owed(session, refund):
        return
    until = chases.until(session, refund)  # a letter that renews a promise says the day that runs already
    if until is None:
        until = chases.plan_clock(session, ticket, refund, actor=conversation.CLOCK, at=at)
    said = {"until": words.day(until, ticket.locale, desk.zone)}
    _tell(session, desk, ticket, refund, "refund_delayed", verb="refund_delay_told", at=at, said=said)


def looked_for(session: Session, desk: Desk, ticket: Ticket, refund_id: int, *, at: datetime) -> None:
    """E10b: by when we answer, and the reference for the buyer's bank."""
    refund = _of(session, ticket, refund_id)
    if refund is None or refund.chased_at is None or refund.state not in LEFT:
        return
    until = chases.until(session, refund) or at
    said = {"until": words.day(until, ticket.locale, desk.zone), "trace": refund.trace}
    _tell(session, desk, ticket, refund, "refund_looked_for", verb="refund_chase_told", at=at, said=said)


def traced(session: Session, desk: Desk, ticket: Ticket, refund_id: int, *, at: datetime) -> None:
    """E10c: what the bank says, its trace reference, and by when the money is expected now."""
    refund = _of(session, ticket, refund_id)
    if refund is None or refund.state not in LEFT or refund.expected_at is None:
        return
    waits = refund.chased_at is not None  # the gateway named the reference; nobody knows yet by when
    expected = "" if waits else words.day(refund.expected_at, ticket.locale, desk.zone)
    said = {"trace": refund.trace, "said": "" if waits else refund.said, "expected": expected}
    _tell(session, desk, ticket, refund, "refund_traced", verb="refund_trace_told", at=at, said=said)


def question(session: Session, desk: Desk, ticket: Ticket, refund: Refund) -> letters.Letter:
    """E10: did it arrive?"""
    return letters.render(
        "arrival_check",
        ticket.locale,
        **_usual(session, desk, ticket, refund),
        link=links.url(desk, links.Purpose.ARRIVAL, refund.id),
    )


def may_be_told(session: Session, ticket: Ticket, refund: Refund) -> bool:
    """Whether the buyer of the ticket may hear of it. What was paid without a claim is about no order."""
    claim = refund_rows.claim_of(session, refund)
    return claim is None or telling.may(session, ticket, claim.order_id)


def _tell(
    session: Session,
    desk: Desk,
    ticket: Ticket,
    refund: Refund,
    name: str,
    *,
    verb: str,
    at: datetime,
    said: dict[str, str] | None = None,
) -> None:
    facts = refund_rows.facts_of(refund) | {
        "expected_at": refund.expected_at.isoformat() if refund.expected_at else None
    }
    why_not = _why_not(session, ticket, refund, at=at)
    if why_not is not None:
        conversation.record(
            session,
            ticket,
            EntryKind.EVENT,
            "refund_untold",
            actor=conversation.CLOCK,
            at=at,
            facts=facts | {"what": name, "because": why_not},
        )
        return
    given: dict[str, Any] = _usual(session, desk, ticket, refund) | (said or {})
    sending.send(
        session,
        desk,
        ticket,
        letters.render(name, ticket.locale, **given),
        verb=verb,
        actor=conversation.CLOCK,
        at=at,
        due_at=outbox.behind_others(session, ticket, at=at),
        automatic="auto-generated",
        facts=facts,
    )


def _usual(session: Session, desk: Desk, ticket: Ticket, refund: Refund) -> dict[str, Any]:
    """What every letter about a refund says."""
    claim = refund_rows.claim_of(session, refund)
    order = session.get(Order, claim.order_id) if claim is not None and claim.order_id else None
    expected = refund.expected_at
    return {
        "name": ticket.buyer.name,
        "order": order.external_no if order else "",
        "amount": words.amount(Money(refund.amount_minor, refund.currency), ticket.locale),
        "method": words.method(refund.method, ticket.locale),
        "reference": refund.reference,
        "paid_on": words.day(refund.paid_at or refund.recorded_at, ticket.locale, desk.zone),
        "expected": words.day(expected, ticket.locale, desk.zone) if expected else "",
        "shop": desk.shop_name,
    }


def _why_not(session: Session, ticket: Ticket, refund: Refund, *, at: datetime) -> Reason | None:
    if ticket.spam:
        return Reason.SPAM
    if session.get_one(Mailbox, ticket.mailbox_id).removed_at is not None:
        return Reason.MAILBOX_REMOVED
    because = sending.stops(session, ticket, at=at)
    if because is not None or not can_be_written_to(ticket.address):
        return because or Reason.SUPPRESSED
    return None if may_be_told(session, ticket, refund) else Reason.UNVERIFIED


def _of(session: Session, ticket: Ticket, refund_id: int) -> Refund | None:
    """One buyer never hears of another's money: a refund that went to another ticket is not told here."""
    refund = session.get_one(Refund, refund_id, populate_existing=True)
    return refund if refund.ticket_id == ticket.id else None
