"""Who is told of what, on both databases: once, by the ways that each has chosen."""

from datetime import timedelta

import pytest

from helpdesk import clock
from helpdesk.actions import agent_sessions, alerts, tickets
from helpdesk.db import reading, transaction
from helpdesk.models import Agent, Alert, Ticket
from helpdesk.queries import alerts as lookups
from helpdesk.queries import people
from helpdesk.rules.access import SignIn
from helpdesk.rules.alerts import AlertEvent
from helpdesk.rules.states import Role
from helpdesk.workers import chaser
from tests.actions.claiming import FULL, Matter

pytestmark = pytest.mark.trust


@pytest.fixture
def matter(app: object) -> Matter:
    matter = Matter()
    matter.link()
    matter.open()
    return matter


def events_of(agent_id: int) -> list[str]:
    with reading() as session:
        rows = session.query(Alert).filter_by(agent_id=agent_id).order_by(Alert.id)
        return [str(row.event) for row in rows]


def give_to_the_agent(matter: Matter) -> int:
    with transaction() as session:
        lead, agent = matter.agent(session, Role.LEAD), matter.agent(session)
        tickets.assign(session, tickets.hold(session, matter.ticket), agent.id, by=lead, at=clock.now())
        return agent.id


def test_a_thing_is_told_once_whatever_is_retried(matter: Matter) -> None:
    for _ in range(2):
        with transaction() as session:
            ticket = tickets.hold(session, matter.ticket)
            agent = matter.agent(session)
            alerts.tell(
                session, AlertEvent.PROMISE, [agent.id], ticket=ticket, about="answer:1", at=clock.now()
            )
    assert events_of(agent.id) == ["promise"]


def test_an_answer_that_is_nearly_due_is_told_by_the_clock(matter: Matter) -> None:
    matter.hear("And?")
    agent_id = give_to_the_agent(matter)
    with reading() as session:
        due = session.get_one(Ticket, matter.ticket).answer_by
    assert due is not None
    clock.shift(due - clock.now() - timedelta(minutes=30))
    for _ in range(2):
        chaser.chase()
    assert events_of(agent_id).count("promise") == 1


def test_who_ticked_nothing_is_told_nothing_and_looked_for_once(matter: Matter) -> None:
    matter.hear("And?")
    agent_id = give_to_the_agent(matter)
    with transaction() as session:
        alerts.choose(session.get_one(Agent, agent_id), {"promise": []})
    clock.shift(timedelta(hours=23, minutes=30))
    with reading() as session:
        assert alerts.promises_due(session, at=clock.now()) == [(matter.ticket, matter.ticket)]
    chaser.chase()
    with reading() as session:
        assert alerts.promises_due(session, at=clock.now()) == []
        assert [each.event for each in lookups.listed(session, agent_id)] == ["assigned"]


def test_approval_waits_for_those_whose_yes_would_count(matter: Matter) -> None:
    matter.ask_approval(FULL, role=Role.AGENT)
    with reading() as session:
        asker, lead = matter.agent(session).id, matter.agent(session, Role.LEAD).id
    assert ("approval" in events_of(asker), "approval" in events_of(lead)) == (False, True)


def test_the_bell_counts_what_is_not_read(matter: Matter) -> None:
    agent_id = give_to_the_agent(matter)
    with transaction() as session:
        agent, how = session.get_one(Agent, agent_id), next(iter(SignIn))
        key = agent_sessions.begin(session, agent, how, address="", user_agent="", at=clock.now())
    assert unread(*key) == 1
    with transaction() as session:
        alerts.read_ticket(session, agent_id, matter.ticket, at=clock.now())
    assert unread(*key) == 0


def unread(session_id: int, secret: str) -> int:
    with reading() as session:
        signed_in = people.signed_in(session, session_id, secret)
    assert signed_in is not None
    return signed_in.unread
