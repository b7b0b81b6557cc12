"""A claim does not go on behind a closed ticket: it keeps it from being closed, or opens it again."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import update

from helpdesk import clock
from helpdesk.actions import claim_steps, claims, tickets
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.models import Ticket
from helpdesk.rules.states import IllegalMoveError, Role, TicketState
from tests.actions.claiming import Matter, delivered, partial
from tests.actions.proving import facts
from tests.actions.test_merged_claims import another_ticket, merge

pytestmark = pytest.mark.trust


@pytest.fixture
def matter(app: Flask) -> Matter:
    """Li's claim, linked and to be decided."""
    matter = Matter(**delivered(9))
    matter.link()
    matter.open()
    return matter


def test_a_ticket_is_not_closed_over_a_claim_that_has_not_ended(matter: Matter) -> None:
    with pytest.raises(IllegalMoveError, match="claim 1 has not ended: end it first, or leave the ticket"):
        close()

    reject(matter)
    close()

    assert state() == ("closed", "")


@pytest.mark.parametrize(
    ("act", "after"),
    [
        (lambda matter: offer(matter), ("waiting", "buyer")),
        (lambda matter: approve(matter), ("open", "")),
        (lambda matter: reject(matter), ("waiting", "buyer")),
    ],
)
def test_what_is_done_on_a_claim_opens_its_ticket_again_and_says_so(
    matter: Matter, act: Callable[[Matter], object], after: tuple[str, str]
) -> None:
    closed_before_there_was_a_rule()

    act(matter)

    assert state() == after
    assert opened_again() == [("closed", "open", "claim")]


def test_money_for_a_promise_opens_its_ticket_again(matter: Matter) -> None:
    approve(matter)
    closed_before_there_was_a_rule()

    matter.refund("30.00")

    assert state() == ("waiting", "bank")
    assert opened_again() == [("closed", "open", "refund")]


def test_a_claim_that_is_opened_on_a_closed_ticket_opens_it(matter: Matter) -> None:
    reject(matter)
    close()

    with transaction() as session:
        ticket = tickets.hold(session, 1)
        by = claims.staff(matter.agent(session))
        claims.open_claim(
            session, ticket, order=None, lines=None, asked=claims.Asked(), actor=by, at=clock.now()
        )

    assert state() == ("open", "")


def test_a_closed_ticket_that_takes_in_a_claim_is_open(matter: Matter) -> None:
    offer(matter)
    with transaction() as session:
        another_ticket(session, matter.ticket)
    close(2)

    merge(matter, 1, into=2)

    assert state(2) == ("open", "")


def offer(matter: Matter) -> None:
    matter.offer(partial(3000), role=Role.LEAD, why="a regular buyer")


def approve(matter: Matter) -> None:
    matter.approve(partial(3000), role=Role.LEAD, why="a regular buyer")


def reject(matter: Matter) -> None:
    with matter.held() as (session, ticket, claim):
        by = matter.agent(session, Role.LEAD)
        claim_steps.reject(session, current_desk(), ticket, claim, by=by, at=clock.now(), why="abuse")


def close(number: int = 1) -> None:
    with transaction() as session:
        ticket = tickets.hold(session, number)
        tickets.move(session, ticket, TicketState.CLOSED, actor="agent:1", at=clock.now())


def closed_before_there_was_a_rule() -> None:
    with transaction() as session:
        session.execute(update(Ticket).values(state=TicketState.CLOSED, waiting_on=None))


def state(number: int = 1) -> tuple[str, str]:
    with reading() as session:
        ticket = session.get_one(Ticket, number)
        return str(ticket.state), str(ticket.waiting_on or "")


def opened_again() -> list[tuple[str, str, str]]:
    moved = facts(1, "moved")
    return [(each["before"], each["after"], each["because"]) for each in moved if "because" in each]
