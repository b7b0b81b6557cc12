"""What a buyer's words say by themselves stands above the conversation, as a guess."""

import html

from tests.web.conftest import Desk, Visitor, letter


def facts(browser: Visitor, number: int, **options: object) -> str:
    page = browser.text(f"/tickets/{number}", **options)
    return html.unescape(page.partition('<header class="facts"')[2].partition("</header>")[0])


def test_a_reason_is_guessed_with_the_words_that_led_to_it(desk: Desk, browser: Visitor) -> None:
    number = desk.receive(letter("The vase arrived broken. Please refund £12.50.", subject="Order 12"))
    strip = facts(browser, number)
    assert "<b>damaged?</b>" in strip
    assert '<q class="hinted">arrived broken</q>' in strip
    assert "money back" in strip
    assert "£12.50" in strip


def test_the_page_in_chinese_says_it_in_chinese(desk: Desk, browser: Visitor) -> None:
    number = desk.receive(letter("箱子压扁了，杯子碎了，退我30元吧，不然投诉", subject="订单"))
    browser.post("/profile", name="Li", language="zh-CN")
    strip = facts(browser, number)
    assert "<b>破损？</b>" in strip
    assert "箱子压扁" in strip
    assert "¥30.00" in strip
    assert "投诉或法律用语" in strip


def test_two_reasons_as_likely_are_both_named(desk: Desk, browser: Visitor) -> None:
    number = desk.receive(letter("You sent me the wrong item and one item was missing.", subject="Order 12"))
    strip = facts(browser, number)
    assert "something missing or wrong item?" in strip


def test_a_question_shows_no_guess(desk: Desk, browser: Visitor) -> None:
    number = desk.receive(letter("Do you ship to Norway?", subject="A question"))
    assert "Reason, as it seems" not in facts(browser, number)


def test_quoted_words_are_not_the_buyers(desk: Desk, browser: Visitor) -> None:
    text = "Thanks for asking!\n\nOn Monday Shop wrote:\n> was it broken, or did it arrive damaged?\n"
    number = desk.receive(letter(text, subject="Order 12"))
    assert "damaged" not in facts(browser, number)


def test_later_thanks_do_not_hide_the_reason(desk: Desk, browser: Visitor) -> None:
    number = desk.receive(letter("The kettle stopped working.", subject="Order 12"))
    desk.receive(letter("Please answer soon.", subject=f"Re: Order 12 [RF-{number}]"))
    assert "<b>faulty?</b>" in facts(browser, number)


def test_words_of_a_buyer_are_shown_as_words(desk: Desk, browser: Visitor) -> None:
    number = desk.receive(letter("the box <b>was</b> <script>x</script> crushed", subject="Order"))
    page = browser.text(f"/tickets/{number}")
    assert "<script>x</script>" not in page
