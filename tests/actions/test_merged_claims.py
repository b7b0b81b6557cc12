"""Claims of tickets that are one matter, and apart again: where they are answered, and what is planned."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import clock
from helpdesk.actions import merging, tickets
from helpdesk.db import reading, transaction
from helpdesk.errors import ConflictError
from helpdesk.models import Agent, Buyer, BuyerAddress, Claim, ClaimLine, Entry, Mailbox, Reminder, Ticket
from helpdesk.rules.states import EntryKind, ReminderState, Role
from helpdesk.workers import chaser
from tests.actions.claiming import FULL, Matter
from tests.actions.matters import EVE

pytestmark = pytest.mark.trust


@pytest.fixture
def matter(app: object) -> Matter:
    """Ticket 1 has a claim; ticket 2 is of the same buyer and has none."""
    matter = Matter()
    matter.link()
    matter.open()
    with transaction() as session:
        another_ticket(session, matter.ticket)
    return matter


def test_a_claim_goes_along_and_is_answered_there(matter: Matter) -> None:
    offer = matter.offer(FULL)

    merge(matter, 1, into=2)
    assert (of_claims(), planned_on()) == ([2], {2})
    matter.accept(offer)

    assert (matter.state, of_claims(), planned_on()) == ("approved", [2], {2})


def test_apart_again_it_is_where_it_was_opened(matter: Matter) -> None:
    merge(matter, 1, into=2)
    separate(matter, 1)

    assert (of_claims(), planned_on()) == ([1], {1})
    clock.shift(timedelta(days=3))
    chaser.chase()
    assert "claim_overdue" in matter.verbs()


def test_its_time_runs_out_there(matter: Matter) -> None:
    matter.offer(FULL, days=2)
    merge(matter, 1, into=2)

    clock.shift(timedelta(days=3))
    chaser.chase()

    assert (matter.state, planned_on()) == ("awaiting_decision", {2})
    with reading() as session:
        assert session.scalars(select(Reminder).where(Reminder.problem != "")).all() == []


def test_what_was_opened_in_the_common_matter_stays_there(matter: Matter) -> None:
    merge(matter, 2, into=1)
    separate(matter, 2)

    assert (of_claims(), planned_on()) == ([1], {1})


def test_taken_out_it_brings_the_claims_of_what_it_had_taken_in(matter: Matter) -> None:
    with transaction() as session:
        another_ticket(session, 1)
    merge(matter, 1, into=2)
    merge(matter, 2, into=3)
    assert of_claims() == [3]

    separate(matter, 2)

    assert (of_claims(), planned_on()) == ([2], {2})


def test_two_claims_without_an_order_are_not_put_into_one_matter(matter: Matter) -> None:
    matter.ticket = 2
    matter.open(order=False)
    with transaction() as session:
        matter.ticket = another_ticket(session, 1)
    matter.open(order=False)

    with pytest.raises(ConflictError, match="both tickets have a claim without an order"):
        merge(matter, 2, into=3)
    assert of_claims() == [1, 2, 3]


def test_two_claims_about_the_same_item_are_not_put_into_one_matter(matter: Matter) -> None:
    with transaction() as session:
        first = session.scalars(select(Claim)).one()
        session.add(
            Claim(
                ticket_id=2,
                order_id=first.order_id,
                state=first.state,
                version=1,
                since=clock.now(),
                requested_at=clock.now(),
                opened_by="agent:1",
                opened_at=clock.now(),
                entry_id=first.entry_id,
                lines=[
                    ClaimLine(order_line_id=first.lines[0].order_line_id, quantity=1, matter="never_arrived")
                ],
            )
        )

    with pytest.raises(ConflictError, match="claims 1 and 2 are about the same item"):
        merge(matter, 2, into=1)


def test_nobody_else_is_sent_the_page_of_an_offer(matter: Matter) -> None:
    with transaction() as session:
        ticket = session.get_one(Ticket, 2)
        eve = Buyer(
            name="Eve",
            locale="en",
            created_at=clock.now(),
            addresses=[BuyerAddress(email=EVE, key=EVE, created_at=clock.now())],
        )
        session.add(eve)
        session.flush()
        ticket.buyer_id = eve.id
    matter.offer(FULL, days=6)
    merge(matter, 1, into=2, of_two_buyers=True)

    clock.shift(timedelta(days=5))
    chaser.chase()

    with reading() as session:
        told = session.scalars(select(Entry).where(Entry.ticket_id == 2, Entry.kind == EntryKind.SENT)).all()
        assert [entry.verb for entry in told] == []


def another_ticket(session: Session, like: int) -> int:
    first = session.get_one(Ticket, like)
    mailbox = session.get_one(Mailbox, first.mailbox_id)
    return tickets.open_ticket(session, mailbox, first.buyer, subject="", locale="zh-CN", at=clock.now()).id


def merge(matter: Matter, number: int, into: int, **more: bool) -> None:
    with transaction() as session:
        by = session.get_one(Agent, matter.people[Role.LEAD])
        merging.merge(session, number, into, by=by, at=clock.now(), **more)


def separate(matter: Matter, number: int) -> None:
    with transaction() as session:
        by = session.get_one(Agent, matter.people[Role.AGENT])
        merging.separate(session, number, by=by, at=clock.now())


def of_claims() -> list[int]:
    """The ticket of each claim."""
    with reading() as session:
        return list(session.scalars(select(Claim.ticket_id).order_by(Claim.id)))


def planned_on() -> set[int]:
    """On which tickets something is planned about a claim."""
    with reading() as session:
        plans = select(Reminder.ticket_id).where(
            Reminder.state == ReminderState.PLANNED, Reminder.claim_id.is_not(None)
        )
        return set(session.scalars(plans))
