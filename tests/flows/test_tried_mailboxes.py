"""The mail by which a mailbox is tried out, seen by the desk that reads that mailbox."""

import threading
from dataclasses import replace

import pytest

from helpdesk import clock
from helpdesk.actions import trying
from helpdesk.current import current_desk
from helpdesk.rules.states import ReceivedState
from tests.letterbox import mail
from tests.shop import Shop
from tests.workers.reading import received

pytestmark = pytest.mark.flows


def try_out(shop: Shop) -> bytes:
    """Try the shop's account under an address that is no mailbox yet; the mail that went in a circle."""
    raws = []

    def pass_on() -> None:
        (taken,) = shop.smtp.wait_for(1)
        raws.append(taken.raw)
        shop.deliver(taken.raw)

    provider = threading.Thread(target=pass_on)
    provider.start()
    form = replace(shop.form("now"), name="new", address="new@shop.example")
    tested = trying.try_out(current_desk(), form, password="secret", at=clock.now())
    provider.join()
    assert tested.failed is None, tested.problem
    return raws[0]


def test_the_mail_that_tries_a_mailbox_out_becomes_no_ticket(shop: Shop) -> None:
    try_out(shop)
    shop.poll()

    (row,) = received(shop.mailbox_id)
    assert (row.state, row.ignored_because) == (ReceivedState.IGNORED, "test_of_a_mailbox")
    assert shop.tickets() == []


@pytest.mark.trust
def test_whoever_has_seen_such_a_mail_is_still_heard(shop: Shop) -> None:
    (said,) = (line for line in try_out(shop).splitlines() if line.lower().startswith(b"message-id:"))
    shop.receive(mail(message_id=said.partition(b"<")[2].rstrip(b">").decode()))

    assert [ticket["buyer"] for ticket in shop.tickets()] == ["li@buyer.example"]
