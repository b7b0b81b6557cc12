"""A mailbox is read by one worker, however slow the line; who has lost the lease stores nothing."""

import threading
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta

import pytest

from helpdesk import clock
from helpdesk.actions import folders, mailboxes
from helpdesk.actions.arrivals import LeaseLostError
from helpdesk.db import transaction
from helpdesk.workers import lease, poller
from helpdesk.workers.outage import Outage
from helpdesk.workers.reading import meet
from mail import mailbox as wire
from mail.mailbox import Fetched
from tests.letterbox import mail
from tests.shop import Shop
from tests.workers.reading import cursor, ledger, read, received, row

pytestmark = [pytest.mark.flows, pytest.mark.trust, pytest.mark.clock]


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease, "RENEW_EVERY", timedelta(milliseconds=20))


def renewed(shop: Shop) -> bool:
    """Whether the lease lasts its whole time again, within two seconds."""
    until = time.monotonic() + 2
    while time.monotonic() < until:
        leased_until = row(shop.mailbox_id).leased_until
        if leased_until is not None and leased_until - clock.now() > mailboxes.LEASE - timedelta(seconds=5):
            return True
        time.sleep(0.01)
    return False


def slow_line(shop: Shop, monkeypatch: pytest.MonkeyPatch, outcomes: list[object]) -> None:
    """Each fetch takes three times 45 seconds of the clock; in between another worker tries its luck."""
    fetch = wire.Mailbox.fetch

    def slowly(folder: wire.Mailbox, uids: Sequence[int]) -> Iterator[Fetched]:
        for message in fetch(folder, uids):
            for _ in range(3):
                shop.let_pass(seconds=45)
                outcomes.append(renewed(shop) and poller.take(shop.mailbox_id, owner="other"))
            yield message

    monkeypatch.setattr(wire.Mailbox, "fetch", slowly)


def test_one_mail_that_takes_longer_than_a_lease_is_read_by_one_worker(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcomes: list[object] = []
    slow_line(shop, monkeypatch, outcomes)
    shop.receive(mail(photo=True))

    assert outcomes == [None, None, None], "the other worker got in"
    assert ledger(shop.mailbox_id) == {"filed": 1}


def test_a_server_that_is_slow_to_sign_in_to_is_read_by_one_worker(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcomes: list[object] = []
    sign_in = wire.sign_in

    def slowly(account: object) -> object:
        for _ in range(2):
            shop.let_pass(seconds=45)
            outcomes.append(renewed(shop) and poller.take(shop.mailbox_id, owner="other"))
        stopping.set()
        return sign_in(account)  # type: ignore[arg-type]  # as it came

    stopping = threading.Event()
    monkeypatch.setattr(wire, "sign_in", slowly)
    reader = poller.Poller(
        mailbox_id=shop.mailbox_id,
        owner=shop.owner,
        waker=wire.Waker(),
        stopping=stopping,
        connected=threading.Event(),
        on_filed=lambda: None,
        look_every=timedelta(seconds=30),
        outage=Outage(),
    )
    reader.run()
    reader.waker.close()

    assert outcomes == [None, None]


def test_a_worker_whose_lease_was_taken_stores_nothing_and_renews_nothing(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetch = wire.Mailbox.fetch
    monkeypatch.setattr(lease, "RENEW_EVERY", timedelta(minutes=20))  # it sleeps, as a suspended machine does

    def overtaken(folder: wire.Mailbox, uids: Sequence[int]) -> Iterator[Fetched]:
        shop.let_pass(seconds=61)
        assert poller.take(shop.mailbox_id, owner="other") is not None
        assert not lease._renew(shop.mailbox_id, shop.owner)
        return fetch(folder, uids)

    shop.deliver(mail())
    with monkeypatch.context() as patch:
        patch.setattr(wire.Mailbox, "fetch", overtaken)
        with pytest.raises(LeaseLostError):
            shop.poll()

    after = row(shop.mailbox_id)
    assert (received(shop.mailbox_id), cursor(shop.mailbox_id).last_uid, after.seen) == ([], 0, 0)
    assert after.lease_owner == "other"
    assert read(shop.mailbox_id, owner="other") == 1


def test_what_was_listed_before_the_folder_was_met_anew_is_not_stored(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The UIDs of another epoch are other messages, even for the same worker and the same UIDVALIDITY."""
    fetch = wire.Mailbox.fetch

    def met_anew(folder: wire.Mailbox, uids: Sequence[int]) -> Iterator[Fetched]:
        with transaction() as session:
            folders.begin_anew(session, shop.mailbox_id)
        meet(shop.mailbox_id, folder)
        return fetch(folder, uids)

    shop.deliver(mail())
    monkeypatch.setattr(wire.Mailbox, "fetch", met_anew)
    with pytest.raises(LeaseLostError):
        shop.poll()

    assert received(shop.mailbox_id) == []


def test_a_database_that_is_away_for_a_moment_does_not_end_the_keeping(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    renew, troubles = mailboxes.renew_lease, [OSError("away"), OSError("away")]

    def flickering(*args: object, **words: object) -> bool:
        if troubles:
            raise troubles.pop()
        return renew(*args, **words)  # type: ignore[arg-type]  # as they came

    monkeypatch.setattr(mailboxes, "renew_lease", flickering)
    with lease.kept(shop.mailbox_id, owner=shop.owner):
        shop.let_pass(seconds=45)
        assert renewed(shop)


def test_a_reader_that_hangs_for_good_is_given_up(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease, "LONGEST", timedelta(milliseconds=60))
    with lease.kept(shop.mailbox_id, owner=shop.owner):
        until = time.monotonic() + 5
        while any(thread.name.startswith("lease-") for thread in threading.enumerate()):
            assert time.monotonic() < until, "the keeper goes on"
            time.sleep(0.01)
        shop.let_pass(seconds=61)
        assert poller.take(shop.mailbox_id, owner="other") is not None
