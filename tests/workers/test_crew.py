"""The worker's threads against a real server: woken by IDLE, patient in trouble, back by themselves."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from threading import Event

import pytest

from helpdesk import clock
from helpdesk.db import transaction
from helpdesk.models import Mailbox
from helpdesk.rules import retry
from helpdesk.workers import poller
from helpdesk.workers.crew import Crew
from helpdesk.workers.outage import Outage
from helpdesk.workers.poller import Poller
from mail.errors import TransientError
from mail.mailbox import Waker
from tests.figures import Figure
from tests.letterbox import mail
from tests.servers.smtp import SmtpSink
from tests.shop import Shop
from tests.workers.reading import change_mailbox, row

pytestmark = [pytest.mark.flows, pytest.mark.trust]


@pytest.fixture
def crew(shop: Shop) -> Iterator[Crew]:
    """A worker's threads; nothing runs before `look`."""
    poller.release(shop.mailbox_id, owner=shop.owner)
    crew = Crew(shop.app, look_every=timedelta(seconds=30))
    yield crew
    crew.stop()


def wait_for(found: Callable[[], object], seconds: float = 15) -> float:
    """Seconds until it was found."""
    start = time.monotonic()
    while not found():
        assert time.monotonic() - start < seconds, "it did not happen"
        time.sleep(0.005)
    return time.monotonic() - start


def problem(shop: Shop) -> str:
    return row(shop.mailbox_id).problem


def test_a_delivered_mail_is_a_ticket_and_its_acknowledgement_sent_at_once(
    shop: Shop, crew: Crew, smtp_sink: SmtpSink, figure: Figure, database_url: str
) -> None:
    crew.look()
    wait_for(crew.is_connected)
    time.sleep(0.3)  # into IDLE
    shop.deliver(mail())

    seconds = wait_for(shop.tickets)

    figure(f"{database_url.partition(':')[0]}: delivered until stored as a ticket", seconds, "s")
    assert seconds < 2
    smtp_sink.wait_for(1)


def test_a_server_that_is_down_is_a_sentence_and_the_reading_goes_on_when_it_is_back(
    shop: Shop, crew: Crew
) -> None:
    change_mailbox(shop, imap_port=1)  # nobody listens there
    crew.look()
    wait_for(lambda: problem(shop))
    trouble = row(shop.mailbox_id)
    assert "Nothing answers at 127.0.0.1:1" in trouble.problem
    assert trouble.problem_at is not None
    assert trouble.next_look_at is not None
    assert trouble.next_look_at > trouble.problem_at

    change_mailbox(shop)
    shop.deliver(mail())
    wait_for(shop.tickets)
    wait_for(lambda: not problem(shop))


def test_a_server_that_is_started_again_loses_nothing(shop: Shop, crew: Crew) -> None:
    crew.look()
    wait_for(crew.is_connected)
    shop.dovecot.restart()
    shop.deliver(mail())

    wait_for(shop.tickets)


def test_a_wrong_password_is_a_sentence_and_the_next_try_is_minutes_away(shop: Shop, crew: Crew) -> None:
    change_mailbox(shop, password="wrong")
    crew.look()
    wait_for(lambda: problem(shop))

    assert "127.0.0.1" in problem(shop)
    next_look_at = row(shop.mailbox_id).next_look_at
    assert next_look_at is not None
    assert next_look_at - clock.now() > retry.ACCOUNT_AGAIN - timedelta(seconds=10)
    assert not crew.is_connected()


def test_new_settings_are_taken_up_without_a_restart(shop: Shop) -> None:
    poller.release(shop.mailbox_id, owner=shop.owner)
    crew = Crew(shop.app, look_every=timedelta(seconds=0.1))
    try:
        crew.look()
        wait_for(crew.is_connected)
        change_mailbox(shop, password="wrong")
        wait_for(lambda: problem(shop))
    finally:
        crew.stop()


def test_a_paused_mailbox_loses_its_threads_and_a_resumed_one_gets_them_back(shop: Shop, crew: Crew) -> None:
    crew.look()
    wait_for(crew.is_connected)
    set_active(shop, active=False)
    crew.look()
    shop.deliver(mail())
    assert not crew.is_connected()
    assert row(shop.mailbox_id).lease_owner is None

    set_active(shop, active=True)
    crew.look()
    wait_for(shop.tickets)


def test_the_net_below_idle_finds_mail_that_nobody_announced(
    shop: Shop, crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("imapclient.IMAPClient.has_capability", lambda self, name: False)
    crew.look()
    wait_for(crew.is_connected)
    shop.deliver(mail())
    crew.poll()

    wait_for(shop.tickets)


def set_active(shop: Shop, *, active: bool) -> None:
    with transaction() as session:
        session.get_one(Mailbox, shop.mailbox_id).active = active


@dataclass
class Line:
    """Connections that fail one after the other; True: after they had been good. The last one ends it all."""

    good: list[bool]
    retry_after: float | None = None

    def read(self, poller: Poller) -> bool:
        if self.good.pop(0):
            poller.connected.set()
        if not self.good:
            poller.stopping.set()
        raise TransientError("the line broke", retry_after=self.retry_after)


def pauses(shop: Shop, monkeypatch: pytest.MonkeyPatch, line: Line) -> list[float]:
    """The pauses of a poller, in seconds, that nobody has to wait for."""
    noted: list[float] = []
    monkeypatch.setattr(Poller, "_read_while_held", lambda self: line.read(self))
    monkeypatch.setattr(Poller, "_note", lambda self, problem, pause: noted.append(pause.total_seconds()))
    run_poller(shop)
    return noted


class Impatient(Event):
    """Waits for nothing."""

    def wait(self, timeout: float | None = None) -> bool:
        return self.is_set()


def run_poller(shop: Shop) -> None:
    waker = Waker()
    Poller(
        mailbox_id=shop.mailbox_id,
        owner=shop.owner,
        waker=waker,
        stopping=Impatient(),
        connected=Event(),
        on_filed=lambda: None,
        look_every=timedelta(seconds=30),
        outage=Outage(),
    ).run()
    waker.close()


def test_failures_in_a_row_wait_longer_and_a_good_connection_begins_anew(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = Line([False, False, False, True, False, True])

    assert pauses(shop, monkeypatch, line) == [2, 5, 15, 2, 5, 2]


def test_a_server_that_asks_for_patience_gets_it(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    assert pauses(shop, monkeypatch, Line([False], retry_after=290)) == [290]


def test_a_database_that_is_away_does_not_end_the_thread(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*args: object, **more: object) -> None:
        raise RuntimeError("the database is away")

    line = Line([False])
    monkeypatch.setattr(Poller, "_read_while_held", lambda self: line.read(self))
    monkeypatch.setattr(poller, "note_problem", away)
    monkeypatch.setattr(poller, "release", away)

    run_poller(shop)
