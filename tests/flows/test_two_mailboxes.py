"""One mail that was sent to two of our mailboxes is one entry, and one acknowledgement."""

from dataclasses import replace

import pytest

from helpdesk import clock
from helpdesk.actions import mailboxes
from helpdesk.current import current_desk
from helpdesk.db import transaction
from tests.letterbox import mail
from tests.shop import Shop

pytestmark = pytest.mark.flows


def at_the_second(shop: Shop) -> Shop:
    """The same shop, reading another mailbox that it has."""
    with shop.dovecot.session(user := shop.dovecot.new_user()):
        pass  # the first login makes the folder
    form = replace(shop.form("all"), name="returns", address="returns@shop.example", username=user)
    with transaction() as session:
        shop.mailbox_id = mailboxes.add(session, current_desk(), form, at=clock.now()).id
    shop.user = user
    return shop


def test_the_second_receipt_is_told_on_the_ticket_and_nothing_more(shop: Shop) -> None:
    raw = mail(to="support@shop.example, returns@shop.example")
    shop.receive(raw)
    at_the_second(shop).receive(b"Received: from elsewhere\r\n" + raw)

    assert shop.verbs() == ["received", "acknowledged", "also_arrived"]
    assert len(shop.tickets()) == 1


def test_another_mail_under_the_same_message_id_is_a_ticket_of_its_own(shop: Shop) -> None:
    shop.receive(mail(message_id="used@buyer.example"))
    at_the_second(shop).receive(mail("etwas anderes", message_id="used@buyer.example"))

    assert len(shop.tickets()) == 2
