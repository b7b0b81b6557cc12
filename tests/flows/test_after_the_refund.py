"""The clock after a refund: asks whether the money arrived, then how it was; each once, or not at all."""

import pytest

from helpdesk import clock, links
from helpdesk.actions import conversation, refunds, surveys, tickets
from helpdesk.current import current_desk
from helpdesk.db import transaction
from helpdesk.errors import ConflictError, InvalidError
from helpdesk.models import Agent
from tests.letterbox import mail
from tests.shop import Shop

pytestmark = [pytest.mark.flows, pytest.mark.clock]


def record_refund(shop: Shop, **changes: str) -> int:
    values = {
        "amount": "128.50",
        "currency": "CNY",
        "method": "alipay",
        "reference": "2026112200001",
    } | changes
    with transaction() as session:
        return refunds.record_refund(
            session,
            tickets.hold(session, 1),
            by=session.get_one(Agent, shop.agent_id),
            at=clock.now(),
            **values,
        ).id


def say(shop: Shop, refund_id: int, *, arrived: bool) -> None:
    with transaction() as session:
        refunds.answer_arrival(
            session, refund_id, arrived=arrived, actor=conversation.buyer(1), at=clock.now()
        )


def letters_about(shop: Shop, words: str) -> list[str]:
    return [letter.text for letter in shop.send() if words in letter.text]


@pytest.fixture
def paid(shop: Shop) -> int:
    """A refund that an agent has recorded on ticket 1."""
    shop.receive(mail())
    return record_refund(shop)


@pytest.mark.money
def test_a_recorded_refund_plans_the_question_and_the_survey(shop: Shop, paid: int) -> None:
    planned = [entry["facts"]["what"] for entry in shop.ticket()["entries"] if entry["verb"] == "planned"]
    assert planned == ["arrival_check", "survey"]
    assert (shop.ticket()["state"], shop.ticket()["waiting_on"]) == ("waiting", "bank")


def test_the_question_goes_out_once_when_it_is_due(shop: Shop, paid: int) -> None:
    assert shop.chase() == 0
    shop.let_pass(days=2)  # Alipay needs a business day, then one is left for luck
    assert [shop.chase(), shop.chase()] == [1, 0]
    (letter,) = letters_about(shop, "¥128.50")
    assert links.url(current_desk(), links.Purpose.ARRIVAL, paid) in letter


def test_a_yes_withdraws_the_question_and_brings_the_survey(shop: Shop, paid: int) -> None:
    say(shop, paid, arrived=True)
    assert shop.ticket()["state"] == "solved"
    shop.let_pass(hours=3)
    assert shop.chase() == 1
    assert letters_about(shop, "到账了吗") == []
    assert len(letters_about(shop, "满意")) == 1
    shop.let_pass(days=30)
    assert shop.chase() == 0


def test_a_no_makes_it_our_turn_and_asks_nothing_more(shop: Shop, paid: int) -> None:
    say(shop, paid, arrived=False)
    shop.let_pass(days=6)
    assert shop.chase() == 0
    assert shop.ticket()["state"] == "open"


def test_silence_brings_both_letters_each_once(shop: Shop, paid: int) -> None:
    for _ in range(12):
        shop.let_pass(days=1)
        shop.chase()
    assert shop.verbs().count("arrival_check") == 1
    assert shop.verbs().count("survey") == 1
    assert len(shop.send()) == 3  # with the acknowledgement


def test_a_mail_of_the_buyer_withdraws_what_is_planned(shop: Shop, paid: int) -> None:
    reply_to = shop.send()[0].message_id
    shop.receive(mail("钱还没到！", in_reply_to=reply_to))
    assert shop.verbs().count("plan_withdrawn") == 2
    shop.let_pass(days=10)
    assert shop.chase() == 0


def test_reminders_from_before_a_long_outage_are_not_sent_late(shop: Shop, paid: int) -> None:
    shop.let_pass(days=60)
    assert shop.chase() == 0
    assert shop.verbs().count("plan_withdrawn") == 2


def test_the_survey_is_answered_once_and_stands_in_the_conversation(shop: Shop, paid: int) -> None:
    say(shop, paid, arrived=True)
    shop.let_pass(hours=3)
    shop.chase()
    with transaction() as session:
        surveys.answer(session, 1, score=5, comment=" 很快！ ", at=clock.now())
    answered = shop.ticket()["entries"][-1]
    assert (answered["verb"], answered["facts"]["score"], answered["text"]) == (
        "survey_answered",
        5,
        "很快！",
    )
    with pytest.raises(ConflictError), transaction() as session:
        surveys.answer(session, 1, score=1, comment="", at=clock.now())


@pytest.mark.money
def test_the_same_reference_is_not_recorded_twice(shop: Shop, paid: int) -> None:
    before = shop.verbs()
    with pytest.raises(ConflictError, match="noted already"):
        record_refund(shop, amount="1.00")
    assert shop.verbs() == before


@pytest.mark.money
@pytest.mark.parametrize("amount", ["0", "-5", "12.345", "1e3", "", "12,5,0"])
def test_an_impossible_amount_changes_nothing(shop: Shop, amount: str) -> None:
    shop.receive(mail())
    before = shop.verbs()
    with pytest.raises(InvalidError):
        record_refund(shop, amount=amount)
    assert shop.verbs() == before
