"""Reasons as suggestions: two at most, with words and facts, and silence without a margin."""

import pytest

from helpdesk import phrasebooks
from helpdesk.rules.reasons import NO_FACTS, Facts, Suggestion, suggest

BOOK = phrasebooks.shipped()


def told(text: str, facts: Facts = NO_FACTS) -> Suggestion:
    return suggest(text, BOOK, facts)


def test_the_words_that_led_to_it_are_shown_where_they_stand() -> None:
    text = "Hello! The VASE arrived\nbroken."
    (guess,) = told(text).guesses
    assert [text[span.start : span.end] for span in guess.spans] == ["arrived\nbroken"]


def test_words_of_two_reasons_leave_it_unsaid() -> None:
    found = told("You sent me the wrong item and one item was missing.")
    assert {guess.code for guess in found.guesses} == {"wrong_item", "missing"}
    assert not found.clear
    assert found.code == ""


def test_both_languages_are_read_in_one_mail() -> None:
    assert told("Hi, 我的杯子 arrived broken").code == "damaged"
    assert told("Hello, 收到的 mug 是碎的，包装破了").code == "damaged"


def test_more_than_two_are_never_named() -> None:
    text = "wrong item was sent, it arrived broken, it stopped working, one item is missing, too small"
    assert len(told(text).guesses) == 2


def test_nothing_is_said_of_a_mail_without_a_reason() -> None:
    assert told("").guesses == ()
    assert told("Thank you, all is well").guesses == ()


def test_what_was_never_sent_out_is_late_and_not_lost() -> None:
    text = "I have not received my parcel."
    assert told(text).code == "not_received"
    found = told(text, Facts(dispatched=False))
    assert found.code == "late_dispatch"
    assert found.guesses[0].facts == ("not_dispatched",)
    assert found.guesses[0].spans


def test_a_carrier_that_lost_it_makes_a_hint_a_reason() -> None:
    text = "Where is my order?"
    assert told(text).code == ""
    assert told(text, Facts(lost=True)).code == "not_received"


@pytest.mark.parametrize(
    "facts", [Facts(lost=True), Facts(overdue=True), Facts(refused=True), Facts(photos=3)]
)
def test_facts_alone_never_speak_for_the_buyer(facts: Facts) -> None:
    assert told("Hello", facts).code == ""


def test_a_photo_raises_what_can_be_photographed() -> None:
    text = "one plate is dented and I was sent something"
    without, with_photo = told(text), told(text, Facts(photos=1))
    assert with_photo.guesses[0].score == without.guesses[0].score + 1
    assert with_photo.guesses[0].facts == ("photo",)
    assert told("Where is my order?", Facts(photos=1)).guesses[0].facts == ()


def test_saying_it_often_makes_it_no_truer() -> None:
    once, often = told("It stopped working."), told("It stopped working. " * 50)
    assert once.guesses[0].score == often.guesses[0].score


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("还没有发货，我不想要了，请退款", "changed_mind"),
        ("I changed my mind about order 20261110-7001, it is not shipped yet", "changed_mind"),
        ("I no longer want it, it hasn't been dispatched yet, please refund me", "changed_mind"),
        ("拍错了，还没发货，麻烦取消", "order_error"),
        ("Please cancel order 20261110-7001, it has not been sent", ""),
        ("订单还没发货，帮我取消一下", ""),
        ("一直不发货，取消订单", "late_dispatch"),
        ("三天了还没发货，取消吧", "late_dispatch"),
        ("It was promised for Monday and is not shipped yet, cancel it please", "late_dispatch"),
        ("Why has it not been shipped? Please cancel my order", "late_dispatch"),
        ("My order has not been shipped", "late_dispatch"),
        ("还没发货", "late_dispatch"),
    ],
)
def test_not_sent_is_a_complaint_about_time_or_how_things_stand(text: str, reason: str) -> None:
    assert told(text).code == reason
