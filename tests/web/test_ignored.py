"""Ignored mail can be looked at and run again as a buyer's; what is a copy stays one."""

from pathlib import Path

import pytest

from helpdesk.db import transaction
from helpdesk.models import Entry, Mailbox, ReceivedMessage
from helpdesk.rules.states import ReceivedState
from helpdesk.web.failed import MOST_SHOWN
from helpdesk.workers.filing import file_stored, file_unread
from tests.web.conftest import Desk, letter

EMAILS = Path(__file__).parent.parent / "emails"
HOSTILE = letter("Hello <script>alert(1)</script>", subject="<img src=x onerror=alert(1)>")


def test_ignored_mail_stands_below_with_its_reason(desk: Desk) -> None:
    number = desk.receive()
    desk.ignore()
    desk.ignore(because="copy_of_1")

    page = desk.visitor("lead").text("/failed").partition('id="ignored"')[2]

    assert page.index("copies of mail that is here already") < page.index("read receipts")
    assert f'href="/tickets/{number}">#{number}</a>' in page
    assert page.count("Run as a buyer") == 1, "a copy is not offered to be run"
    assert "count alarm" not in desk.visitor("lead").text("/failed"), "nobody has to do anything"


def test_older_ignored_mail_is_on_further_pages(desk: Desk) -> None:
    lead = desk.visitor("lead")
    for _ in range(21):
        desk.ignore()

    assert lead.text("/failed").count("read receipts") == 20
    assert "/failed?before=2#ignored" in lead.text("/failed")
    last = lead.text("/failed?before=2")
    assert last.count("read receipts") == 1
    assert "before=" not in last
    assert lead.get("/failed?before=x").status_code == 200


@pytest.mark.trust
def test_an_ignored_mail_is_read_as_text_whatever_it_holds(desk: Desk) -> None:
    lead = desk.visitor("lead")
    page = lead.text(f"/received/{desk.ignore(HOSTILE)}")

    assert "Hello &lt;script&gt;" in page
    assert "&lt;img src=x" in page
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "<pre>From: Wang" in page


@pytest.mark.trust
def test_what_was_parked_is_shown_as_it_came_and_not_parsed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("helpdesk.web.failed.parse", lambda raw: 1 // 0)
    parked = desk.park(b"\xff\x00 odd <b>", "the desk stopped 4 times")
    page = desk.visitor("lead").text(f"/received/{parked}")

    assert "the desk stopped 4 times" in page
    assert " odd &lt;b&gt;" in page


def test_of_a_large_message_only_the_beginning_is_shown(desk: Desk) -> None:
    lead = desk.visitor("lead")
    large = desk.park(b"x" * (MOST_SHOWN + 1))
    assert "only its beginning" in lead.text(f"/received/{large}")
    assert len(lead.text(f"/received/{large}")) < MOST_SHOWN + 20_000


@pytest.mark.trust
def test_only_leads_and_owners_read_and_run_ignored_mail(desk: Desk) -> None:
    ignored = desk.ignore(letter())
    agent = desk.visitor("agent")
    assert agent.get(f"/received/{ignored}").status_code == 403
    assert agent.post(f"/received/{ignored}/run").status_code == 403
    for who in ("lead", "owner"):
        assert desk.visitor(who).get(f"/received/{ignored}").status_code == 200
    assert desk.visitor("owner").post(f"/received/{ignored}/run").status_code == 303


def test_what_became_an_entry_is_not_shown_here(desk: Desk) -> None:
    desk.receive()
    assert desk.visitor("lead").get("/received/1").status_code == 404
    assert desk.visitor("lead").get("/received/99").status_code == 404


RECEIPT = letter(subject="Read: your order").replace(
    b"Content-Type: text/plain", b"Content-Type: multipart/report; report-type=disposition-notification", 1
)
BOUNCE = (EMAILS / "bounce.eml").read_bytes()


def file(desk: Desk) -> None:
    file_stored(desk.mailbox_id)


@pytest.mark.parametrize("raw", [RECEIPT, BOUNCE], ids=["receipt", "bounce"])
def test_an_ignored_mail_that_is_run_again_becomes_a_buyers_ticket(desk: Desk, raw: bytes) -> None:
    ignored = received(desk, raw)
    assert desk.row(ReceivedMessage, ignored).state is ReceivedState.IGNORED
    lead = desk.visitor("lead")

    assert lead.post(f"/received/{ignored}/run").status_code == 303
    file(desk)

    row = desk.row(ReceivedMessage, ignored)
    assert (row.state, row.insisted) == (ReceivedState.FILED, True)
    assert desk.verbs(row.ticket_id)[0] == "received"
    assert "acknowledged" not in desk.verbs(row.ticket_id), "no machine answers a machine"
    assert lead.post(f"/received/{ignored}/run").status_code == 409
    file(desk)
    assert desk.verbs(row.ticket_id).count("received") == 1


def test_our_own_message_can_be_run_again_too(desk: Desk) -> None:
    number = desk.receive()
    (entry,) = [entry for entry in desk.entries(number) if entry.verb == "acknowledged"]
    with transaction() as session:
        own = session.get_one(Entry, entry.id).facts["message_id"]
    raw = letter(sender="support@shop.example").replace(
        b"Message-ID: <", f"Message-ID: <{own}>\r\nX-Was: <".encode(), 1
    )
    ignored = received(desk, raw)
    assert desk.row(ReceivedMessage, ignored).ignored_because == "our_own_message"

    desk.visitor("lead").post(f"/received/{ignored}/run")
    file(desk)

    assert desk.row(ReceivedMessage, ignored).state is ReceivedState.FILED


def test_a_copy_is_refused_and_brings_no_second_entry(desk: Desk) -> None:
    raw = letter()
    number = desk.receive(raw)
    copy = received(desk, raw)
    answer = desk.visitor("lead").post(f"/received/{copy}/run")

    assert answer.status_code == 409
    assert "a copy of a message that is in a conversation already" in answer.text
    file(desk)
    assert desk.verbs(number).count("received") == 1
    assert desk.row(ReceivedMessage, copy).state is ReceivedState.IGNORED


def test_of_two_like_receipts_run_again_one_is_a_copy(desk: Desk) -> None:
    lead = desk.visitor("lead")
    first, second = desk.ignore(RECEIPT), desk.ignore(RECEIPT)
    for ignored in (first, second):
        assert lead.post(f"/received/{ignored}/run").status_code == 303
    file(desk)

    assert desk.row(ReceivedMessage, first).state is ReceivedState.FILED
    assert desk.row(ReceivedMessage, second).ignored_because == f"copy_of_{first}"


def test_run_again_in_a_paused_mailbox_is_filed_too(desk: Desk) -> None:
    with transaction() as session:
        session.get_one(Mailbox, desk.mailbox_id).active = False
    ignored = desk.ignore(RECEIPT)
    assert file_unread() == 0

    desk.visitor("lead").post(f"/received/{ignored}/run")

    assert file_unread() == 1
    assert desk.row(ReceivedMessage, ignored).state is ReceivedState.FILED


def received(desk: Desk, raw: bytes) -> int:
    with transaction() as session:
        row = desk.stored(session, raw, ReceivedState.STORED)
        row_id = row.id
    file(desk)
    return row_id
