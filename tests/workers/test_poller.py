"""Reading a mailbox: from where, each mail once, none lost, by one worker at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from imapclient import IMAPClient

from helpdesk.actions.arrivals import LeaseLostError
from helpdesk.db import transaction
from helpdesk.models import Mailbox
from helpdesk.workers import poller
from helpdesk.workers.reading import read_new
from mail import mailbox as wire
from mail.mailbox import Fetched
from tests.letterbox import mail
from tests.shop import Shop
from tests.workers.reading import add_mailbox, change_mailbox, cursor, ledger, read, received

pytestmark = [pytest.mark.flows, pytest.mark.trust]


def subjects(shop: Shop) -> list[str]:
    return [ticket["subject"] for ticket in shop.tickets()]


def letters(*subjects: str) -> list[bytes]:
    return [mail(subject=subject, sender=f"{subject}@buyer.example") for subject in subjects]


@pytest.mark.parametrize(
    ("since", "taken"),
    [("now", []), ("2026-05-10", ["May"]), ("all", ["April", "May"])],
)
def test_the_first_connection_takes_what_was_asked_for(shop: Shop, since: str, taken: list[str]) -> None:
    user = shop.dovecot.new_user()
    april, may, june = letters("April", "May", "June")
    shop.dovecot.deliver(user, april, at=datetime(2026, 4, 20, tzinfo=UTC))
    shop.dovecot.deliver(user, may, at=datetime(2026, 5, 20, tzinfo=UTC))
    second = add_mailbox(shop, user, since=since)
    read(second)
    assert subjects(shop) == taken

    shop.dovecot.deliver(user, june)
    read(second)
    assert subjects(shop) == [*taken, "June"]


def test_a_mail_moved_into_the_folder_later_is_new_however_old(shop: Shop) -> None:
    shop.deliver(*letters("old"), at=datetime(2020, 1, 1, tzinfo=UTC))
    shop.poll()

    assert subjects(shop) == ["old"]


def test_reading_leaves_no_trace_in_the_mailbox(shop: Shop) -> None:
    shop.receive(mail())
    with shop.dovecot.session(shop.user) as imap:
        imap.select("INBOX")
        assert imap.search(None, "UNSEEN") == ("OK", [b"1"])


def test_a_folder_that_was_made_anew_brings_no_second_entry_and_loses_nothing(shop: Shop) -> None:
    user = shop.dovecot.new_user()
    first, second, third = letters("first", "second", "third")
    with shop.dovecot.session(user) as imap:
        imap.create("Shop")
    mailbox = add_mailbox(shop, user, folder="Shop")
    read(mailbox)
    shop.dovecot.deliver_all(user, [first, second], folder="Shop", at=datetime(2026, 6, 2, tzinfo=UTC))
    read(mailbox)
    before = cursor(mailbox, "Shop").uidvalidity

    with shop.dovecot.session(user) as imap:
        imap.delete("Shop")
        imap.create("Shop")
    shop.dovecot.deliver_all(user, [third, second, first], folder="Shop", at=datetime(2026, 6, 2, tzinfo=UTC))
    read(mailbox)

    assert cursor(mailbox, "Shop").uidvalidity != before
    assert subjects(shop) == ["first", "second", "third"]
    assert ledger(mailbox) == {"filed": 3, "ignored": 2}


def test_another_folder_is_read_from_its_beginning_even_under_the_same_uidvalidity(shop: Shop) -> None:
    shop.receive(*letters("first"))
    before = cursor(shop.mailbox_id)

    change_mailbox(shop, folder="Shop", password="")

    after = cursor(shop.mailbox_id, "Shop")
    assert (before.epoch, after.uidvalidity) == (1, None)
    with shop.dovecot.session(shop.user) as imap:
        imap.create("Shop")
    shop.dovecot.deliver_all(shop.user, letters("second"), folder="Shop", at=datetime(2026, 6, 2, tzinfo=UTC))
    read(shop.mailbox_id)
    assert subjects(shop) == ["first", "second"]


def test_who_gets_on_with_a_large_folder_keeps_the_lease(shop: Shop) -> None:
    account = poller.take(shop.mailbox_id, owner=shop.owner)
    assert account is not None
    for subject in ("one", "two", "three"):
        shop.let_pass(seconds=45)
        shop.deliver(*letters(subject))
        with wire.Mailbox.connect(account) as folder:
            read_new(shop.mailbox_id, folder, owner=shop.owner)
        shop.let_pass(seconds=45)
        assert poller.take(shop.mailbox_id, owner="other") is None, subject

    assert subjects(shop) == ["one", "two", "three"]


def test_of_two_workers_one_reads_and_the_other_takes_over_when_the_lease_runs_out(shop: Shop) -> None:
    assert poller.take(shop.mailbox_id, owner="other") is None
    account = poller.take(shop.mailbox_id, owner=shop.owner)
    assert account is not None
    with wire.Mailbox.connect(account) as stalled:
        shop.let_pass(seconds=61)
        shop.deliver(*letters("one"))
        assert read(shop.mailbox_id, owner="other") == 1

        shop.deliver(*letters("two"))
        with pytest.raises(LeaseLostError):
            read_new(shop.mailbox_id, stalled, owner=shop.owner)

    assert subjects(shop) == ["one"]
    read(shop.mailbox_id, owner="other")
    assert subjects(shop) == ["one", "two"]


def test_a_worker_that_ends_lets_the_next_one_in_at_once(shop: Shop) -> None:
    poller.release(shop.mailbox_id, owner="somebody else")
    assert poller.take(shop.mailbox_id, owner="other") is None

    poller.release(shop.mailbox_id, owner=shop.owner)
    assert poller.take(shop.mailbox_id, owner="other") is not None


def test_a_paused_mailbox_is_not_read(shop: Shop) -> None:
    with transaction() as session:
        session.get_one(Mailbox, shop.mailbox_id).active = False

    assert poller.take(shop.mailbox_id, owner=shop.owner) is None


def test_a_message_listed_without_bytes_is_fetched_later_and_holds_nothing_up(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    _without_bytes(monkeypatch, uid=1)
    shop.receive(*letters("late", "next"))
    assert subjects(shop) == ["next"]
    assert "gives no bytes" in received(shop.mailbox_id)[0].problem

    monkeypatch.undo()
    shop.poll()
    assert subjects(shop) == ["next"], "asked again too soon"
    shop.let_pass(minutes=1)
    shop.poll()
    assert subjects(shop) == ["next", "late"]
    assert ledger(shop.mailbox_id) == {"filed": 2}


def test_a_message_that_never_gets_bytes_stays_parked(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = _without_bytes(monkeypatch, uid=1)
    shop.receive(*letters("empty"))
    for _ in range(12):
        shop.let_pass(hours=6)
        shop.poll()

    assert len(asked) == 1 + 4
    assert ledger(shop.mailbox_id) == {"parked": 1}


def test_a_server_that_claims_an_impossible_size_does_not_stop_the_reading(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetch = wire.Mailbox.fetch
    monkeypatch.setattr(
        wire.Mailbox, "fetch", lambda *args: (replace(one, size=2**32 - 1) for one in fetch(*args))
    )
    shop.receive(*letters("huge"))

    assert subjects(shop) == ["huge"]


def _without_bytes(monkeypatch: pytest.MonkeyPatch, *, uid: int) -> list[int]:
    """The server lists this UID and gives no bytes of it; how often it was asked."""
    fetch, asked = wire.Mailbox.fetch, []

    def incomplete(folder: wire.Mailbox, uids: Sequence[int]) -> Iterator[Fetched]:
        for message in fetch(folder, uids):
            if message.uid == uid:
                asked.append(uid)
                yield replace(message, raw=None, reason="no body")
            else:
                yield message

    monkeypatch.setattr(wire.Mailbox, "fetch", incomplete)
    return asked


def test_a_message_that_an_answer_leaves_out_is_asked_for_again(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, forgotten = IMAPClient.fetch, []

    def forgetful(client: IMAPClient, uids: Sequence[int], items: Sequence[str]) -> object:
        answer = whole(client, uids, items)
        if items[0] not in forgotten:
            forgotten.append(items[0])
            answer.pop(2, None)
        return answer

    monkeypatch.setattr(IMAPClient, "fetch", forgetful)
    shop.receive(*letters("first", "second", "third"))
    monkeypatch.undo()
    shop.let_pass(minutes=2)
    shop.poll()

    assert len(forgotten) == 2
    assert sorted(subjects(shop)) == ["first", "second", "third"]
