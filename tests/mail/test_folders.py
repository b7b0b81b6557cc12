"""More than one folder over one connection: told apart by role, looked at without opening, read in turn."""

import pytest

from mail.errors import AccountError
from mail.folders import Folder, junk_among, read_listing
from mail.mailbox import Mailbox, Woken
from tests.mail.test_mailbox import message
from tests.servers.dovecot import Dovecot


@pytest.fixture
def user(dovecot: Dovecot) -> str:
    """A mailbox with a folder of junk."""
    name = dovecot.new_user()
    with dovecot.session(name) as imap:
        imap.create("&V4NXPpCuTvY-")  # 垃圾邮件
    return name


def listed(*lines: tuple[tuple[bytes, ...], bytes]) -> tuple[Folder, ...]:
    return read_listing([(flags, b"/", name) for flags, name in lines])


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ([((), b"INBOX"), ((b"\\Junk",), b"Elsewhere"), ((), b"Spam")], "Elsewhere"),
        ([((), b"INBOX"), ((), b"[Gmail]/Spam")], "[Gmail]/Spam"),
        ([((), b"INBOX"), ((), b"Junk E-mail")], "Junk E-mail"),
        ([((), b"INBOX"), ((), b"&V4NXPpCuTvY-")], "垃圾邮件"),
        ([((b"\\Noselect", b"\\Junk"), b"Junk"), ((), b"INBOX")], None),
        ([((), b"INBOX")], None),
    ],
)
def test_the_junk_folder_is_known_by_its_mark_or_its_name(
    lines: list[tuple[tuple[bytes, ...], bytes]], found: str | None
) -> None:
    junk = junk_among(listed(*lines))
    assert (junk.name if junk else None) == found


def test_another_folder_is_looked_at_without_opening_it(dovecot: Dovecot, user: str) -> None:
    dovecot.deliver(user, message(1), folder="&V4NXPpCuTvY-")
    with Mailbox.connect(dovecot.account(user)) as box:
        state = box.status("垃圾邮件")
        assert (state.exists, state.uidnext) == (1, 2)
        assert box.uids_after(0) == []  # INBOX is open still


def test_another_folder_is_read_over_the_same_connection(dovecot: Dovecot, user: str) -> None:
    dovecot.deliver_all(user, [message(1), message(2)], folder="&V4NXPpCuTvY-")
    dovecot.deliver(user, message(3))
    with Mailbox.connect(dovecot.account(user)) as box:
        with box.inside("垃圾邮件"):
            assert box.folder == "垃圾邮件"
            assert [m.raw for m in box.fetch(box.uids_after(0))] == [message(1), message(2)]
        assert box.folder == "INBOX"
        assert [m.raw for m in box.fetch(box.uids_after(0))] == [message(3)]
        assert box.wait(seconds=0.2) is Woken.TIMEOUT


def test_a_folder_that_is_not_there_is_named_and_the_own_one_goes_on(dovecot: Dovecot, user: str) -> None:
    dovecot.deliver(user, message(1))
    with Mailbox.connect(dovecot.account(user)) as box:
        with pytest.raises(AccountError, match="no folder Gone"):
            box.status("Gone")
        assert box.uids_after(0) == [1]


def test_reading_junk_leaves_no_trace(dovecot: Dovecot, user: str) -> None:
    dovecot.deliver(user, message(1), folder="&V4NXPpCuTvY-")
    with Mailbox.connect(dovecot.account(user)) as box, box.inside("垃圾邮件"):
        list(box.fetch(box.uids_after(0)))
    with dovecot.session(user) as imap:
        imap.select("&V4NXPpCuTvY-", readonly=True)
        assert imap.search(None, "SEEN") == ("OK", [b""])
