"""The claim's table under anything that may happen, in any order; and two broken desks that it must catch."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from helpdesk.actions import ignoring
from helpdesk.rules import claim_moves
from helpdesk.rules.claim_moves import BUYER, STAFF, Move
from helpdesk.rules.claims import ClaimState, Event
from helpdesk.rules.offers import OFFER_MOVES, OfferState
from tests.figures import Figure
from tests.proofs.machine import Claims
from tests.proofs.world import World
from tests.sizes import size

pytestmark = [pytest.mark.trust, pytest.mark.money]
EXAMPLES, STEPS = size(small=8, full=150), size(small=25, full=40)
MUTANT_EXAMPLES = 60  # the machine stops at the first one that fails


def run(world: World, *, examples: int = EXAMPLES, **more: Any) -> None:
    """Raises AssertionError with the shortest story that breaks something."""
    machine = type("Here", (Claims,), {"world": world})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            print_blob=False,
            suppress_health_check=list(HealthCheck),
            **more,
        ),
    )


def test_whatever_happens_to_claims_all_of_it_holds(world: World, figure: Figure) -> None:
    run(world)

    figure("state machine of claims: examples", EXAMPLES)
    figure("state machine of claims: steps in each, at most", STEPS)
    figure("state machine of claims: moves made", sum(world.happened.values()))
    figure("state machine of claims: lines of the table that were used", len(world.happened))


def test_it_catches_a_desk_where_a_second_acceptance_wins(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the table nor the offer's state is asked: whoever says yes later is believed as well."""
    again = Move(Event.ACCEPT_OFFER, (ClaimState.APPROVED,), ClaimState.APPROVED, BUYER | STAFF)
    first = claim_moves.find(Event.ACCEPT_OFFER, ClaimState.OFFERED)
    monkeypatch.setitem(claim_moves._BY_EVENT, (Event.ACCEPT_OFFER, ClaimState.APPROVED), again)
    monkeypatch.setitem(
        claim_moves._BY_EVENT, (Event.ACCEPT_OFFER, ClaimState.OFFERED), replace(first, only_if=())
    )
    monkeypatch.setitem(OFFER_MOVES, OfferState.ACCEPTED, frozenset({OfferState.ACCEPTED}))

    with pytest.raises(
        AssertionError, match=r"accepted twice|was agreed by"
    ):  # both say it, either may be first
        run(world, examples=MUTANT_EXAMPLES, phases=[Phase.generate])


def test_it_catches_a_desk_where_a_replayed_mail_moves_the_claim(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody looks whether a mail is in a conversation already."""
    monkeypatch.setattr(ignoring, "_twin", lambda *args: None)

    with pytest.raises(AssertionError, match="a replayed mail has changed something"):
        run(world, examples=MUTANT_EXAMPLES, phases=[Phase.generate])
