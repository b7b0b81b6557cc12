"""Goods that came back used: what was agreed, less what is deducted, and nobody asks for them again."""

import pytest
from flask import Flask
from sqlalchemy import select

from helpdesk.db import reading
from helpdesk.errors import ConflictError
from helpdesk.models import Claim, goods_here
from helpdesk.queries import claims, inside, promises
from helpdesk.rules.claim_terms import Condition, Remedy
from helpdesk.rules.proposals import Part
from helpdesk.rules.states import IllegalMoveError, Role
from tests.actions.claiming import partial
from tests.actions.sending_back import SendingBack

pytestmark = pytest.mark.money


@pytest.fixture
def matter(app: Flask) -> SendingBack:
    """89.00 was agreed for two cups; they are back, and one has a crack: 20.00 less."""
    back = SendingBack()
    back.start()
    back.receive()
    back.inspect(Condition.USED, deduction=2000, why="杯柄有裂纹")
    return back


def less(amount: int = 6900) -> Part:
    return Part(option=1, remedy=Remedy.RETURN_REFUND, amount=amount)


def test_what_was_agreed_less_the_deduction_is_suggested(matter: SendingBack) -> None:
    with reading() as session:
        (view,) = claims.views(session, matter.ticket, Role.AGENT)
    assert view.here is not None
    assert (view.here.sum, view.here.deducted, view.here.why) == (6900, 2000, "杯柄有裂纹")


def test_an_agent_grants_it_and_nobody_waits_for_the_goods_again(matter: SendingBack) -> None:
    matter.approve(less())

    (told,) = [str(facts["text"]) for facts in matter.facts("approval_told")][-1:]
    assert "商品已退回" in told
    assert "¥89.00 − ¥20.00，扣除原因：杯柄有裂纹" in told
    assert "由您保留" not in told
    assert "退款将在我们收到商品" not in told
    with reading() as session:
        newest = promises.agreed(session, session.scalars(select(Claim)).one())[-1]
        (here,) = inside.of_ticket(session, matter.ticket).claims
        assert goods_here.of_claim(session, session.scalars(select(Claim)).one()) is None, "given once"
    assert (newest.waits, newest.to_pay is not None) == ("", True)
    assert not any(remedy.wants_return for remedy in here.remedies)
    matter.refund("69.00")
    assert matter.remedies()[-1] == ("return_refund", 6900, "under_way")


def test_the_goods_are_not_asked_for_twice(matter: SendingBack) -> None:
    matter.approve(less())

    with pytest.raises(ConflictError, match="are here already"):
        matter.start(remedy=2)


def test_more_than_the_inspection_left_is_for_a_lead(matter: SendingBack) -> None:
    with pytest.raises(IllegalMoveError, match="policy"):
        matter.approve(less(8000))
    matter.approve(less(8000), role=Role.LEAD, why="a good customer")

    (told,) = [str(facts["text"]) for facts in matter.facts("approval_told")][-1:]
    assert "退货退款 ¥80.00：商品已退回" in told
    assert "扣除原因" not in told, "it is not what is kept back"


def test_a_partial_refund_for_goods_that_are_here_does_not_say_that_she_keeps_them(
    matter: SendingBack,
) -> None:
    matter.offer(partial(5000), role=Role.LEAD, why="as agreed by telephone")

    (told,) = [str(facts["text"]) for facts in matter.facts("offered")]
    assert "部分退款 ¥50.00，原路退回" in told
    assert "由您保留" not in told


def test_an_accepted_offer_of_it_is_paid_without_the_goods_a_second_time(matter: SendingBack) -> None:
    matter.accept(matter.offer(less()))

    matter.refund("69.00")
    assert matter.remedies()[-1] == ("return_refund", 6900, "under_way")


def test_goods_of_which_some_are_missing_are_waited_for(app: Flask) -> None:
    back = SendingBack()
    back.start()
    back.receive(1)
    back.inspect(Condition.OPENED_INTACT)
    back.approve(Part(option=1, remedy=Remedy.RETURN_REFUND, amount=8900), role=Role.OWNER, why="the rest")

    with reading() as session:
        newest = promises.agreed(session, session.scalars(select(Claim)).one())[-1]
    assert newest.waits != ""
