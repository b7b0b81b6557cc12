"""A mailbox with several folders: each has its own cursor, junk is marked, one that is gone stops nothing."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from helpdesk import clock
from helpdesk.actions import spam, tickets
from helpdesk.db import reading, transaction
from helpdesk.models import MailboxFolder, ReceivedMessage
from helpdesk.queries import mailboxes as ledgers
from mail import fetching
from tests.letterbox import mail
from tests.shop import Shop
from tests.workers.reading import add_mailbox, change_mailbox, read, received
from tests.workers.test_poller import letters, subjects

JUNK = "&V4NXPpCuTvY-"  # 垃圾邮件


@pytest.fixture
def more(shop: Shop) -> Callable[..., int]:
    """A second mailbox with INBOX, Support and a folder of junk, in which old mail lies already."""

    def add(**changes: object) -> int:
        user = shop.dovecot.new_user()
        with shop.dovecot.session(user) as imap:
            imap.create("Support")
            imap.create(JUNK)
        for folder in ("INBOX", "Support", JUNK):
            shop.dovecot.deliver(user, mail("old"), folder=folder, at=datetime(2026, 5, 1, tzinfo=UTC))
        mailbox_id = add_mailbox(shop, user, **changes)  # type: ignore[arg-type]  # fields of the form
        read(mailbox_id)
        return mailbox_id

    return add


def user_of(shop: Shop, mailbox_id: int) -> str:
    with reading() as session:
        return ledgers.one(session, mailbox_id, at=clock.now()).username


def deliver(shop: Shop, mailbox_id: int, folder: str, *subjects: str) -> None:
    shop.dovecot.deliver_all(user_of(shop, mailbox_id), letters(*subjects), folder=folder, at=clock.now())


def cursors(mailbox_id: int) -> dict[str, tuple[str, int]]:
    with reading() as session:
        rows = session.query(MailboxFolder).filter_by(mailbox_id=mailbox_id, is_read=True)
        return {row.name: (str(row.role), row.last_uid) for row in rows}


def from_junk(mailbox_id: int) -> dict[str, bool]:
    return {message.folder: message.junk for message in received(mailbox_id)}


def test_each_folder_is_read_from_now_on_with_a_cursor_of_its_own(
    shop: Shop, more: Callable[..., int]
) -> None:
    mailbox_id = more(more_folders=("Support",))
    deliver(shop, mailbox_id, "INBOX", "one")
    deliver(shop, mailbox_id, "Support", "two", "three")
    assert read(mailbox_id) == 3

    assert sorted(subjects(shop)) == ["one", "three", "two"]
    assert cursors(mailbox_id) == {"INBOX": ("main", 2), "Support": ("more", 3)}
    assert read(mailbox_id) == 0


def test_the_same_mail_in_two_folders_is_one_entry(shop: Shop, more: Callable[..., int]) -> None:
    mailbox_id = more(more_folders=("Support",))
    (twice,) = letters("twice")
    for folder in ("INBOX", "Support"):
        shop.dovecot.deliver(user_of(shop, mailbox_id), twice, folder=folder, at=clock.now())
    read(mailbox_id)
    assert subjects(shop) == ["twice"]
    with reading() as session:
        assert ledgers.one(session, mailbox_id, at=clock.now()).ledger.unaccounted == 0


def test_junk_is_found_by_its_name_marked_and_not_answered(shop: Shop, more: Callable[..., int]) -> None:
    mailbox_id = more(reads_junk=True)
    deliver(shop, mailbox_id, JUNK, "prize")
    deliver(shop, mailbox_id, "INBOX", "cup")
    read(mailbox_id)

    assert from_junk(mailbox_id) == {"垃圾邮件": True, "INBOX": False}
    by_subject = {ticket["subject"]: ticket["number"] for ticket in shop.tickets()}
    assert "acknowledged" not in shop.verbs(by_subject["prize"])
    assert "marked_spam" in shop.verbs(by_subject["prize"])
    assert "acknowledged" in shop.verbs(by_subject["cup"])


def move_out_of_junk(shop: Shop, mailbox_id: int, raw: bytes) -> None:
    """The mail was read in the folder of junk; now a person has moved it into INBOX."""
    user = user_of(shop, mailbox_id)
    shop.dovecot.deliver(user, raw, folder=JUNK, at=clock.now())
    read(mailbox_id)
    with shop.dovecot.session(user) as imap:
        imap.select(JUNK)
        uids = imap.uid("SEARCH", "ALL")[1][0].split()
        imap.uid("MOVE", uids[-1].decode(), "INBOX")


def test_what_a_person_moved_out_of_junk_is_no_spam(shop: Shop, more: Callable[..., int]) -> None:
    mailbox_id = more(reads_junk=True)
    move_out_of_junk(shop, mailbox_id, mail())
    assert shop.ticket()["spam"]
    read(mailbox_id)

    assert (len(shop.tickets()), shop.ticket()["spam"]) == (1, False)
    assert shop.verbs()[-1] == "unmarked_spam"


def test_what_an_agent_called_spam_stays_so_wherever_it_lies(shop: Shop, more: Callable[..., int]) -> None:
    mailbox_id = more(reads_junk=True)
    move_out_of_junk(shop, mailbox_id, mail())
    with transaction() as session:
        for change in (spam.unmark, spam.mark):
            change(session, tickets.hold(session, 1), actor="agent:1", at=clock.now())
    read(mailbox_id)

    assert shop.ticket()["spam"]


def test_junk_is_left_alone_unless_it_is_asked_for(shop: Shop, more: Callable[..., int]) -> None:
    mailbox_id = more()
    deliver(shop, mailbox_id, JUNK, "prize")
    assert read(mailbox_id) == 0
    assert cursors(mailbox_id) == {"INBOX": ("main", 1)}


def test_a_folder_that_is_gone_says_so_and_stops_nothing(shop: Shop, more: Callable[..., int]) -> None:
    mailbox_id = more(more_folders=("Support",))
    with shop.dovecot.session(user_of(shop, mailbox_id)) as imap:
        imap.delete("Support")
    deliver(shop, mailbox_id, "INBOX", "one")
    assert read(mailbox_id) == 1

    with reading() as session:
        (folder,) = ledgers.one(session, mailbox_id, at=clock.now()).folders
    assert "no folder Support" in folder.problem

    with shop.dovecot.session(user_of(shop, mailbox_id)) as imap:
        imap.create("Support")
    deliver(shop, mailbox_id, "Support", "two")
    read(mailbox_id)
    assert sorted(subjects(shop)) == ["one", "two"]
    with reading() as session:
        assert ledgers.one(session, mailbox_id, at=clock.now()).folders[0].problem == ""


def test_a_folder_made_anew_loses_nothing_and_brings_nothing_twice(
    shop: Shop, more: Callable[..., int]
) -> None:
    mailbox_id = more(more_folders=("Support",))
    user = user_of(shop, mailbox_id)
    first, second = letters("first", "second")
    shop.dovecot.deliver(user, first, folder="Support", at=clock.now())
    read(mailbox_id)
    with shop.dovecot.session(user) as imap:
        imap.delete("Support")
        imap.create("Support")
    shop.dovecot.deliver_all(user, [second, first], folder="Support", at=clock.now())
    read(mailbox_id)

    assert sorted(subjects(shop)) == ["first", "second"]
    verbs = [verb for ticket in shop.tickets() for verb in shop.verbs(ticket["number"])]
    assert verbs.count("acknowledged") == 2, "acknowledged twice"


def test_a_folder_that_is_not_read_for_a_while_goes_on_where_it_was(shop: Shop) -> None:
    with shop.dovecot.session(shop.user) as imap:
        imap.create("Support")
    change_mailbox(shop, more_folders=("Support",))
    shop.poll()
    change_mailbox(shop)
    shop.dovecot.deliver_all(shop.user, letters("meanwhile"), folder="Support", at=clock.now())
    assert shop.poll() == 0

    change_mailbox(shop, more_folders=("Support",))
    assert shop.poll() == 1
    assert subjects(shop) == ["meanwhile"]


def test_a_mail_that_the_server_calls_by_one_name_in_two_folders_is_one_entry(
    shop: Shop, more: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Gmail adds a header to one of them: other bytes, no Message-ID, and the same X-GM-MSGID."""
    monkeypatch.setattr(fetching, "_identity", lambda facts, *names: "1278455344230334865")
    mailbox_id = more(more_folders=("Support",))
    user = user_of(shop, mailbox_id)
    raw = b"From: a@buyer.example\r\nSubject: cup\r\n\r\nbroken %d\r\n"
    for number, folder in enumerate(("INBOX", "Support")):
        shop.dovecot.deliver(user, raw % number, folder=folder, at=clock.now())
    read(mailbox_id)
    assert subjects(shop) == ["cup"]


def test_a_buyer_who_writes_to_an_alias_is_answered_from_it(shop: Shop) -> None:
    change_mailbox(shop, aliases=("Returns@shop.example", "sales@shop.example"))
    shop.receive(mail(to="returns@SHOP.example"), mail(sender="b@buyer.example", subject="b"))
    shop.reply()
    shop.reply(number=2)

    senders = {letter.to[0].email: letter.sender.email for letter in shop.send() if letter.sender}
    assert set(senders.values()) == {"Returns@shop.example", "support@shop.example"}


def test_mail_from_an_alias_is_not_acknowledged(shop: Shop) -> None:
    change_mailbox(shop, aliases=("returns@shop.example",))
    shop.receive(mail(sender="returns@shop.example"))
    assert shop.send() == []


def test_a_message_keeps_where_it_lay(shop: Shop) -> None:
    shop.receive(mail())
    with reading() as session:
        row = session.query(ReceivedMessage).one()
    assert (row.folder, row.junk, row.server_id) == ("INBOX", False, "")
