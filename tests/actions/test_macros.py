"""A macro with a step of the claim: it grants what the policy grants, and nothing that nobody saw."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from helpdesk import clock
from helpdesk.actions import claims, macros, tickets
from helpdesk.actions.macros import StepRefusedError
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.models import Claim, Ticket
from helpdesk.rules.macros import Do, Step
from helpdesk.rules.states import Role
from tests.actions.claiming import Matter

pytestmark = pytest.mark.trust


@pytest.fixture
def matter(app: object) -> Matter:
    """A claim that the policy allows, and that waits for a decision."""
    matter = Matter()
    matter.link()
    matter.open()
    return matter


def seen(matter: Matter) -> str:
    with reading() as session:
        claim = claims.live_of(session, session.get_one(Ticket, matter.ticket))
        assert claim is not None
        return macros.key_of(macros.what_is_granted(session, claim))


def run(matter: Matter, granted: str, *steps: Step, **more: Any) -> None:
    def words(session: Session, ticket: Ticket, reply_id: int) -> str:
        return "Granted."

    with transaction() as session:
        lead = matter.agent(session, Role.LEAD)
        macro = macros.add(session, "Grant", steps, by=lead, at=clock.now())
        ticket = tickets.hold(session, matter.ticket)
        macros.run(
            session,
            current_desk(),
            ticket,
            macro,
            by=lead,
            at=clock.now(),
            seen_seq=ticket.last_seq,
            words=words,
            granted=granted,
            **more,
        )


def test_it_grants_what_the_policy_grants(matter: Matter) -> None:
    assert seen(matter) == "full_refund:9900:CNY"
    run(matter, seen(matter), Step(Do.CLAIM, "grant"), Step(Do.NOTE, "as always"))
    assert matter.state == "approved"
    assert "ran_macro" in matter.verbs()


def test_what_is_not_what_she_saw_is_not_granted(matter: Matter) -> None:
    with pytest.raises(StepRefusedError, match="not what you saw"):
        run(matter, "full_refund:100:CNY", Step(Do.NOTE, "first"), Step(Do.CLAIM, "grant"))
    assert matter.state != "approved"
    assert "noted" not in matter.verbs()


def test_a_claim_that_has_ended_is_refused_and_nothing_else_is_done(matter: Matter) -> None:
    granted = seen(matter)
    matter.reject(role=Role.LEAD, why="no proof")
    with reading() as session:
        assert not session.query(Claim).one().live
    with pytest.raises(StepRefusedError, match="no claim on this ticket"):
        run(matter, granted, Step(Do.NOTE, "first"), Step(Do.CLAIM, "grant"))
    assert "noted" not in matter.verbs()
