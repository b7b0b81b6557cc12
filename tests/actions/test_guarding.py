"""What the send guard is told of a ticket: its orders, and every amount that may rightly be said."""

import pytest
from flask import Flask

from helpdesk import clock
from helpdesk.actions import merging, replies
from helpdesk.actions.guarding import ObjectedError
from helpdesk.current import current_desk
from helpdesk.db import transaction
from helpdesk.rules.guard import Stop
from helpdesk.rules.states import Role
from tests.actions.claiming import Matter, partial
from tests.actions.sold import line


def send(matter: Matter, text: str) -> None:
    with transaction() as session:
        ticket = merging.final(session, matter.ticket)
        by = matter.agent(session, Role.AGENT)
        replies.send_reply(
            session, current_desk(), ticket, text, by=by, seen_seq=ticket.last_seq, at=clock.now()
        )


def stopped(matter: Matter, text: str) -> list[tuple[Stop, str]]:
    with pytest.raises(ObjectedError) as caught:
        send(matter, text)
    return [(each.stop, each.found) for each in caught.value.objections]


@pytest.fixture
def li(app: Flask) -> Matter:
    matter = Matter(
        policy=None, lines=(line(), line(sku="LID", title="盖子", quantity=1, line_paid_minor=1250))
    )
    matter.link()
    return matter


@pytest.mark.parametrize(
    "text",
    [
        "We refund ¥99.00.",  # what she paid
        "We refund 89 CNY.",  # the two cups
        "我们退您44.50元。",  # one of them
        "我们退您54.5元。",  # one of them and delivery
        "We refund ¥12,50.",  # the lid
        "We refund ¥57.00 for a cup and the lid.",  # 44.50 and 12.50
        "We refund CNY 101.50.",  # everything without delivery
        "We refund ¥111.50.",  # everything
    ],
)
def test_what_an_order_can_come_to_is_right(li: Matter, text: str) -> None:
    send(li, text)


def test_an_amount_of_nothing_here_is_stopped(li: Matter) -> None:
    assert stopped(li, "We refund ¥98.00 today.") == [(Stop.AMOUNT, "¥98.00")]
    assert stopped(li, "We refund $99.00 today.") == [(Stop.AMOUNT, "$99.00")]


def test_what_was_offered_agreed_or_paid_is_right_and_stands_first(app: Flask) -> None:
    matter = Matter()
    matter.link()
    matter.open()
    assert stopped(matter, "我们退您30元。") == [(Stop.AMOUNT, "30元")]
    offer = matter.offer(partial(3000), role=Role.LEAD, why="a regular buyer")
    send(matter, "我们退您30元。")
    matter.accept(offer)
    matter.refund("30.00")
    with pytest.raises(ObjectedError) as caught:
        send(matter, "已退款31元。")
    assert caught.value.objections[0].known[0] == "30.00 CNY"


def test_the_number_of_another_order_is_stopped(li: Matter) -> None:
    assert stopped(li, "您的订单2398471029384756201已发货") == [(Stop.ORDER, "2398471029384756201")]
    send(li, "您的订单2398471029384756102已发货，尾号6102")
    li.hear("还有订单2398471029384756201呢？")
    send(li, "订单2398471029384756201 是另一回事")


def test_a_ticket_without_an_order_is_not_asked_about_figures(app: Flask) -> None:
    matter = Matter(policy=None)
    send(matter, "We refund ¥5 for order 2398471029384756299.")
