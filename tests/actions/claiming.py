"""A buyer, an order and a claim for tests of claims, without any mail on a wire."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import clock
from helpdesk.actions import (
    approvals,
    claim_progress,
    claim_steps,
    claims,
    conversation,
    offers,
    refunds,
    tickets,
)
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.models import (
    Agent,
    AgreedRemedy,
    Claim,
    Decision,
    Entry,
    Offer,
    Order,
    OrderLine,
    Payment,
    Ticket,
    TicketOrder,
)
from helpdesk.rules.claim_terms import LinkLevel, OrderState, Remedy
from helpdesk.rules.policy_shipped import preset_text
from helpdesk.rules.proposals import Part
from helpdesk.rules.states import EntryKind, Role
from tests.actions.bare import activate, person, ticket_of_li
from tests.actions.sold import LI, given, sell

FULL = Part(option=1, remedy=Remedy.FULL_REFUND, amount=9900, shipping=1000)


def partial(amount: int, *, option: int = 1) -> Part:
    return Part(option=option, remedy=Remedy.PARTIAL_REFUND, amount=amount)


class Matter:
    """Ticket 1 of Li about her order of two cups (89.00 and 10.00 for delivery), and the staff."""

    def __init__(self, *, policy: str | None = "cn-shop", **order: Any) -> None:
        self.order = sell(given(**order))[0].order_id
        with transaction() as session:
            self.people = {role: person(session, str(role), role) for role in Role}
            self.lead_two = person(session, "lead2", Role.LEAD)
            self.ticket = ticket_of_li(session)
            if policy:
                activate(session, preset_text(policy).replace('"EUR"', '"CNY"'))  # in which Li paid

    @contextmanager
    def held(self) -> Iterator[tuple[Session, Ticket, Claim]]:
        """The newest claim, held in a transaction."""
        with transaction() as session:
            found = session.scalars(select(Claim.id).order_by(Claim.id.desc())).first()
            assert found is not None
            claim, ticket = claims.hold(session, found)
            yield session, ticket, claim

    def link(self, level: LinkLevel = LinkLevel.VERIFIED) -> None:
        with transaction() as session:
            ticket = tickets.hold(session, self.ticket)
            entry = conversation.record(
                session, ticket, EntryKind.EVENT, "order_linked", actor="clock", at=clock.now(), facts={}
            )
            session.add(
                TicketOrder(
                    ticket_id=ticket.id,
                    order_id=self.order,
                    level=level,
                    how="sender",
                    linked_at=clock.now(),
                    entry_id=entry.id,
                )
            )

    def open(self, reason: str = "changed_mind", *, order: bool = True, **asked: Any) -> int:
        """Open a claim as the buyer, and let the desk do what it does by itself."""
        with transaction() as session:
            ticket = tickets.hold(session, self.ticket)
            claim = claims.open_claim(
                session,
                ticket,
                order=session.get_one(Order, self.order) if order else None,
                lines=None,
                asked=claims.Asked(reason=reason, reason_source="buyer", **asked),
                actor=claims.buyer(ticket),
                at=clock.now(),
            )
            claim_progress.go_on(session, current_desk(), ticket, claim, at=clock.now())
            return claim.id

    def agent(self, session: Session, role: Role = Role.AGENT) -> Agent:
        return session.get_one(Agent, self.people[role])

    def offer(self, *parts: Part, role: Role = Role.AGENT, days: float = 7, **more: Any) -> int:
        with self.held() as (session, ticket, claim):
            return offers.make_offer(
                session,
                current_desk(),
                ticket,
                claim,
                parts,
                by=self.agent(session, role),
                expires_at=clock.now() + timedelta(days=days),
                at=clock.now(),
                **more,
            ).id

    def accept(self, offer_id: int, option: int = 1, **changes: Any) -> None:
        with self.held() as (session, ticket, claim):
            offer = session.get_one(Offer, offer_id)
            how: dict[str, Any] = {
                "actor": claims.buyer(ticket),
                "way": "page",
                "digest": offer.digest,
            }
            offers.accept(
                session, current_desk(), ticket, claim, offer, option, at=clock.now(), **how | changes
            )

    def hear(self, text: str, *, verified: str = "pass") -> int:
        """A mail of Li, alone in its transaction: the id of its entry. What it does to claims is left out."""
        with transaction() as session:
            ticket = tickets.hold(session, self.ticket)
            facts = {"from": LI, "verified": verified, "doubts": [], "text": text, "new": text}
            actor = conversation.buyer(ticket.buyer_id)
            return conversation.record(
                session, ticket, EntryKind.RECEIVED, "received", actor=actor, at=clock.now(), facts=facts
            ).id

    def approve(self, *parts: Part, role: Role = Role.AGENT, **more: Any) -> None:
        with self.held() as (session, ticket, claim):
            approvals.approve(
                session,
                current_desk(),
                ticket,
                claim,
                parts,
                by=self.agent(session, role),
                at=clock.now(),
                **more,
            )

    def reject(self, *, role: Role = Role.AGENT, why: str = "") -> None:
        with self.held() as (session, ticket, claim):
            agent = self.agent(session, role)
            claim_steps.reject(session, current_desk(), ticket, claim, by=agent, at=clock.now(), why=why)

    def ask_approval(self, *parts: Part, role: Role = Role.AGENT, days: float | None = None) -> str:
        """The digest that the second person is shown."""
        with self.held() as (session, ticket, claim):
            return approvals.ask(
                session,
                current_desk(),
                ticket,
                claim,
                parts,
                by=self.agent(session, role),
                at=clock.now(),
                expires_at=clock.now() + timedelta(days=days) if days else None,
            ).digest

    def confirm(self, digest: str, *, by: int) -> None:
        with self.held() as (session, ticket, claim):
            person = session.get_one(Agent, by)
            approvals.confirm(
                session, current_desk(), ticket, claim, by=person, digest=digest, at=clock.now()
            )

    def refuse_approval(self, *, by: int) -> None:
        with self.held() as (session, ticket, claim):
            person = session.get_one(Agent, by)
            approvals.refuse(session, current_desk(), ticket, claim, by=person, why="no", at=clock.now())

    def refund(self, amount: str, *, reference: str = "2026060100001") -> int:
        """Note the money of the newest promise as sent; the id of the refund."""
        with self.held() as (session, ticket, _):
            remedy = session.scalars(select(AgreedRemedy.id).order_by(AgreedRemedy.id.desc())).first()
            return refunds.record_refund(
                session,
                ticket,
                amount=amount,
                currency="CNY",
                method="alipay",
                reference=reference,
                by=self.agent(session),
                at=clock.now(),
                remedy=remedy,
            ).id

    def cancel(self, refund: int) -> None:
        with transaction() as session:
            refunds.cancel(session, refund, by=self.agent(session), at=clock.now())

    def say(self, refund: int, *, arrived: bool) -> None:
        with transaction() as session:
            refunds.answer_arrival(session, refund, arrived=arrived, actor="buyer:1", at=clock.now())

    @property
    def state(self) -> str:
        with reading() as session:
            return str(session.scalars(select(Claim.state).order_by(Claim.id.desc())).first())

    @property
    def version(self) -> int:
        with reading() as session:
            return session.scalars(select(Claim.version).order_by(Claim.id.desc())).first() or 0

    def verbs(self) -> list[str]:
        with reading() as session:
            return list(
                session.scalars(select(Entry.verb).where(Entry.ticket_id == self.ticket).order_by(Entry.seq))
            )

    def letter(self) -> str:
        """The words of the newest letter."""
        with reading() as session:
            sent = select(Entry).where(Entry.kind == EntryKind.SENT).order_by(Entry.id.desc())
            entry = session.scalars(sent).first()
            return str(entry.facts["text"]) if entry else ""

    def decision(self) -> Decision:
        with reading() as session:
            return session.scalars(select(Decision).order_by(Decision.id.desc())).first() or Decision()

    def remedies(self) -> list[tuple[str, int, str]]:
        with reading() as session:
            rows: Sequence[AgreedRemedy] = session.scalars(
                select(AgreedRemedy).order_by(AgreedRemedy.id)
            ).all()
            return [(str(row.remedy), row.amount_minor, str(row.state)) for row in rows]

    def reserved(self) -> tuple[int, int, int]:
        """Reserved on the payment; given on the line; postage given."""
        with reading() as session:
            return (
                session.scalars(select(Payment.reserved_minor)).one(),
                session.scalars(select(OrderLine.given_minor)).one(),
                session.scalars(select(Order.shipping_given_minor)).one(),
            )


def delivered(days_ago: int) -> dict[str, Any]:
    """What makes the order one that was delivered so many days ago."""
    at = clock.now() - timedelta(days=days_ago)
    return {"state": OrderState.DELIVERED, "shipped_at": at - timedelta(days=3), "delivered_at": at}
