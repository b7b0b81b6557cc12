"""Two threads on claims, each in a transaction of its own, and what they do there."""

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import clock
from helpdesk.actions import (
    approvals,
    claim_reasons,
    claim_steps,
    claims,
    offers,
    tickets,
)
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.models import Agent, Claim, Entry, Mailbox, Offer, Order, Ticket
from helpdesk.rules.claims import Event
from helpdesk.rules.proposals import Part
from helpdesk.rules.states import Role
from tests.actions.claiming import Matter
from tests.proofs import holding
from tests.proofs.world import REFUSALS

TOGETHER = 0.4  # seconds in which the other may come as far; whoever waits for a lock does not
Work = Callable[[Session, Ticket, Claim], object]


class Race:
    """Each work on its claim, in a thread and a transaction of its own; `said` are the refusals."""

    def __init__(self, app: Flask, *works: tuple[int, Work]) -> None:
        self.app, self.gate = app, threading.Barrier(len(works))
        self.said: list[str | BaseException] = [AssertionError("not done")] * len(works)
        threads = [
            threading.Thread(target=self._run, args=(place, number, work))
            for place, (number, work) in enumerate(works)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        for said in self.said:
            if isinstance(said, BaseException):
                raise said  # a failure, not a refusal

    @property
    def refused(self) -> list[str]:
        return [str(said) for said in self.said if said]

    def _run(self, place: int, number: int, work: Work) -> None:
        try:
            with self.app.app_context(), transaction() as session:
                claim, ticket = claims.hold(session, number)
                self._wait()
                work(session, ticket, claim)
            self.said[place] = ""
        except REFUSALS as error:
            self.said[place] = str(error)
        except BaseException as error:
            self.said[place] = error

    def _wait(self) -> None:
        with suppress(threading.BrokenBarrierError):  # the other one waits for our lock
            self.gate.wait(TOGETHER)


def accepting(
    offer_id: int, option: int, *, way: str = "page", at: datetime | None = None, **how: Any
) -> Work:
    def work(session: Session, ticket: Ticket, claim: Claim) -> None:
        offer = session.get_one(Offer, offer_id)
        lead = session.scalars(select(Agent).where(Agent.role == Role.LEAD)).first()
        assert lead is not None
        actor = claims.buyer(ticket) if way == "page" else claims.staff(lead)
        offers.accept(
            session,
            current_desk(),
            ticket,
            claim,
            offer,
            option,
            actor=actor,
            way=way,
            digest=offer.digest,
            at=at or clock.now(),
            **how,
        )

    return work


def expiring(offer_id: int, *, at: datetime) -> Work:
    def work(session: Session, ticket: Ticket, claim: Claim) -> None:
        offers.answer_otherwise(
            session,
            current_desk(),
            ticket,
            claim,
            session.get_one(Offer, offer_id),
            Event.LET_OFFER_EXPIRE,
            actor=claims.DESK,
            way="clock",
            at=at,
        )

    return work


def taking_back(session: Session, ticket: Ticket, claim: Claim) -> None:
    actor = claims.buyer(ticket)
    claim_steps.withdraw(session, current_desk(), ticket, claim, actor=actor, at=clock.now(), way="page")


def offering(part: Part, seen: int) -> Work:
    def work(session: Session, ticket: Ticket, claim: Claim) -> None:
        claims.check_seen(claim, seen)
        by = session.scalars(select(Agent).where(Agent.role == Role.LEAD)).first()
        assert by is not None
        until = clock.now() + timedelta(days=7)
        offers.make_offer(
            session,
            current_desk(),
            ticket,
            claim,
            [part],
            by=by,
            expires_at=until,
            at=clock.now(),
            why="a regular buyer",
        )

    return work


def approving(part: Part) -> Work:
    def work(session: Session, ticket: Ticket, claim: Claim) -> None:
        by = session.scalars(select(Agent).where(Agent.role == Role.OWNER)).one()
        approvals.approve(
            session, current_desk(), ticket, claim, [part], by=by, at=clock.now(), why="a regular buyer"
        )

    return work


def confirming(agent_id: int, digest: str) -> Work:
    def work(session: Session, ticket: Ticket, claim: Claim) -> None:
        by = session.get_one(Agent, agent_id)
        approvals.confirm(session, current_desk(), ticket, claim, by=by, digest=digest, at=clock.now())

    return work


def choosing(reason: str) -> Work:
    def work(session: Session, ticket: Ticket, claim: Claim) -> None:
        claim_reasons.choose(
            session, ticket, claim, reason, source="buyer", actor=claims.buyer(ticket), at=clock.now()
        )

    return work


def opening(reason: str) -> Work:
    def work(session: Session, ticket: Ticket, claim: Claim) -> None:
        claims.open_claim(
            session,
            ticket,
            order=session.scalars(select(Order)).one(),
            lines=None,
            asked=claims.Asked(reason=reason, reason_source="buyer"),
            actor=claims.buyer(ticket),
            at=clock.now(),
        )

    return work


def reopening(session: Session, ticket: Ticket, claim: Claim) -> None:
    claim_steps.move(session, ticket, claim, Event.REOPEN, actor=claims.buyer(ticket), at=clock.now())


def another_claim(matter: Matter, reason: str) -> int:
    """A second ticket of Li with a claim about the same cups, for another reason."""
    with transaction() as session:
        first = session.get_one(Ticket, matter.ticket)
        mailbox = session.get_one(Mailbox, first.mailbox_id)
        ticket = tickets.open_ticket(
            session, mailbox, first.buyer, subject="", locale="zh-CN", at=clock.now()
        )
        matter.ticket = ticket.id
    matter.link()
    return matter.open(reason)


def assert_whole(verb: str) -> None:
    """It was done once, and everything holds."""
    with reading() as session:
        done = session.scalars(select(Entry.id).where(Entry.verb == verb)).all()
        found = holding.broken(session, set()) + list(holding.chains_hold(session, set()))
    assert (len(done), found) == (1, [])
