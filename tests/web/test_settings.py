"""Settings of mailboxes and people: who may what, the test of a mailbox, the ledger that adds up."""

import html
import re

import pytest

from helpdesk import clock
from helpdesk.actions import mailboxes
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.demo.provider import Provider
from helpdesk.models import Mailbox
from helpdesk.queries import mailboxes as ledgers
from helpdesk.rules.states import OutboxState, ReceivedState
from tests.web.conftest import PASSWORD, Desk, Visitor


def fields(provider: Provider, **changes: str) -> dict[str, str]:
    """A mailbox form filled in for the embedded provider."""
    return {
        "name": "second",
        "address": provider.address,
        "username": provider.address,
        "password": provider.password,
        "imap_host": "127.0.0.1",
        "imap_port": str(provider.imap_port),
        "imap_tls": "none",
        "smtp_host": "127.0.0.1",
        "smtp_port": str(provider.smtp_port),
        "smtp_tls": "none",
        "folder": "INBOX",
        "since": "all",
        **changes,
    }


def added(owner: Visitor, provider: Provider) -> str:
    """Add the provider's mailbox; the path of its page."""
    assert owner.post("/settings/mailboxes/new", **fields(provider)).status_code == 303
    return "/settings/mailboxes/2"


def text_of(answer: object) -> str:
    return html.unescape(str(getattr(answer, "text", "")))


def test_an_owner_adds_a_mailbox_that_was_tested_before(desk: Desk, provider: Provider) -> None:
    owner = desk.visitor("owner")
    tested = owner.post("/settings/mailboxes/new", test="1", **fields(provider))
    assert "It works: a mail went round" in tested.text
    assert provider.password not in tested.text

    added(owner, provider)
    with reading() as session:
        mailbox = session.get_one(Mailbox, 2)
        assert mailboxes.imap_account(current_desk(), mailbox).password == provider.password


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("help@gmail.com", "imap.gmail.com"),
        ("help@outlook.com", "outlook.office365.com"),
        ("help@qq.com", "imap.qq.com"),
        ("help@163.com", "imap.163.com"),
        ("help@126.com", "imap.126.com"),
        ("help@aliyun.com", "imap.aliyun.com"),
        ("help@shop.example", "imap.shop.example"),
    ],
)
def test_the_servers_of_an_address_are_guessed(desk: Desk, address: str, host: str) -> None:
    owner = desk.visitor("owner")
    assert f'value="{host}"' in owner.get(f"/settings/mailboxes/new?address={address}").text


@pytest.mark.trust
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"password": "wrong"}, "Look at user name and password."),
        ({"imap_port": "1"}, "Look at server name and port"),
        ({"smtp_port": "1"}, "Sending does not work (SMTP)."),
        ({"folder": "Nowhere"}, "Look at the folder."),
        ({"imap_tls": "starttls"}, "Look at the encryption"),
        ({"address": "gone@nowhere.invalid"}, "The server did not take a mail to ourselves"),
    ],
)
def test_a_test_that_fails_names_the_part(
    desk: Desk, provider: Provider, changes: dict[str, str], said: str
) -> None:
    owner = desk.visitor("owner")
    tested = owner.post("/settings/mailboxes/new", test="1", **fields(provider, **changes))

    assert said in text_of(tested)
    with reading() as session:
        assert session.get(Mailbox, 2) is None


@pytest.mark.trust
@pytest.mark.parametrize(
    "changed",
    [{"imap_host": "thief.example", "imap_tls": "tls"}, {"smtp_port": "2525"}, {"imap_tls": "starttls"}],
)
def test_the_stored_password_goes_to_no_other_server(
    desk: Desk, provider: Provider, changed: dict[str, str]
) -> None:
    owner = desk.visitor("owner")
    page = added(owner, provider)

    refused = owner.post(page, test="1", **fields(provider, password="", **changed))
    assert refused.status_code == 422
    assert "type the password again" in refused.text
    assert "It works" in owner.post(page, test="1", **fields(provider, password="")).text


def test_an_address_is_read_by_one_mailbox_at_a_time(desk: Desk, provider: Provider) -> None:
    owner = desk.visitor("owner")
    with transaction() as session:
        session.get_one(Mailbox, desk.mailbox_id).active = True
    asked = fields(provider, address="Support@shop.example")

    refused = owner.post("/settings/mailboxes/new", **asked)
    assert refused.status_code == 422
    assert "The mailbox support reads support@shop.example already" in text_of(refused)
    owner.post(f"/settings/mailboxes/{desk.mailbox_id}/active", active="no")
    assert owner.post("/settings/mailboxes/new", **asked).status_code == 303

    again = owner.post(f"/settings/mailboxes/{desk.mailbox_id}/active", active="yes")
    assert again.status_code == 422
    assert "pause or remove it first" in text_of(again)
    assert not desk.row(Mailbox, desk.mailbox_id).active


def test_a_mailbox_is_paused_and_goes_on(desk: Desk, provider: Provider) -> None:
    owner = desk.visitor("owner")
    page = added(owner, provider)

    owner.post(f"{page}/active", active="no")
    assert "when it is resumed" in owner.get("/settings/mailboxes").text
    owner.post(f"{page}/active", active="yes")
    with reading() as session:
        assert session.get_one(Mailbox, 2).active


def test_a_removed_mailbox_is_out_of_use_and_its_tickets_stay(desk: Desk) -> None:
    owner = desk.visitor("owner")
    number = desk.receive()  # its acknowledgement waits
    page = f"/settings/mailboxes/{desk.mailbox_id}"
    assert desk.visitor("lead").post(f"{page}/removal", sure="yes").status_code == 403
    assert owner.post(f"{page}/removal").status_code == 422
    assert owner.post(f"{page}/removal", sure="yes").status_code == 303

    assert desk.outbox_states(number) == [OutboxState.FAILED]
    assert "the mailbox was removed before this was sent" in owner.text(f"/tickets/{number}")
    assert "There is no mailbox yet" in owner.text("/settings/mailboxes")
    assert owner.get(page).status_code == 404
    assert owner.post(f"{page}/active", active="yes").status_code == 404
    refused = owner.post(f"/tickets/{number}/entries", kind="reply", text="hello", seen="99")
    assert refused.status_code == 409
    assert "The mailbox of this ticket was removed" in refused.text
    with reading() as session:
        row = session.get_one(Mailbox, desk.mailbox_id)
        assert (row.active, row.password_sealed) == (False, b"")


def test_the_name_of_a_removed_mailbox_is_free(desk: Desk, provider: Provider) -> None:
    owner = desk.visitor("owner")
    for number in (2, 3):
        assert owner.post("/settings/mailboxes/new", **fields(provider)).status_code == 303
        assert owner.post(f"/settings/mailboxes/{number}/removal", sure="yes").status_code == 303


def test_an_impossible_form_keeps_what_was_typed(desk: Desk, provider: Provider) -> None:
    owner = desk.visitor("owner")
    answer = owner.post("/settings/mailboxes/new", **fields(provider, imap_port="x", name="mine"))

    assert answer.status_code == 422
    assert 'value="mine"' in answer.text
    assert "is not a port" in answer.text


@pytest.mark.trust
def test_a_lead_sees_the_ledger_and_cannot_change_anything(desk: Desk, provider: Provider) -> None:
    lead = desk.visitor("lead")
    page = lead.get("/settings/mailboxes")
    assert page.status_code == 200
    assert "Add a mailbox" not in page.text
    for path in ("/settings/mailboxes/new", "/settings/people", "/settings/mailboxes/1"):
        assert lead.get(path).status_code == 403
        assert lead.post(path, **fields(provider)).status_code == 403
    assert lead.post("/settings/mailboxes/1/active", active="no").status_code == 403


@pytest.mark.trust
def test_an_agent_sees_no_settings(browser: Visitor) -> None:
    assert browser.get("/settings/mailboxes").status_code == 403


def test_the_ledger_adds_up_and_finds_what_is_nowhere(desk: Desk) -> None:
    number = desk.receive()
    desk.park()
    with transaction() as session:
        for because in ("our_own_message", "copy_of_1", "copy_of_2"):
            row = desk.stored(session, because.encode(), ReceivedState.STORED)
            row.state, row.ignored_because = ReceivedState.IGNORED, because
        desk.stored(session, b"in line", ReceivedState.STORED)
        desk.stored(session, b"filed, it says", ReceivedState.FILED)  # but no entry holds it

    with reading() as session:
        ledger = ledgers.one(session, desk.mailbox_id, at=clock.now()).ledger
    assert (ledger.seen, ledger.filed, ledger.in_line, ledger.parked) == (7, 2, 1, 1)
    assert ledger.unaccounted == number == 1
    assert ledger.ignored == (("copy", 2), ("our_own_message", 1))


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["vanished", "unaccounted", "4 × from before the mailbox starts"]),
        ("zh-CN", ["已消失", "去向不明", "4 × 早于邮箱的起始时间"]),
    ],
)
def test_the_page_says_where_every_mail_stands(desk: Desk, language: str, said: list[str]) -> None:
    with transaction() as session:
        mailbox = session.get_one(Mailbox, desk.mailbox_id)
        mailbox.seen, mailbox.before_start, mailbox.vanished = 7, 4, 2
    lead = desk.visitor("lead")
    lead.post("/look", language=language)

    page = lead.text("/settings/mailboxes")

    assert all(words in page for words in said)
    assert re.findall(r"<dd>(\d+)</dd>", page) == ["7", "0", "0", "4", "0", "2", "1"]


def test_an_owner_adds_a_colleague_who_can_sign_in(desk: Desk) -> None:
    owner = desk.visitor("owner")
    owner.post("/settings/people", name="Ann", email="Ann@shop.example", password=PASSWORD, role="lead")

    assert desk.visitor("ann").get("/failed").status_code == 200


def test_a_new_password_and_a_shut_door_end_sessions(desk: Desk, browser: Visitor) -> None:
    owner = desk.visitor("owner")
    owner.post(f"/settings/people/{desk.agent}/password", password="another long one")
    assert browser.get("/").status_code == 303
    assert browser.sign_in("agent@shop.example", "another long one").status_code == 303

    owner.post(f"/settings/people/{desk.agent}", role="agent")  # the box "may sign in" is empty
    assert browser.get("/").status_code == 303
    assert browser.sign_in("agent@shop.example", "another long one").status_code == 422


def test_a_new_password_of_ones_own_asks_for_the_present_one(desk: Desk) -> None:
    owner = desk.visitor("owner")
    answer = owner.post(f"/settings/people/{desk.owner}/password", password="another long one")
    assert answer.status_code == 409
    assert owner.get("/settings/people").status_code == 200
    assert Visitor(desk.app.test_client()).sign_in("owner@shop.example").status_code == 303


@pytest.mark.trust
def test_the_last_owner_stays(desk: Desk) -> None:
    owner = desk.visitor("owner")
    answer = owner.post(f"/settings/people/{desk.owner}", role="agent", active="yes")

    assert answer.status_code == 409
    assert "last owner" in answer.text
    assert owner.get("/settings/people").status_code == 200


def test_a_wrong_role_or_colleague_is_refused(desk: Desk) -> None:
    owner = desk.visitor("owner")
    assert owner.post(f"/settings/people/{desk.agent}", role="king").status_code == 422
    assert owner.post("/settings/people/99", role="agent").status_code == 404
    assert owner.post("/settings/people", name="", email="x", password="short").status_code == 422
