"""Wish, amount and tone of a mail."""

import pytest

from helpdesk import phrasebooks
from helpdesk.rules.claim_terms import Wish
from helpdesk.rules.money import Money
from helpdesk.rules.wishes import Hints, hints, of_order, wholes


def told(text: str) -> Hints:
    return hints(text, phrasebooks.shipped())


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("请退款", Wish.REFUND),
        ("申请退货退款", Wish.RETURN),
        ("please cancel and refund", Wish.CANCEL),
        ("不要换货，直接退款", Wish.REFUND),
        ("I don't want a refund, please send a new one", Wish.RESEND),
        ("退款怎么还没到账", Wish.WHERE_IS_THE_MONEY),
        ("Where is my parcel?", Wish.WHERE_IS_IT),
    ],
)
def test_the_most_particular_wish_is_meant(text: str, wish: Wish) -> None:
    found = told(text)
    assert found.wished is not None
    assert found.wished.wish is wish
    assert all(text[span.start : span.end] == span.words for span in found.wished.spans)


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("I want my money back, the parcel has not arrived", Wish.REFUND),
        ("I would like a refund, I have not got the parcel.", Wish.REFUND),
        ("I would like my money back for order 20261118-8007, I do not need it any more.", Wish.REFUND),
        ("I want my money back, it has never been worn", Wish.REFUND),
        ("Please cancel it, I have not received a shipping notice and want a refund.", Wish.CANCEL),
        ("我要退款，货还没收到", Wish.REFUND),
        ("请退款，快递一直没到", Wish.REFUND),
        ("我想退款，没收到货", Wish.REFUND),
        ("麻烦取消订单并退款，还没有收到发货通知", Wish.CANCEL),
        ("I have been waiting three weeks for my refund", Wish.WHERE_IS_THE_MONEY),
        ("I have not received any news about my refund", Wish.WHERE_IS_THE_MONEY),
        ("I want my money back, nothing has come into my account", Wish.WHERE_IS_THE_MONEY),
        ("货退回去了，退款还没到", Wish.WHERE_IS_THE_MONEY),
        ("申请退款三天了还没到账", Wish.WHERE_IS_THE_MONEY),
    ],
)
def test_goods_that_have_not_come_are_no_money_that_has_not_come(text: str, wish: Wish) -> None:
    found = told(text)
    assert found.wished is not None
    assert found.wished.wish is wish


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("退128元", "128.00 CNY"),
        ("请退回￥１２８．５０", "128.50 CNY"),
        ("Please refund $12.50.", "12.50 USD"),
        ("refund me 12,50 € please", "12.50 EUR"),
        ("please refund £1,299.00", "1299.00 GBP"),
        ("refund of 1.299,00 EUR", "1299.00 EUR"),
        ("please refund HK$80", "80.00 HKD"),
        ("I paid $50.00 and want $20.00 refunded", "20.00 USD"),
        ("原价200元，退我50块就行", "50.00 CNY"),
    ],
)
def test_the_amount_wanted_back_is_read(text: str, amount: str) -> None:
    found = told(text).amount
    assert found is not None
    assert str(found.money) == amount
    assert text[found.span.start : found.span.end] == found.span.words


@pytest.mark.parametrize("text", ["退一半就行", "I'd keep it for half the price", "refund 50% please"])
def test_a_share_of_the_price_is_read(text: str) -> None:
    found = told(text).amount
    assert found is not None
    assert (found.money, found.percent) == (None, 50)


@pytest.mark.parametrize(
    "text",
    [
        "It costs $50, how nice",  # nothing is asked for
        "I paid $50 for it, please refund",  # the price
        "聚酯纤维70%，跟宣传的完全两码事，申请退货",
        "refund 999999999999 $",
        "订单 3387120094417726190，请退款",
    ],
)
def test_other_figures_are_no_amount(text: str) -> None:
    assert told(text).amount is None


def test_angry_and_legal_words_are_told_apart_with_their_places() -> None:
    text = "You are scammers, my lawyer will write, and so will I on Trustpilot."
    found = {flag.code: [span.words for span in flag.spans] for flag in told(text).flags}
    assert found == {"anger": ["scammers", "Trustpilot"], "legal": ["lawyer"]}


def test_a_calm_mail_has_no_flags() -> None:
    assert told("不会给差评的，谢谢").flags == ()
    assert not told("Have a nice day")


CNY = "CNY"
WHOLE = wholes([Money(8900, CNY), Money(5000, CNY)], shipping=Money(1000, CNY), fees=Money(0, CNY))


@pytest.mark.parametrize("amount", ["89", "50", "139", "149"])
def test_who_names_the_whole_of_a_line_or_of_the_order_wants_the_money_back(amount: str) -> None:
    found = of_order(told(f"请退款 {amount} 元"), WHOLE)
    assert found.wished is not None
    assert found.wished.wish is Wish.REFUND
    assert found.amount is not None


@pytest.mark.parametrize("amount", ["30", "99", "100"])
def test_any_other_amount_is_a_part(amount: str) -> None:
    found = of_order(told(f"退我 {amount} 元就行"), WHOLE)
    assert found.wished is not None
    assert found.wished.wish is Wish.PARTIAL


def test_of_an_order_without_amounts_nothing_is_the_whole() -> None:
    nothing = Money(0, CNY)
    assert wholes([nothing], shipping=nothing, fees=nothing) == frozenset()


@pytest.mark.parametrize(
    "text",
    [
        "Thank you! The replacement came today",
        "Thanks so much, the replacement arrived this morning and it works.",
        "Many thanks for the quick refund!",
        "The exchange went well, the new size fits. Thank you!",
        "谢谢！换货收到了",
        "补发的杯子今天到了，很好用，感谢",
        "退款到账了，谢谢你们",
        "换的新鞋很合脚，辛苦了",
    ],
)
def test_who_is_thankful_for_what_has_come_asks_for_nothing(text: str) -> None:
    assert told(text).wished is None


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("Thank you, but the replacement is broken too", "exchange"),
        ("Thanks, it arrived. Could you send a replacement for the lid?", "exchange"),
        ("Thank you, the parcel came today. I want a refund please", "refund"),
        ("Thank you in advance for the replacement", "exchange"),
        ("Thanks, the replacement has not arrived yet", "exchange"),
        ("谢谢，但是换货收到的也坏了，要求退款", "exchange"),
        ("收到了，谢谢，我想退款", "refund"),
        ("谢谢，麻烦帮我换货", "exchange"),
    ],
)
def test_thanks_beside_a_wish_leave_the_wish(text: str, wish: str) -> None:
    found = told(text).wished
    assert found is not None
    assert found.wish == wish
