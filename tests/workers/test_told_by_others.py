"""What others tell of money while the desk moves it: nothing is paid a second time, and nothing gets lost."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from helpdesk import clock
from helpdesk.actions import claims, externals, notices, paying, platforms, statements
from helpdesk.actions.paying import Errand
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.errors import ConflictError
from helpdesk.gateways.bank_book import Trouble
from helpdesk.models import Agent, Claim, GatewayNotice, Order, Refund
from helpdesk.queries import ceilings
from helpdesk.rules.money import Money
from helpdesk.rules.paying import Answer, Notice, Outcome
from helpdesk.rules.platforms import PlatformState
from helpdesk.rules.statements import Fate, Judged, Line
from helpdesk.rules.states import Role
from helpdesk.workers import payer
from tests.actions.sold import payment
from tests.workers.paying import PAYMENT, Paid

pytestmark = pytest.mark.money
NOTHING_KNOWN = Answer(outcome=Outcome.NOT_FOUND)
SETTLING = timedelta(seconds=5)


@pytest.fixture
def paid(app: Flask, tmp_path: Path) -> Paid:
    return Paid(app, tmp_path)


def tell(
    event: str,
    *,
    minor: int = 9900,
    payment: str = PAYMENT,
    outcome: Outcome = Outcome.SUCCEEDED,
    **about: str,
) -> None:
    amount = Money(minor, "CNY")
    notice = Notice(event=event, payment=payment, outcome=outcome, amount=amount, **about)
    with transaction() as session:
        notices.keep(session, "sandbox", notice, clock.now())


def unsettled() -> list[str]:
    with reading() as session:
        return [row.event for row in notices.unsettled(session)]


def show(reference: str, refund_id: int = 1, *, key: str = "R1-1") -> Judged:
    """A line of a statement."""
    line = Line(line=2, amount=Money(9900, "CNY"), key=key, reference=reference)
    with transaction() as session:
        return statements.settle(session, line, refund_id, actor="agent:1", at=clock.now())


def refund(refund_id: int = 1) -> Refund:
    with reading() as session:
        return session.get_one(Refund, refund_id)


def lost(paid: Paid) -> None:
    """The gateway never heard of it; it is unknown, and by now it may be told again."""
    paid.bank.next(Trouble.LOSE_REQUEST)
    paid.agreed()
    paid.pay()
    clock.shift(timedelta(minutes=5))


def take(owner: str = "one") -> Errand:
    with transaction() as session:
        errand = paying.take(session, 1, lambda _: "sandbox", owner=owner, at=clock.now())
    assert errand is not None
    return errand


def note(errand: Errand, answer: Answer) -> Errand | None:
    with transaction() as session:
        return paying.note(session, errand, answer, settling=SETTLING, at=clock.now())


def dispute(paid: Paid) -> None:
    with paid.held() as (session, ticket, claim):
        platforms.open_case(
            session, ticket, claim, platform="bank", number="CB-1", actor=claims.DESK, at=clock.now()
        )


def lose(paid: Paid) -> None:
    with transaction() as session:
        lead = paid.agent(session, Role.LEAD)
        how = {"verdict": "for the buyer", "tell": False, "at": clock.now()}
        platforms.decide(session, current_desk(), 1, PlatformState.LOST, by=lead, **how)


def test_what_got_lost_is_not_sent_again_while_somebody_has_paid_outside(paid: Paid) -> None:
    """It is unknown; a colleague pays on the gateway's own page, and the gateway tells of that."""
    lost(paid)
    paid.bank.pay_outside(PAYMENT, Money(9900, "CNY"))
    tell("outside", gateway_ref="SB000001")

    paid.pay(3)

    assert paid.refunds() == [("R1-1", "unknown", 9900)]
    assert paid.left() == 9900


def test_what_got_lost_is_not_sent_again_while_or_after_a_bank_judges_the_dispute(paid: Paid) -> None:
    lost(paid)
    dispute(paid)
    paid.pay(3)
    assert (paid.refunds(), paid.left()) == ([("R1-1", "unknown", 9900)], 0)

    lose(paid)
    clock.shift(timedelta(hours=1))
    paid.pay(3)

    assert (paid.refunds(), paid.left()) == ([("R1-1", "unknown", 9900)], 0)


def test_what_was_promised_before_a_dispute_was_lost_is_not_paid_by_itself(paid: Paid) -> None:
    """The bank has given Li her money already."""
    paid.agreed()
    payer._instruct(1)
    dispute(paid)
    lose(paid)

    paid.pay(3)

    assert (paid.refunds(), paid.left()) == ([("R1-1", "canceled", 9900)], 0)
    assert (paid.state, paid.payment()) == ("approved", (0, 0))


def test_what_a_statement_settled_meanwhile_stays_settled_whatever_the_gateway_answers(paid: Paid) -> None:
    lost(paid)
    again = note(take(), NOTHING_KNOWN)
    assert again is not None
    assert show("2026060122001").fate is Fate.SETTLED

    note(again, Answer(outcome=Outcome.UNKNOWN, said="no answer"))

    assert paid.refunds() == [("R1-1", "succeeded", 9900)]
    assert refund().lease_owner == ""


def test_a_line_whose_number_is_noted_already_leaves_the_refund_as_it_was(paid: Paid) -> None:
    """It would otherwise be told to nobody, and nobody could pay it."""
    paid.agreed()
    payer._instruct(1)
    with transaction() as session:
        other = session.get_one(Refund, 1)
        values = {name: getattr(other, name) for name in ("ticket_id", "entry_id", "recorded_at", "currency")}
        session.add(
            Refund(
                **values,
                key="T1-9",
                gateway="manual",
                amount_minor=100,
                method=other.method,
                reference="77",
                state="succeeded",
                paid_at=clock.now(),
            )
        )

    assert show("77").fate is Fate.SEVERAL
    paid.pay(2)

    assert paid.refunds()[0] == ("R1-1", "succeeded", 9900)
    assert paid.left() == 9900


def test_a_gateway_that_names_the_payment_otherwise_is_understood(paid: Paid) -> None:
    """By the intent, where the order knows the charge."""
    tell("outside", gateway_ref="SB000001", payment="pi_1", payment_too=PAYMENT)
    paid.agreed()

    paid.pay(3)

    assert paid.refunds() == [("R1-1", "reserved", 9900)]


def test_money_taken_as_external_that_came_back_is_seen_to_by_a_lead_and_asked_of_nobody(paid: Paid) -> None:
    paid.link()
    tell("outside", minor=2000, gateway_ref="SB000001")
    with transaction() as session:
        lead = session.get_one(Agent, paid.people[Role.LEAD])
        notice = session.scalars(session.query(GatewayNotice).statement).one()
        externals.take_notice(session, notice.id, paid.ticket, by=lead, at=clock.now())

    tell("back", minor=2000, gateway_ref="SB000001", outcome=Outcome.REVERSED)
    paid.pay(2)

    assert unsettled() == ["back"]
    assert (refund().look_at, refund().said) == (None, "told by sandbox")


def test_what_a_person_pays_on_the_gateways_page_by_our_key_is_no_surprise(paid: Paid) -> None:
    paid.agreed()
    payer._instruct(1)
    with transaction() as session:
        paying.take(session, 1, lambda _: "manual", owner="one", at=clock.now())

    tell("hand", key="R1-1", gateway_ref="SB000001")

    assert unsettled() == []
    paid.refund("99.00")
    assert paid.refunds() == [("R1-1", "succeeded", 9900)]


def test_a_payment_in_another_currency_gives_nothing_back_by_its_gateway(app: Flask, tmp_path: Path) -> None:
    """99.00 CNY are not 99.00 USD: a person looks how it goes back."""
    paid = Paid(app, tmp_path, payments=(payment(currency="USD"),))
    paid.agreed()

    paid.pay(2)

    assert paid.refunds() == [("R1-1", "needs_action", 9900)]
    assert refund().payment_id is None
    assert paid.payment() == (0, 0)
    with reading() as session:
        claim, order = session.get_one(Claim, 1), session.get_one(Order, paid.order)
        assert ceilings.of_claim(session, claim, order).by_payments is None


def test_a_notice_may_be_the_payment_of_a_refund_that_nobody_had_been_told_of(paid: Paid) -> None:
    """A colleague was faster than the worker, on the gateway's own page, with our key in the remark."""
    paid.agreed()
    payer._instruct(1)
    tell("hand", key="R1-1", gateway_ref="SB000001")
    assert unsettled() == ["hand"]

    with transaction() as session:
        lead = paid.agent(session, Role.LEAD)
        externals.match(session, GatewayNotice, 1, "R1-1", by=lead, at=clock.now())
    paid.pay(2)

    assert paid.refunds() == [("R1-1", "succeeded", 9900)]
    assert (refund().reference, unsettled(), paid.left()) == ("SB000001", [], 0)


def test_a_second_payment_by_hand_of_one_refund_is_listed(paid: Paid) -> None:
    paid.agreed()
    payer._instruct(1)
    assert show("77").fate is Fate.SETTLED
    assert show("77").fate is Fate.KNOWN

    again = show("78")

    assert (again.fate, again.says) == (
        Fate.AGAIN,
        "R1-1 was paid by 77 already: was it paid a second time?",
    )


def test_what_a_gateway_paid_once_is_known_by_whatever_number_a_statement_has(paid: Paid) -> None:
    paid.agreed()
    paid.pay()

    assert [show("77").fate, show("78").fate] == [Fate.KNOWN, Fate.KNOWN]


def test_what_a_statement_has_shown_is_no_mistake(paid: Paid) -> None:
    paid.agreed()
    payer._instruct(1)
    show("77")

    with pytest.raises(ConflictError, match="note how it came back"):
        paid.cancel(1)

    assert paid.refunds() == [("R1-1", "succeeded", 9900)]
