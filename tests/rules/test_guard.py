"""The send guard against sentences that agents write: what it stops, and what it must leave alone."""

import pytest

from helpdesk.rules import guard
from helpdesk.rules.guard import Draft, Standing, Stop
from helpdesk.rules.money import Money
from tests.rules.guard_sentences import (
    LATER_FINE,
    LATER_STOPPED,
    NO_PROMISES,
    PROMISES,
    RIGHT_AMOUNTS,
    WRONG_AMOUNTS,
)

# One claim of 89.00 on an order of 128.50 with two items; a refund of 12.50 EUR in another shop's words.
CNY = tuple(Money(minor, "CNY") for minor in (8900, 12850, 3950, 129900))
EUR = (Money(1250, "EUR"), Money(123456, "EUR"))
ORDERS = ("SH-10482", "202611220001")
SHAPES = ("SH-#####", "############")
STANDING = Standing(
    amounts=CNY,
    orders=ORDERS,
    shapes=SHAPES,
    heard="你好，我的订单 SH-10482，之前还有一单 SH-10111",
    colleagues=("Mira Chen", "mira@shop.example", "王芳"),
    addresses=frozenset({"li@buyer.example"}),
)


def stops(text: str, standing: Standing = STANDING, *, files: int = 0) -> set[Stop]:
    return {each.stop for each in guard.objections(Draft(text=text, files=files), standing)}


@pytest.mark.parametrize("text", PROMISES)
def test_a_promised_file_that_is_missing_is_asked_about(text: str) -> None:
    assert Stop.ATTACHMENT in stops(text)
    assert Stop.ATTACHMENT not in stops(text, files=1)


@pytest.mark.parametrize("text", NO_PROMISES)
def test_words_about_other_files_promise_none(text: str) -> None:
    assert stops(text) == set()


@pytest.mark.parametrize(("text", "words"), WRONG_AMOUNTS)
def test_an_amount_that_stands_nowhere_is_named(text: str, words: str) -> None:
    found = guard.objections(Draft(text=text, files=0), STANDING)
    assert [(each.stop, each.found) for each in found] == [(Stop.AMOUNT, words)]
    assert found[0].known[0] == "89.00 CNY"


@pytest.mark.parametrize("text", RIGHT_AMOUNTS)
def test_an_amount_that_is_right_anywhere_is_no_objection(text: str) -> None:
    assert stops(text) == set()


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("We refund EUR 12,50.", True),
        ("We refund 12,50 € today.", True),
        ("We refund €1.234,56.", True),
        ("We refund 1 234,56 €.", True),
        ("We refund EUR 12,05.", False),
        ("We refund 1.243,56 €.", False),
        ("We refund ¥12.50.", False),
        ("We refund 12,50.", True),
    ],
)
def test_amounts_as_they_are_written_elsewhere(text: str, right: bool) -> None:
    assert (stops(text, Standing(amounts=EUR)) == set()) is right


def test_a_ticket_without_any_amount_has_nothing_to_compare_with() -> None:
    assert stops("We refund ¥98 for order SH-99999.", Standing(shapes=SHAPES)) == set()


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Your order SH-10428 is on its way.", "SH-10428"),
        ("您的订单 SH-10428 已发货", "SH-10428"),
        ("您的订单202611220010已发货", "202611220010"),
        ("订单号：１２３４５６７", "１２３４５６７"),
        ("About sh-10428: we are sorry.", "sh-10428"),
    ],
)
def test_a_number_of_another_order_is_named(text: str, number: str) -> None:
    found = guard.objections(Draft(text=text, files=0), STANDING)
    assert [(each.stop, each.found) for each in found] == [(Stop.ORDER, number)]


@pytest.mark.parametrize(
    "text",
    [
        "Your order SH-10482 is on its way.",
        "您的订单sh-10482已发货，尾号 0482",
        "Your order ending in 10482 was sent.",
        "订单 202611220001 已退款",
        "Your replacement order SH-20001 left today.",
        "新订单 SH-20001 已发货",
        "Your other one, SH-10111, is fine.",  # the buyer has named it
        "Tracking number 773912345678 (SF Express).",
        "快递单号 SF1390000123456",
        "请拨打 13912345678 联系我们",
        "Order within 2026 and the 30 days still count.",
        "Ticket [RF-12] is about this.",
    ],
)
def test_other_numbers_are_no_orders(text: str) -> None:
    assert stops(text) == set()


@pytest.mark.parametrize(
    ("text", "stop"),
    [
        ("Dear {{ buyer.name }},", Stop.PLACEHOLDER),
        ("Dear {{name}}", Stop.PLACEHOLDER),
        ("退款 {{ claim.amount }}", Stop.PLACEHOLDER),
        ("{% if x %}", Stop.PLACEHOLDER),
        ("Dear [name],", Stop.UNFILLED),
        ("Dear [Customer Name],", Stop.UNFILLED),
        ("Dear <name>,", Stop.UNFILLED),
        ("Dear {first_name},", Stop.UNFILLED),
        ("Your order XXX was sent.", Stop.UNFILLED),
        ("退款XX元已到账", Stop.UNFILLED),
        ("【订单号】已发货", Stop.UNFILLED),
        ("尊敬的[客户姓名]：", Stop.UNFILLED),
        ("尊敬的某某，", Stop.UNFILLED),
        ("The tracking number is ______.", Stop.UNFILLED),
    ],
)
def test_what_was_to_be_filled_in_is_seen(text: str, stop: Stop) -> None:
    assert stops(text) == {stop}


@pytest.mark.parametrize(
    "text",
    [
        "The jacket in XXL, or in XXXL?",
        "Thank you! xxx",
        "Card ending XXXX 4242, or XXXX-4242.",
        "Use the form [here](https://shop.example/form).",
        "Li <li@buyer.example> wrote to us.",
        "【顺丰速运】您的包裹已发出",
        "Regards\n____________\nMira",
        "The file_name_long is fine.",
        "We sent it [1].",
        "It is 100% cotton, 20% off.",
    ],
)
def test_what_only_looks_like_a_blank_is_left_alone(text: str) -> None:
    assert stops(text) == set()


@pytest.mark.parametrize(
    "text",
    [
        "internal: he has done this before",
        "Internal note\nplease check the parcel",
        "[internal] check the photo",
        "INTERNAL – not for her",
        "@mira can you look at this?",
        "Hi @Mira Chen, what do you think",
        "@王芳 帮忙看一下",
        "内部：这个买家以前退过三次",
        "【内部】请核实",
        "内部备注 请核实",
        "同事：请帮忙看看",
        "Do not tell the customer yet.",
        "先退款，不要告诉买家原因",
    ],
)
def test_a_note_does_not_go_to_the_buyer(text: str) -> None:
    (found,) = guard.objections(Draft(text=text, files=0), STANDING)
    assert found.stop is Stop.INSIDE
    assert not found.may_be_insisted_on


@pytest.mark.parametrize(
    "text",
    [
        "Internal memory is 8 GB.",
        "The internal pocket was torn: we are sorry.",
        "Write to mira@shop.example or follow @shopstyle.",
        "Note: the parcel leaves on Monday.",
        "注意：包裹周一发出",
        "内部结构没有损坏。",
        "We do not tell other customers your address.",
        "同事已为您处理。",
    ],
)
def test_words_for_the_buyer_are_no_note(text: str) -> None:
    assert stops(text) == set()


@pytest.mark.parametrize("text", LATER_FINE)
def test_letters_of_every_day_are_left_alone(text: str) -> None:
    assert stops(text) == set()


@pytest.mark.parametrize(("text", "stop"), LATER_STOPPED)
def test_slips_of_every_day_are_stopped(text: str, stop: str) -> None:
    assert stop in stops(text)


def test_an_address_that_was_never_here_is_asked_about_each() -> None:
    draft = Draft(
        text="Hello", files=0, recipients=("li@buyer.example", "new@else.example", "b@else.example")
    )
    found = guard.objections(draft, STANDING)
    assert [(each.stop, each.found) for each in found] == [
        (Stop.RECIPIENT, "new@else.example"),
        (Stop.RECIPIENT, "b@else.example"),
    ]


def test_who_insists_is_heard_for_the_words_that_she_has_read_only() -> None:
    seen = guard.objections(Draft(text="We refund ¥98. See attached.", files=0), STANDING)
    keys = [each.key for each in seen]
    assert guard.unmet(seen, keys) == ()

    other = guard.objections(Draft(text="We refund ¥980. See attached.", files=0), STANDING)
    assert [each.found for each in guard.unmet(other, keys)] == ["¥980"]


def test_nobody_insists_on_a_placeholder_a_note_or_unread_words() -> None:
    draft = Draft(text="internal: {{ buyer.name }}", files=0)
    found = guard.objections(draft, Standing(moved_on=True))
    left = guard.unmet(found, [each.key for each in found])
    assert [each.stop for each in left] == [Stop.MOVED_ON, Stop.PLACEHOLDER, Stop.INSIDE]
    assert guard.unmet(found, None) == left


def test_the_whole_guard_takes_no_longer_for_a_hostile_text() -> None:
    for text in (
        "附件 " * 6000,
        "refund 1,1" * 3000,
        "[your " * 5000,
        "{" * 20000,
        "_ " * 10000,
        "@" * 20000,
    ):
        guard.objections(Draft(text=text, files=0), STANDING)
