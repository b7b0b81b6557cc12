"""Threading against everybody: wrong tickets, strangers, guessed numbers, used ids, forged senders."""

import pytest

from helpdesk import clock
from helpdesk.actions import tickets
from helpdesk.actions.conversation import agent
from helpdesk.db import transaction
from helpdesk.rules.states import TicketState
from mail.references import ticket_of
from tests import sizes
from tests.figures import Figure
from tests.flows.joining import CASES, EVE, LI, OWN, WANG, Setting, write
from tests.letterbox import mail
from tests.shop import Shop

pytestmark = [pytest.mark.flows, pytest.mark.trust]


def setting(shop: Shop) -> Setting:
    """The five tickets, and what a sender may know of them."""
    for number, (sender, subject) in enumerate(
        ((LI, "申请退款"), (LI, "杯子碎了"), (WANG, "Refund")), start=1
    ):
        first = mail(
            f"第 {number} 件", sender=sender, subject=subject, message_id=f"first-{number}@buyer.example"
        )
        shop.receive(first)
        shop.reply(number=number)
    for number in (4, 5):
        shop.receive(mail(f"第 {number} 件", subject="又一件", message_id="used@buyer.example"))
        close(shop, number)
    letters = [letter for letter in shop.send() if letter.header("Auto-Submitted") == ""]
    ours = {ticket_of(letter.message_id, secret=OWN) or 0: letter.message_id for letter in letters}
    assert set(ours) == {1, 2, 3}
    return Setting(ours)


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """SQLite alone: the decision is one code for both, and the plain stories walk on both."""
    return sqlite_url


def test_no_mail_of_the_suite_joins_a_wrong_ticket(shop: Shop, figure: Figure) -> None:
    known = setting(shop)
    wrong, wrong_joins = [], 0
    for case in CASES:
        before = {number: received(shop, number) for number in numbers(shop)}
        shop.let_pass(minutes=20)
        shop.receive(case.mail(known))
        joined = [number for number, count in before.items() if received(shop, number) > count]
        opened = [ticket for ticket in shop.tickets() if ticket["number"] not in before]
        wrong_joins += joined not in ([], [case.joins])
        if case.joins is not None:
            right = joined == [case.joins] and not opened and names_too(shop, case.joins) == case.shows
        else:
            right = not joined and [ticket["follows"] in case.follows for ticket in opened] == [True]
        if not right:
            wrong.append((case.says, joined, [ticket["follows"] for ticket in opened]))
        for ticket in opened:
            close(shop, ticket["number"])
    figure("adversarial threading: cases", len(CASES))
    figure("adversarial threading: wrong joins", wrong_joins)
    assert wrong == []
    assert len(CASES) >= 40


def test_a_thousand_guessed_numbers_open_nothing_and_tell_nothing(shop: Shop, figure: Figure) -> None:
    setting(shop)
    guesses = sizes.size(small=50, full=1000)
    written = len(shop.smtp.messages)
    shop.receive(*(write(EVE, subject=f"Re: [RF-{number}]") for number in range(1, guesses + 1)))

    figure("guessed numbers: mails", guesses)
    assert not any(
        ticket["follows"] in (1, 2, 3, 4, 5) for ticket in shop.tickets() if ticket["buyer"] == EVE
    )
    assert [received(shop, number) for number in (1, 2, 3)] == [1, 1, 1]
    for letter in shop.send()[written:]:
        assert "li@" not in letter.text + letter.subject
        assert ticket_of(letter.message_id, secret=OWN) not in (1, 2, 3, 4, 5)


def test_a_stranger_who_uses_her_id_does_not_take_her_answers_away(shop: Shop) -> None:
    setting(shop)
    shop.receive(mail("x", sender=EVE, subject="x", message_id="first-1@buyer.example"))
    shop.receive(write(LI, in_reply_to="first-1@buyer.example", verified="pass"))
    assert received(shop, 1) == 2


def test_a_letter_of_ours_is_known_by_its_id_and_its_sender(shop: Shop) -> None:
    ours = setting(shop).ours[1]
    before = len(shop.tickets())
    shop.receive(mail("我们的", sender="support@shop.example", message_id=ours))
    assert len(shop.tickets()) == before
    shop.receive(mail("新的话", sender=EVE, subject="新的话", message_id=ours))
    assert len(shop.tickets()) == before + 1


def numbers(shop: Shop) -> list[int]:
    return [ticket["number"] for ticket in shop.tickets()]


def received(shop: Shop, number: int) -> int:
    return sum(entry["kind"] == "received" for entry in shop.ticket(number)["entries"])


def names_too(shop: Shop, number: int) -> tuple[int, ...]:
    mails = [entry for entry in shop.ticket(number)["entries"] if entry["kind"] == "received"]
    return tuple(mails[-1]["facts"]["names_too"])


def close(shop: Shop, number: int) -> None:
    with transaction() as session:
        ticket = tickets.hold(session, number)
        tickets.move(session, ticket, TicketState.CLOSED, actor=agent(shop.agent_id), at=clock.now())
