"""One mail that was sent to two of our mailboxes is one entry, and one acknowledgement."""

import copy
import threading
from base64 import encodebytes
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from helpdesk import clock
from helpdesk.actions import ignoring, mailboxes
from helpdesk.current import current_desk
from helpdesk.db import transaction
from tests.letterbox import mail, png
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


def test_the_second_receipt_lifts_no_old_ticket_in_the_queue(shop: Shop) -> None:
    raw = mail()
    shop.receive(raw)
    before = shop.ticket()["updated_at"]
    shop.let_pass(days=40)
    at_the_second(shop).receive(raw)

    assert (shop.verbs()[-1], shop.ticket()["updated_at"]) == ("also_arrived", before)


def test_the_same_words_with_another_photo_are_no_copy(shop: Shop) -> None:
    raw = mail(photo=True, message_id="used@buyer.example")
    other = raw.replace(encodebytes(png()).strip(), encodebytes(png(16, 16)).strip())
    assert raw != other
    shop.receive(raw, other)

    received = [verb for each in shop.tickets() for verb in shop.verbs(each["number"]) if verb == "received"]
    assert len(received) == 2


def test_another_mail_under_the_same_message_id_is_a_ticket_of_its_own(shop: Shop) -> None:
    shop.receive(mail(message_id="used@buyer.example"))
    at_the_second(shop).receive(mail("etwas anderes", message_id="used@buyer.example"))

    assert len(shop.tickets()) == 2


def test_a_reply_to_all_joins_its_ticket_whichever_mailbox_is_read_first(shop: Shop) -> None:
    shop.receive(mail())
    to_all = mail(
        "回复全部", in_reply_to=shop.send()[0].message_id, to="support@shop.example, returns@shop.example"
    )
    at_the_second(copy.copy(shop)).receive(to_all)
    shop.receive(b"Received: from elsewhere\r\n" + to_all)

    assert shop.verbs().count("received") == 2
    assert len(shop.tickets()) == 1


def test_what_can_be_guessed_points_into_no_other_mailbox(shop: Shop) -> None:
    shop.receive(mail(message_id="hers@buyer.example"))
    second = at_the_second(copy.copy(shop))
    second.receive(mail("别的事", subject="[RF-1]", in_reply_to="hers@buyer.example", verified="pass"))

    assert shop.ticket(2)["follows"] is None


def test_two_pollers_that_wake_in_one_second_make_one_ticket_of_it(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = at_the_second(copy.copy(shop))
    second.poll()
    raws = [mail(subject=str(number), to="support@shop.example, returns@shop.example") for number in range(3)]
    shop.deliver(*raws)
    second.deliver(*(b"Received: from elsewhere\r\n" + raw for raw in reversed(raws)))
    monkeypatch.setattr(ignoring, "because", met_before_it_returns(ignoring.because))

    in_threads(shop, shop.poll, second.poll)

    assert len(shop.tickets()) == len(raws)
    assert all(shop.verbs(each["number"]).count("acknowledged") == 1 for each in shop.tickets())


def met_before_it_returns(function: Callable[..., Any]) -> Callable[..., Any]:
    """Both threads look before either goes on, unless one of them is kept from looking."""
    both_looked = threading.Barrier(2)

    def met(*args: Any, **named: Any) -> Any:
        found = function(*args, **named)
        with suppress(threading.BrokenBarrierError):
            both_looked.wait(0.5)
        return found

    return met


def in_threads(shop: Shop, *works: Callable[[], object]) -> None:
    def run(work: Callable[[], object]) -> None:
        with shop.app.app_context():
            work()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
