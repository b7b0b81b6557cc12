"""The ledger adds up: what the server listed is compared with what is held, on both databases."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text

from helpdesk import clock
from helpdesk.actions import arrivals
from helpdesk.db import reading, transaction
from helpdesk.queries import mailboxes as ledgers
from helpdesk.queries.mailboxes import Ledger
from mail import mailbox as wire
from mail.mailbox import Fetched
from tests.letterbox import mail
from tests.shop import Shop
from tests.workers.reading import add_mailbox, change_mailbox, cursor, read

pytestmark = [pytest.mark.flows, pytest.mark.trust]


def ledger(mailbox_id: int) -> Ledger:
    with reading() as session:
        return ledgers.one(session, mailbox_id, at=clock.now()).ledger


def letters(*subjects: str) -> list[bytes]:
    return [mail(subject=subject, sender=f"{subject}@buyer.example") for subject in subjects]


def test_each_uid_that_was_listed_stands_somewhere(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    first = mail(subject="first", message_id="first@buyer.example")
    receipt = (("Content-Type", "multipart/report; report-type=disposition-notification; boundary=x"),)
    shop.receive(first, first, *letters("second"))
    shop.receive(
        mail("mehr", in_reply_to="first@buyer.example", verified="pass"),
        b"\r\n",
        mail(headers=receipt),
        b"From: nobody",
    )
    monkeypatch.setattr("helpdesk.workers.filing.parse", lambda raw: 1 // 0)
    shop.receive(*letters("odd"))

    assert ledger(shop.mailbox_id) == Ledger(
        seen=8, filed=3, joined=1, ignored=(("copy", 1), ("read_receipt", 1)), parked=2
    )


def test_mail_from_before_the_start_is_counted_and_left_alone(shop: Shop) -> None:
    user = shop.dovecot.new_user()
    april, may = letters("April", "May")
    shop.dovecot.deliver(user, april, at=datetime(2026, 4, 20, tzinfo=UTC))
    shop.dovecot.deliver(user, may, at=datetime(2026, 5, 20, tzinfo=UTC))
    second = add_mailbox(shop, user, since="2026-05-10")
    read(second)
    read(second)

    assert ledger(second) == Ledger(seen=2, filed=1, ignored=(("before_start", 1),))


def test_mail_from_before_the_first_connection_was_never_ours(shop: Shop) -> None:
    user = shop.dovecot.new_user()
    shop.dovecot.deliver_all(user, letters("old"), at=datetime(2026, 5, 1, tzinfo=UTC))
    second = add_mailbox(shop, user)
    read(second)

    assert ledger(second) == Ledger()


@pytest.mark.parametrize("gone", ["2:3", "1:2", "1:3"])
def test_mail_expunged_before_it_could_be_read_has_vanished(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, gone: str
) -> None:
    fetch = wire.Mailbox.fetch

    def too_late(folder: wire.Mailbox, uids: Sequence[int]) -> Iterator[Fetched]:
        with shop.dovecot.session(shop.user) as imap:
            imap.select("INBOX")
            imap.uid("STORE", gone, "+FLAGS", "(\\Deleted)")
            imap.expunge()
        return fetch(folder, uids)

    monkeypatch.setattr(wire.Mailbox, "fetch", too_late)
    shop.receive(*letters("first", "second", "third"))

    vanished = 3 if gone == "1:3" else 2
    assert cursor(shop.mailbox_id).last_uid == 3
    assert ledger(shop.mailbox_id) == Ledger(seen=3, filed=3 - vanished, vanished=vanished)


def test_a_message_that_was_not_given_and_still_stands_in_the_folder_has_not_vanished(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetch = wire.Mailbox.fetch
    with monkeypatch.context() as patch:
        patch.setattr(
            wire.Mailbox, "fetch", lambda folder, uids: (m for m in fetch(folder, uids) if m.uid != 2)
        )
        shop.receive(*letters("first", "second", "third"))
    assert ledger(shop.mailbox_id) == Ledger(seen=3, filed=2, parked=1)

    shop.let_pass(minutes=1)
    shop.poll()
    assert ledger(shop.mailbox_id) == Ledger(seen=3, filed=3)


def test_a_message_that_the_desk_loses_is_unaccounted(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = arrivals.insert_missing

    def careless(session: Any, table: Any, rows: Sequence[dict[str, Any]]) -> int:
        return whole(session, table, rows[1:])

    monkeypatch.setattr(arrivals, "insert_missing", careless)
    shop.receive(*letters("first", "second"))

    assert ledger(shop.mailbox_id) == Ledger(seen=2, filed=1, unaccounted=1)


def test_a_row_that_somebody_takes_out_is_unaccounted(shop: Shop) -> None:
    shop.receive(*letters("first", "second"))
    with transaction() as session:
        session.execute(text("DELETE FROM received_message WHERE uid = 1"))

    assert ledger(shop.mailbox_id).unaccounted == 1


def test_a_loss_and_an_excess_do_not_cancel_out(shop: Shop) -> None:
    shop.receive(*letters("first", "second"))
    with transaction() as session:
        session.execute(text("DELETE FROM received_message WHERE uid = 1"))
        session.execute(text("UPDATE mailbox SET vanished = vanished + 1"))

    assert ledger(shop.mailbox_id).unaccounted == 2


def test_a_filed_message_without_its_entry_is_unaccounted(shop: Shop) -> None:
    shop.receive(*letters("first", "second"))
    with transaction() as session:
        session.execute(text("UPDATE received_message SET entry_id = NULL WHERE uid = 1"))

    assert ledger(shop.mailbox_id).unaccounted == 1


def test_a_folder_that_is_left_and_taken_up_again_is_counted_once(shop: Shop) -> None:
    with shop.dovecot.session(shop.user) as imap:
        imap.create("Shop")
    shop.receive(*letters("first", "second"))
    for folder in ("Shop", "INBOX"):
        change_mailbox(shop, folder=folder, password="")
        read(shop.mailbox_id)
    shop.let_pass(minutes=1)
    shop.receive(*letters("third"))

    assert ledger(shop.mailbox_id) == Ledger(seen=3, filed=3)
