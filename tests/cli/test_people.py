"""`people`: who works here, and the way back in for an owner who is locked out."""

import pytest

from helpdesk import clock
from helpdesk.actions import agents
from helpdesk.db import reading, transaction
from helpdesk.models import Agent, Authenticator, StaffEvent
from helpdesk.rules.states import Role
from tests.cli.conftest import Run

pytestmark = pytest.mark.trust


@pytest.fixture(autouse=True)
def owner(run: Run) -> int:
    with transaction() as session:
        agent = agents.create(
            session,
            email="ann@shop.example",
            name="Ann",
            password="long enough for a test",
            role=Role.OWNER,
            at=clock.now(),
        )
        session.add(
            Authenticator(
                agent_id=agent.id,
                secret_sealed=b"x",
                last_step=0,
                created_at=clock.now(),
                confirmed_at=clock.now(),
            )
        )
        return agent.id


def test_who_works_here_is_listed(run: Run) -> None:
    line = " ".join(run("people", "list").stdout.split())
    assert line == "ann@shop.example owner active second factor"


def test_an_owner_who_is_locked_out_gets_a_link_and_signs_in_without_a_second_factor(run: Run) -> None:
    done = run("people", "unlock", "Ann@shop.example")
    assert "/new-password/" in done.stdout
    assert "password only" in run("people", "list").stdout
    with reading() as session:
        assert [row.verb for row in session.query(StaffEvent)] == ["factor_reset"]


def test_a_door_that_is_shut_is_opened(run: Run, owner: int) -> None:
    with transaction() as session:
        session.get_one(Agent, owner).active = False
    run("people", "unlock", "ann@shop.example")
    with reading() as session:
        assert session.get_one(Agent, owner).active


def test_nobody_of_this_address_is_said(run: Run) -> None:
    done = run("people", "unlock", "nobody@shop.example")
    assert done.exit_code == 1
    assert "nobody here has the address" in done.stderr
