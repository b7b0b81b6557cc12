"""No mailbox sends faster than its provider stands, whoever sends, and what waits says so."""

from datetime import datetime

import pytest

from helpdesk import clock
from helpdesk.actions import pacing
from helpdesk.db import reading, transaction
from helpdesk.models import Mailbox
from helpdesk.workers import sender
from mail.providers import Pace, pace_of
from tests.letterbox import mail
from tests.shop import Shop
from tests.workers.reading import change_mailbox
from tests.workers.reading import row as mailbox_row


def receive(shop: Shop, count: int) -> None:
    """So many acknowledgements are due afterwards."""
    shop.receive(*(mail(str(n), sender=f"buyer{n}@buyer.example", subject=str(n)) for n in range(count)))


@pytest.mark.parametrize(
    ("host", "pace"),
    [
        ("smtp.qq.com", Pace(every=3, per_day=200)),
        ("smtp.163.com", Pace(every=3, per_day=200)),
        ("smtp.126.com", Pace(every=3, per_day=200)),
        ("smtp.gmail.com", Pace()),
        ("mail.shop.example", Pace()),
    ],
)
def test_each_provider_has_its_usual_pace(host: str, pace: Pace) -> None:
    assert pace_of(host) == pace


@pytest.mark.parametrize(
    ("typed", "pace"),
    [
        ((None, None), Pace(every=3, per_day=200)),
        ((0, 0), Pace(every=0, per_day=0)),
        ((10, 50), Pace(every=10, per_day=50)),
    ],
)
def test_what_a_person_has_set_wins(typed: tuple[int | None, int | None], pace: Pace) -> None:
    mailbox = Mailbox(smtp_host="smtp.qq.com", send_every=typed[0], send_per_day=typed[1])
    assert pacing.pace(mailbox) == pace


def test_a_long_pause_is_not_waited_for_on_the_line(shop: Shop) -> None:
    change_mailbox(shop, send_every=60)
    receive(shop, 2)
    assert len(shop.send()) == 1
    assert len(shop.send()) == 1, "again at once"
    shop.let_pass(seconds=61)
    assert len(shop.send()) == 2


def test_a_short_pause_is_waited_for_over_one_connection(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    change_mailbox(shop, send_every=3)
    receive(shop, 3)
    naps: list[float] = []

    def nap(seconds: float) -> None:
        naps.append(seconds)
        shop.let_pass(seconds=seconds)

    monkeypatch.setattr(sender.time, "sleep", nap)
    assert len(shop.send()) == 3
    assert shop.smtp.connections == 1
    assert 5.5 <= sum(naps) <= 6.5


def test_the_limit_of_a_day_holds_back_the_rest_and_says_so(shop: Shop) -> None:
    change_mailbox(shop, send_per_day=2)
    receive(shop, 3)
    assert len(shop.send()) == 2
    shop.send()
    assert "at most 2 messages within 24 hours" in mailbox_row(shop.mailbox_id).sending_problem

    shop.let_pass(hours=23)
    assert len(shop.send()) == 2
    shop.let_pass(hours=2)
    assert len(shop.send()) == 3
    assert mailbox_row(shop.mailbox_id).sending_problem == ""


def test_a_limit_that_keeps_nobody_waiting_is_no_trouble(shop: Shop) -> None:
    change_mailbox(shop, send_per_day=1)
    receive(shop, 1)
    shop.send()
    shop.send()
    assert mailbox_row(shop.mailbox_id).sending_problem == ""


def test_two_workers_share_one_pace(shop: Shop) -> None:
    change_mailbox(shop, send_every=60)
    receive(shop, 2)
    assert sender.send_due(shop.mailbox_id, owner="one") == 1
    assert sender.send_due(shop.mailbox_id, owner="two") == 0


def test_the_moment_of_the_next_is_counted_from_the_oldest_of_a_day(shop: Shop) -> None:
    change_mailbox(shop, send_per_day=2)
    receive(shop, 3)
    first = clock.now()
    shop.send()

    def free_at() -> datetime:
        with reading() as session:
            mailbox = session.get_one(Mailbox, shop.mailbox_id)
            return pacing.free_at(session, mailbox, at=clock.now())

    assert abs((free_at() - first - pacing.DAY).total_seconds()) < 30
    with transaction() as session:
        session.get_one(Mailbox, shop.mailbox_id).send_per_day = 0
    assert (free_at() - clock.now()).total_seconds() <= 0
