"""What counts is when the buyer asked, and what was asked stays asked: however late somebody looks."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from helpdesk import clock
from helpdesk.actions import agreeing, claim_steps, claims, policies, refunds
from helpdesk.db import reading, transaction
from helpdesk.models import Agent, Claim, Decision
from tests.actions.claiming import delivered
from tests.actions.sold import given, sell
from tests.flows.test_claims_in_time import CHEAP, NUMBER, writes
from tests.letterbox import mail
from tests.shop import Shop

pytestmark = [pytest.mark.flows, pytest.mark.clock]


@pytest.fixture
def ruled(shop: Shop) -> Shop:
    """The shop, with the policy of shops in China."""
    with transaction() as session:
        policies.start_with(session, "cn-shop", by=None, at=clock.now())
    return shop


def states() -> list[str]:
    with reading() as session:
        return [str(state) for state in session.scalars(select(Claim.state).order_by(Claim.id))]


def test_the_day_of_a_mail_is_the_one_on_which_its_server_got_it(ruled: Shop) -> None:
    sell(given(**delivered(7)))
    ruled.deliver(mail(f"订单 {NUMBER} 的杯子不想要了，我要退货。", verified="pass"))

    ruled.let_pass(days=3)  # the desk was down
    ruled.poll()

    with reading() as session:
        claim, decision = session.scalars(select(Claim)).one(), session.scalars(select(Decision)).one()
        assert claim.opened_at - claim.requested_at > timedelta(days=2)
        assert (decision.clause, decision.outcome["facts"]["days_since_delivery"]) == ("CN-7D", 7)


def test_the_number_that_comes_after_the_claim_was_closed_takes_it_up(ruled: Shop) -> None:
    sell(given(**delivered(2)))
    writes(ruled, "我要退款，不想要了。")
    for days in (5, 4):
        ruled.let_pass(days=days)
        ruled.chase()
    assert states() == ["closed"]

    writes(ruled, f"订单号是 {NUMBER}", in_reply_to=ruled.send()[-1].message_id)

    assert states()[-1] == "awaiting_decision"


def test_a_mail_after_it_was_paid_and_closed_does_not_take_it_up(ruled: Shop) -> None:
    sell(given(**CHEAP))
    writes(ruled, f"订单 {NUMBER} 不想要了，请取消。")
    assert states() == ["approved"]
    with transaction() as session:
        claim, ticket = claims.hold(session, 1)
        ann = session.get_one(Agent, ruled.agent_id)
        remedy = agreeing.of_claim(session, claim)[0].id
        paid = {"amount": "49.00", "currency": "CNY", "method": "alipay", "reference": "2026060100001"}
        refund = refunds.record_refund(session, ticket, **paid, by=ann, at=clock.now(), remedy=remedy).id
        refunds.answer_arrival(session, refund, arrived=True, actor="buyer:1", at=clock.now())
        claim_steps.close(session, ticket, claim, by=ann, cause="none", lesson="", at=clock.now())
    assert states() == ["closed"]

    writes(ruled, "请问发票什么时候能寄给我？", in_reply_to=ruled.send()[-1].message_id)

    assert states() == ["closed"]
