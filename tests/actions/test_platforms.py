"""A dispute at a platform: its number, its own deadline, its verdict."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from helpdesk import clock
from helpdesk.actions import claim_steps, claims, platforms
from helpdesk.db import reading, transaction
from helpdesk.errors import ConflictError
from helpdesk.models import PlatformCase, Reminder
from helpdesk.rules.platforms import PlatformState
from helpdesk.rules.states import IllegalMoveError, ReminderKind, ReminderState, Role
from tests.actions.sending_back import SendingBack


def test_the_claim_is_disputed_and_the_platforms_deadline_is_known(app: Flask) -> None:
    matter = SendingBack()

    matter.dispute()

    assert matter.state == "disputed"
    with reading() as session:
        deadline = session.get_one(PlatformCase, 1).deadline
    assert deadline is not None
    assert timedelta(hours=71) < deadline - clock.now() <= timedelta(hours=72)
    with reading() as session:
        due = session.scalars(
            select(Reminder.due_at).where(
                Reminder.kind == ReminderKind.CLAIM_DUE, Reminder.state == ReminderState.PLANNED
            )
        ).one()
    assert due == deadline, "it beats the policy's own timer"


def test_a_day_before_it_and_at_it_somebody_has_to_act(app: Flask) -> None:
    matter = SendingBack()
    matter.dispute(hours=72)

    matter.let_pass(hours=47)
    assert matter.facts("platform_deadline_near") == []
    matter.let_pass(hours=1, minutes=1)
    assert len(matter.facts("platform_deadline_near")) == 1
    matter.let_pass(hours=24)

    assert len(matter.facts("platform_deadline_near")) == 2


def test_a_deadline_that_the_platform_moved_counts(app: Flask) -> None:
    matter = SendingBack()
    case = matter.dispute(hours=72)
    with transaction() as session:
        actor = claims.staff(matter.agent(session))
        later = clock.now() + timedelta(days=10)
        platforms.change(
            session, case, deadline=later, notes="", actor=actor, at=clock.now(), source="import"
        )

    matter.let_pass(days=4)

    assert matter.facts("platform_deadline_near") == []


@pytest.mark.parametrize(("to", "state"), [(PlatformState.WON, "rejected"), (PlatformState.LOST, "approved")])
def test_the_verdict_moves_the_claim_and_is_told(app: Flask, to: PlatformState, state: str) -> None:
    matter = SendingBack()
    matter.dispute()

    matter.decide(to)

    assert matter.state == state
    (letter,) = matter.facts("verdict_told")
    assert "P-1" in letter["text"]
    assert "trickster" not in letter["text"]


def test_a_lost_one_is_for_a_lead_and_a_verdict_has_words(app: Flask) -> None:
    matter = SendingBack()
    matter.dispute()

    with pytest.raises(IllegalMoveError, match="not for the agent"):
        matter.decide(PlatformState.LOST, role=Role.AGENT)
    with pytest.raises(IllegalMoveError, match="say why"):
        matter.decide(PlatformState.WON, verdict=" ")
    with pytest.raises(IllegalMoveError, match="not complete yet"):
        matter.decide(PlatformState.SETTLED)


def test_one_number_stands_on_one_claim_and_a_verdict_is_final(app: Flask) -> None:
    matter = SendingBack()
    matter.dispute()
    with pytest.raises(IllegalMoveError):
        matter.dispute()
    matter.decide(PlatformState.LOST)

    with pytest.raises(ConflictError, match="stands on a claim already"):
        matter.dispute()
    with pytest.raises(IllegalMoveError, match="a platform case that is lost"):
        matter.decide(PlatformState.WON)


def test_without_a_number_nothing_is_disputed(app: Flask) -> None:
    matter = SendingBack()

    with pytest.raises(IllegalMoveError, match="number of the dispute"):
        matter.dispute(number=" ")


def test_the_claims_own_timer_moves_with_the_platforms_deadline(app: Flask) -> None:
    matter = SendingBack()
    case = matter.dispute(hours=72)
    later = clock.now() + timedelta(days=10)
    with transaction() as session:
        actor = claims.staff(matter.agent(session))
        platforms.change(session, case, deadline=later, notes="", actor=actor, at=clock.now())
    with reading() as session:
        (due,) = session.scalars(
            select(Reminder.due_at).where(
                Reminder.kind == ReminderKind.CLAIM_DUE, Reminder.state == ReminderState.PLANNED
            )
        )
    assert due == later


def test_a_dispute_that_is_won_leaves_nothing_promised(app: Flask) -> None:
    matter = SendingBack()
    assert matter.reserved()[0] == 8900
    matter.dispute()

    matter.decide(PlatformState.WON)

    assert (matter.state, matter.remedy_states()) == ("rejected", ["canceled"])
    assert matter.reserved() == (0, 0, 0)


def test_goods_not_as_agreed_while_the_platform_decides_are_decided_anew_by_hand(app: Flask) -> None:
    matter = SendingBack()
    matter.start()
    matter.receive()
    matter.dispute()

    matter.inspect(deduction=700, why="a stain")

    assert matter.remedy_states() == ["agreed"], "nothing is on its way any more"
    matter.decide(PlatformState.LOST)
    with matter.held() as (session, ticket, claim):
        by = matter.agent(session)
        claim_steps.decide_anew(session, ticket, claim, by=by, why="a stain", at=clock.now())
    assert (matter.state, matter.remedy_states()) == ("awaiting_decision", ["canceled"])
