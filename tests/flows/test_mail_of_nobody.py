"""Mail that nobody wrote, or nobody signs: kept, and answered by no machine."""

import pytest

from helpdesk.rules.states import ReceivedState
from helpdesk.workers import filing
from tests.letterbox import mail
from tests.shop import Shop
from tests.workers.reading import received

pytestmark = [pytest.mark.flows, pytest.mark.trust]
ON_ITS_WAY = b"Return-Path: <li@buyer.example>\r\nDelivered-To: support@shop.example\r\n"


@pytest.mark.parametrize("written", [b"\r\n", b"\r\nwhere is my parcel?\r\n"], ids=["nothing", "words"])
def test_a_mail_of_which_only_servers_wrote_the_header_is_parked_like_an_empty_file(
    shop: Shop, written: bytes
) -> None:
    shop.receive(ON_ITS_WAY + written)

    (row,) = received(shop.mailbox_id)
    assert (row.state, row.problem) == (ReceivedState.PARKED, filing.NO_MAIL)
    assert shop.tickets() == []
    assert shop.send() == []


def test_a_mail_without_a_from_is_a_ticket_and_not_acknowledged(shop: Shop) -> None:
    shop.receive(ON_ITS_WAY + b"Subject: Where is it?\r\n\r\nNot here.\r\n")

    assert shop.ticket()["buyer"] == "li@buyer.example"
    assert shop.verbs() == ["received", "not_acknowledged"]
    assert shop.send() == []


def test_a_mail_without_a_subject_is_answered_with_the_number_once(shop: Shop) -> None:
    shop.receive(mail(subject=""))
    shop.reply()
    letters = shop.send()

    assert [letter.subject.count("[RF-1]") for letter in letters] == [1, 1]
