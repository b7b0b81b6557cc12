"""The clock after a refund: asks whether the money arrived, then how it was; each once, or not at all."""

import pytest

from helpdesk import clock, links
from helpdesk.actions import conversation, refunds, reminders, surveys, tickets
from helpdesk.current import current_desk
from helpdesk.db import transaction
from helpdesk.errors import ConflictError, InvalidError
from helpdesk.models import Agent
from helpdesk.rules.reminders import Reason
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
def test_a_recorded_refund_plans_the_question_and_the_end_of_silence(shop: Shop, paid: int) -> None:
    planned = [entry["facts"]["what"] for entry in shop.ticket()["entries"] if entry["verb"] == "planned"]
    assert planned == ["arrival_check", "arrival_assumed"]
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


@pytest.mark.parametrize("way", ["yes", "silence"])
def test_a_question_that_nobody_has_read_is_not_solved_away(shop: Shop, paid: int, way: str) -> None:
    acknowledgement = shop.send()[0]
    shop.receive(mail("还有一个问题：发票什么时候开？", in_reply_to=acknowledgement.message_id))
    assert shop.ticket()["state"] == "open"
    if way == "yes":
        say(shop, paid, arrived=True)
    for _ in range(8):
        shop.let_pass(days=1)
        shop.chase()
    assert shop.ticket()["state"] == "open"
    assert "survey" not in shop.verbs()


def test_a_no_makes_it_our_turn_and_asks_nothing_more(shop: Shop, paid: int) -> None:
    say(shop, paid, arrived=False)
    for _ in range(6):
        shop.let_pass(days=1)
        shop.chase()
    assert shop.verbs().count("arrival_check") == 0
    assert shop.ticket()["state"] == "open"


def test_silence_is_assumed_to_mean_yes_and_the_survey_follows_only_then(shop: Shop, paid: int) -> None:
    asked = days_until(shop, "arrival_check")
    assumed = days_until(shop, "arrival_assumed")
    assert (asked, assumed) == (2, 5)
    assert "survey" not in shop.verbs()
    assert shop.ticket()["state"] == "solved"

    days_until(shop, "survey")
    shop.let_pass(days=30)
    assert shop.chase() == 0
    assert shop.verbs().count("survey") == 1
    assert len(shop.send()) == 3  # with the acknowledgement: what was noted without a claim is not announced


def days_until(shop: Shop, verb: str) -> int:
    """How many days pass until this stands in the conversation; at most 20."""
    for day in range(1, 21):
        shop.let_pass(days=1)
        shop.chase()
        if verb in shop.verbs():
            return day
    raise AssertionError(f"{verb} does not come")


def test_a_mail_of_the_buyer_is_no_silence_and_after_our_answer_it_begins_anew(shop: Shop, paid: int) -> None:
    days_until(shop, "arrival_check")
    shop.receive(mail("我看一下", in_reply_to=shop.send()[0].message_id))
    shop.let_pass(days=10)
    shop.chase()
    assert "arrival_assumed" not in shop.verbs(), "it is our turn"

    shop.reply("好的，请告诉我们。")
    shop.chase()
    planned = [entry["facts"]["what"] for entry in shop.ticket()["entries"] if entry["verb"] == "planned"]
    assert planned == ["arrival_check", "arrival_assumed", "arrival_assumed"], (
        "the question was asked already"
    )
    assert days_until(shop, "arrival_assumed") == 5


def test_what_is_taken_back_by_hand_is_not_planned_again(shop: Shop, paid: int) -> None:
    with transaction() as session:
        ticket = tickets.hold(session, 1)
        for plan in reminders.planned(session, ticket):
            reminders.withdraw(
                session, ticket, Reason.BY_HAND, actor="agent:1", at=clock.now(), reminder_id=plan.id
            )
    before = shop.verbs()
    for _ in range(9):
        shop.let_pass(days=1)
        shop.chase()
    assert shop.verbs() == before


def test_what_was_assumed_can_be_denied_and_is_looked_for(shop: Shop, paid: int) -> None:
    days_until(shop, "arrival_assumed")
    say(shop, paid, arrived=False)
    assert shop.ticket()["state"] == "open"
    shop.chase()
    (letter,) = letters_about(shop, "尚未到账")
    assert "可凭此流水号：2026112200001" in letter


def test_a_mail_of_the_buyer_withdraws_what_is_planned(shop: Shop, paid: int) -> None:
    reply_to = shop.send()[0].message_id
    shop.receive(mail("钱还没到！", in_reply_to=reply_to))
    assert shop.verbs().count("plan_withdrawn") == 2
    shop.let_pass(days=10)
    assert shop.chase() == 0


def test_after_a_long_outage_nobody_is_asked_so_nothing_is_assumed(shop: Shop, paid: int) -> None:
    shop.let_pass(days=60)
    assert shop.chase() == 0
    assert shop.verbs().count("plan_withdrawn") == 1
    assert shop.verbs()[-2:] == ["arrival_unasked", "moved"]
    assert shop.ticket()["state"] == "open"


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
