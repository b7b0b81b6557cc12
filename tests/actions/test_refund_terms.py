"""What a clause says of its money, on a claim: it waits for goods or proof, has a day, may be less."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from helpdesk import clock
from helpdesk.actions import returns
from helpdesk.db import reading, transaction
from helpdesk.errors import ConflictError, InvalidError
from helpdesk.models import AgreedRemedy, Claim, OrderLine, Payment
from helpdesk.queries import promises
from helpdesk.rules.claim_terms import Condition, Remedy
from helpdesk.rules.proposals import Part
from helpdesk.rules.returns import Outcome
from helpdesk.rules.settlement import Shares
from tests.actions.sending_back import SendingBack

pytestmark = pytest.mark.money
BACK = Part(option=1, remedy=Remedy.RETURN_REFUND, amount=9900, shipping=1000)
EUROPE = "eu-shop"


@pytest.fixture
def matter(app: Flask) -> SendingBack:
    """A withdrawal under the European policy: 14 days from the notice, once goods or proof are here."""
    return SendingBack(BACK, policy=EUROPE)


def seen() -> promises.RemedyView:
    """As the panel shows it."""
    with reading() as session:
        (only,) = promises.agreed(session, session.scalars(select(Claim)).one())
        return only


def letters(matter: SendingBack, verb: str) -> list[str]:
    return [str(facts["text"]) for facts in matter.facts(verb)]


def test_money_waits_for_the_goods_or_the_proof_and_the_buyer_is_told(matter: SendingBack) -> None:
    (told,) = letters(matter, "approval_told")
    assert "退款将在我们收到商品，或收到您的寄件凭证之后办理。" in told
    assert "我们自您提出申请之日起 14 天内退款。" in told
    assert "我们可能从退款中扣除相应金额" in told
    with pytest.raises(ConflictError, match="send the buyer the address for the return first"):
        matter.refund("99.00")
    matter.start()
    with pytest.raises(ConflictError, match="the proof that they were sent, have to be here first"):
        matter.refund("99.00")
    assert (seen().to_pay, bool(seen().waits), seen().due_by) == (None, True, None)

    matter.send_back()

    notice = matter.claim().requested_at
    assert (seen().to_pay is not None, seen().waits, seen().due_by) == (True, "", notice + timedelta(days=14))
    assert matter.ticket_row().state == "open"
    matter.refund("99.00")
    assert seen().due_by is None, "it was made"


def test_money_that_left_on_the_proof_is_not_sent_again_when_the_goods_are_here(matter: SendingBack) -> None:
    matter.start()
    matter.send_back()
    matter.refund("99.00")

    matter.receive()
    assert matter.inspect() is Outcome.AS_AGREED

    assert matter.remedies() == [("return_refund", 9900, "under_way")]
    assert not seen().to_pay


def test_what_is_found_after_the_money_has_left_a_person_settles_by_hand(matter: SendingBack) -> None:
    matter.start()
    matter.send_back()
    matter.refund("99.00")
    matter.receive()

    assert matter.inspect(Condition.USED, deduction=2000, why="stains") is Outcome.OTHERWISE

    assert matter.remedies() == [("return_refund", 9900, "under_way")]
    (facts,) = matter.facts("not_decided_anew")
    assert "deduction" in facts["because"]


def test_a_lost_parcel_calls_off_no_money_that_has_left(matter: SendingBack) -> None:
    matter.start()
    matter.send_back()
    matter.refund("99.00")

    with transaction() as session:
        version = matter.shipment_in(session).version
        returns.lose(session, 1, why="lost", by=matter.agent(session), at=clock.now(), seen=version)

    assert matter.remedies() == [("return_refund", 9900, "under_way")]
    assert matter.state == "approved"


def test_a_loss_of_value_is_a_line_of_its_own_and_told_with_its_reason(matter: SendingBack) -> None:
    matter.start()
    matter.send_back()
    matter.receive()

    assert matter.inspect(Condition.USED, deduction=2000, why="stains on one cup") is Outcome.AS_AGREED

    assert matter.remedies() == [("return_refund", 7900, "agreed")]
    total = seen().total
    assert (total.goods, total.shipping, total.deducted, total.total) == (8900, 1000, 2000, 7900)
    assert matter.reserved() == (7900, 6900, 1000)
    (told,) = letters(matter, "deduction_told")
    assert "杯子：¥20.00，原因：stains on one cup" in told
    assert "货款 ¥89.00 + 运费 ¥10.00 − 价值减损 ¥20.00 = ¥79.00" in told
    assert "我们最迟于2026年6月15日退款。" in told
    with pytest.raises(InvalidError, match=r"79\.00 CNY was agreed"):
        matter.refund("99.00")
    matter.refund("79.00")
    with reading() as session:
        kept = session.scalars(select(AgreedRemedy.shares)).one()
        assert Shares.from_json(kept).deducted == ((session.scalars(select(OrderLine.id)).one(), 2000),)
        assert session.scalars(select(Payment.refunded_minor)).one() == 7900


def test_where_no_clause_says_so_a_loss_of_value_is_decided_anew(app: Flask) -> None:
    matter = SendingBack()
    matter.start()
    matter.receive()

    assert matter.inspect(deduction=2000, why="stains") is Outcome.OTHERWISE
    assert matter.state == "awaiting_decision"


def test_a_promised_day_is_told_before_it_comes_and_put_before_a_lead_when_it_has_passed(
    matter: SendingBack,
) -> None:
    matter.start()
    matter.send_back()
    due = seen().due_by
    assert due is not None

    matter.let_pass(seconds=(due - clock.now()).total_seconds() - 23 * 3600)
    assert len(matter.facts("refund_near")) == 1
    assert matter.facts("refund_overdue") == []
    matter.let_pass(days=1)
    matter.let_pass(days=1)

    assert len(matter.facts("refund_overdue")) == 1
    assert matter.claim().urgent == "overdue"


def test_seven_days_after_receipt_begin_when_the_goods_are_here(app: Flask) -> None:
    matter = SendingBack()
    assert "我们在收到商品后 7 天内退款。" in letters(matter, "approval_told")[0]
    matter.start()
    assert seen().due_by is None

    matter.receive()

    assert seen().due_by == matter.shipment().received_at + timedelta(days=7)


def test_what_a_lead_grants_beyond_the_clause_waits_for_nothing(app: Flask) -> None:
    matter = SendingBack(Part(option=1, remedy=Remedy.FULL_REFUND, amount=8900), policy=EUROPE)
    assert (seen().to_pay is not None, seen().waits, seen().due_by) == (True, "", None)
    matter.refund("89.00")
