"""Money that stands still at its gateway is paid by hand once the gateway has let go of it, not before."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from helpdesk import clock
from helpdesk.actions import tickets, wanted_back
from helpdesk.current import GATEWAYS
from helpdesk.db import reading, transaction
from helpdesk.errors import ConflictError
from helpdesk.gateways.bank import Bank
from helpdesk.gateways.bank_book import Trouble
from helpdesk.gateways.configured import Gateways
from helpdesk.gateways.manual import Manual
from helpdesk.gateways.sandbox import Sandbox
from helpdesk.models import Agent, Refund
from helpdesk.queries import refunds
from helpdesk.rules.claims import ClaimState
from helpdesk.rules.paying import Answer, Instruction, Outcome
from helpdesk.rules.states import Role
from tests.actions.missing import Missing

pytestmark = [pytest.mark.money, pytest.mark.clock]


@dataclass(frozen=True, slots=True)
class Stubborn(Sandbox):
    """It has no way to call anything off, as WeChat Pay and Alipay."""

    def call_off(self, instruction: Instruction) -> Answer:
        return self.query(instruction)


@pytest.fixture
def li(app: Flask, tmp_path: Path) -> Missing:
    """The buyer's card is closed: her money stands still."""
    missing = Missing(app, tmp_path)
    missing.bank.next(Trouble.NEEDS_ACTION)
    missing.agreed()
    missing.pay()
    assert missing.refunds() == [("R1-1", "needs_action", 9900)]
    return missing


@pytest.fixture
def stubborn(li: Missing, app: Flask) -> Bank:
    app.extensions[GATEWAYS] = Gateways({"manual": Manual(), "sandbox": Stubborn(li.bank)})
    return li.bank


def want(li: Missing, *, role: Role = Role.AGENT) -> None:
    with transaction() as session:
        ticket = tickets.hold(session, li.ticket)
        (refund,) = wanted_back.standing(session, 1)
        wanted_back.want(session, ticket, refund, by=li.agent(session, role), at=clock.now())


def holder() -> str:
    with reading() as session:
        row = session.scalars(select(Refund).order_by(Refund.id.desc())).first()
        assert row is not None
        return session.get_one(Agent, row.held_by_id).name if row.held_by_id else ""


def test_what_the_gateway_calls_off_is_hers_to_pay_at_once(li: Missing) -> None:
    want(li)
    li.pay()

    assert li.refunds() == [("R1-1", "canceled", 9900), ("R1-2", "needs_action", 9900)]
    assert holder() == "Agent"
    assert (li.left(), li.payment()) == (0, (9900, 0))
    assert "money_by_hand" not in li.planned()
    li.refund("99.00")
    assert li.refunds()[-1] == ("R1-2", "succeeded", 9900)


def test_what_the_gateway_pays_meanwhile_is_paid_and_nobody_pays_it_by_hand(li: Missing) -> None:
    want(li)
    li.bank.settle("R1-1", Outcome.SUCCEEDED)
    li.pay()

    assert li.refunds() == [("R1-1", "succeeded", 9900)]
    assert li.left() == 9900
    assert "money_by_hand" not in li.planned()


def test_a_gateway_that_calls_nothing_off_has_an_hour_and_the_page_says_until_when(
    li: Missing, stubborn: Bank
) -> None:
    want(li)
    li.pay()
    with reading() as session:
        (shown,) = refunds.of_ticket(session, li.ticket)
    assert shown.wanted_by == "Agent"
    assert shown.wanted_until is not None
    assert shown.submitted_at is not None
    assert shown.wanted_until == shown.submitted_at + timedelta(hours=1)
    li.chase(days=0.03)
    assert li.refunds() == [("R1-1", "needs_action", 9900)], "it may still be paid there"

    li.chase(days=0.02)
    assert li.refunds() == [("R1-1", "failed", 9900), ("R1-2", "needs_action", 9900)]
    assert (holder(), li.left()) == ("Agent", 0)


def test_a_gateway_that_does_not_answer_has_not_let_go_of_it(li: Missing, stubborn: Bank) -> None:
    want(li)
    stubborn.next(Trouble.LOSE_QUERY, times=100)
    for _ in range(3):
        li.pay()
        li.chase(days=0.05)

    assert li.refunds() == [("R1-1", "needs_action", 9900)]
    assert "money_by_hand" in li.planned(), "it is looked at again"


def test_one_colleague_alone_wants_it(li: Missing) -> None:
    want(li)
    want(li)
    with pytest.raises(ConflictError, match="Agent has taken this to pay it by hand"):
        want(li, role=Role.LEAD)


def test_a_promised_day_that_passes_is_renewed_by_a_letter(li: Missing) -> None:
    li.chase(days=1.1)
    assert len(li.letters("refund_delay_told")) == 1
    for _ in range(4):
        li.chase(days=1)

    first, second = li.letters("refund_delay_told")[:2]
    assert first != second, "it names another day"
    assert "money_chase" in li.planned()


def test_the_day_that_the_buyer_was_promised_stays_when_it_is_paid_by_hand(li: Missing) -> None:
    li.chase(days=1.1)
    want(li)
    li.pay()

    assert li.refunds()[-1] == ("R1-2", "needs_action", 9900)
    assert li.planned().count("money_chase") == 1
    for _ in range(4):
        li.chase(days=1)
    assert len(li.letters("refund_delay_told")) > 1


def test_what_is_not_owed_any_more_is_wanted_by_nobody(li: Missing) -> None:
    with li.held() as (_, __, claim):
        claim.state = ClaimState.DISPUTED
    with pytest.raises(ConflictError, match="not agreed any more"):
        want(li)
