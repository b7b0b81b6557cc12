"""What colleagues do in a story, short of claims: they take, answer, note, call, ask elsewhere, merge."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import clock
from helpdesk.actions import calls, claims, inquiries, merging, replies, spam, tickets
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.demo.acting import Acting
from helpdesk.models import Agent, Claim, Inquiry, OutboxMessage, Ticket
from helpdesk.rules.inquiries import InquiryKind
from helpdesk.rules.states import TicketState
from mail.types import Address


class Working(Acting):
    """A story in which somebody of the shop does something."""

    @contextmanager
    def held(self) -> Iterator[tuple[Session, Ticket, Agent]]:
        """The ticket, held, and who looks after it."""
        self.later(3)
        with transaction() as session:
            yield session, tickets.hold(session, self.ticket), session.get_one(Agent, self.agent)

    @contextmanager
    def claim(self) -> Iterator[tuple[Session, Ticket, Claim, Agent]]:
        """The newest claim of the ticket, held."""
        self.later(3)
        with transaction() as session:
            newest = select(Claim.id).where(Claim.ticket_id == self.ticket).order_by(Claim.id.desc())
            claim, ticket = claims.hold(session, session.scalars(newest.limit(1)).one())
            yield session, ticket, claim, session.get_one(Agent, self.agent)

    def takes(self) -> None:
        with self.held() as (session, ticket, by):
            tickets.assign(session, ticket, by.id, by=by, at=clock.now())

    def answers(self, key: str, *, then: TicketState = TicketState.WAITING, posted: bool = True) -> None:
        with self.held() as (session, ticket, by):
            replies.send_reply(
                session, current_desk(), ticket, self.words(key), by=by, seen_seq=ticket.last_seq,
                at=clock.now(), then=then,
            )  # fmt: skip
        if posted:
            self.post()

    def notes(self, key: str = "note") -> None:
        with self.held() as (session, ticket, by):
            replies.add_note(session, current_desk(), ticket, self.words(key), by=by, at=clock.now())

    def talks(self) -> None:
        with self.held() as (session, ticket, by):
            calls.record_call(
                session, current_desk(), ticket, words=self.words("call"), whom=self.voice.name, place="",
                spoken_at=clock.now() - timedelta(minutes=4), by=by, at=clock.now(),
            )  # fmt: skip

    def moves(self, to: TicketState) -> None:
        with self.held() as (session, ticket, by):
            tickets.move(session, ticket, to, actor=f"agent:{by.id}", at=clock.now())

    def calls_it_spam(self) -> None:
        with self.held() as (session, ticket, by):
            spam.mark(session, ticket, actor=f"agent:{by.id}", at=clock.now())

    def merges(self, number: int, into: int) -> None:
        with transaction() as session:
            merging.merge(session, number, into, by=session.get_one(Agent, self.agent), at=clock.now())
        self.ticket = into

    def asks_the_warehouse(self) -> None:
        with self.held() as (session, ticket, by):
            asking = inquiries.Asking(
                contact_id=self.cast.warehouse, kind=InquiryKind.QUESTION, words=self.words("side"),
                due_at=clock.now() + timedelta(days=2), waits=True,
            )  # fmt: skip
            inquiries.ask(session, current_desk(), ticket, asking, by=by, at=clock.now())
        self.post()

    def warehouse_answers(self) -> None:
        with reading() as session:
            newest = select(OutboxMessage).where(OutboxMessage.inquiry_id.in_(select(Inquiry.id)))
            letter = session.scalars(newest.order_by(OutboxMessage.id.desc())).first()
            assert letter is not None
        sender = Address(email=letter.recipient, name="Depot")
        self._file(self.words("side.answer"), sender, subject="Re", answers=letter.message_id)
