"""Settings of mailboxes and people: who may what, the test of a mailbox, the ledger that adds up."""

import html
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from helpdesk import clock
from helpdesk.actions import agents, mailboxes
from helpdesk.actions.mailboxes import MailboxForm
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.demo.provider import Provider
from helpdesk.models import Agent, Mailbox, ReceivedMessage
from helpdesk.queries import mailboxes as ledgers
from helpdesk.rules.states import ReceivedState, Role
from tests.web.browsing import PASSWORD, Browser, browser


@pytest.fixture
def web(sqlite_url: str, tmp_path: Path) -> Browser:
    return browser(sqlite_url, tmp_path)


@pytest.fixture
def provider(tmp_path: Path) -> Iterator[Provider]:
    provider = Provider(tmp_path / "demo", 0, 0)
    provider.start()
    yield provider
    provider.stop()


def fields(provider: Provider, **changes: str) -> dict[str, str]:
    """A mailbox form filled in for the embedded provider."""
    return {
        "name": "support",
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


def added(web: Browser, provider: Provider) -> str:
    """Add the provider's mailbox; the path of its page."""
    page = "/settings/mailboxes/new?address=support@shop.example"
    assert web.post("/settings/mailboxes/new", on=page, **fields(provider)).status_code == 303
    return "/settings/mailboxes/1"


def text_of(answer: object) -> str:
    return html.unescape(str(getattr(answer, "text", "")))


def test_an_owner_adds_a_mailbox_that_was_tested_before(web: Browser, provider: Provider) -> None:
    web.sign_in(Role.OWNER)
    page = "/settings/mailboxes/new?address=support@shop.example"
    tested = web.post("/settings/mailboxes/new", on=page, test="1", **fields(provider))
    assert "It works: a mail went round" in tested.text
    assert provider.password not in tested.text

    added(web, provider)
    with web.app.app_context(), reading() as session:
        mailbox = session.scalars(select(Mailbox)).one()
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
def test_the_servers_of_an_address_are_guessed(web: Browser, address: str, host: str) -> None:
    web.sign_in(Role.OWNER)
    assert f'value="{host}"' in web.get(f"/settings/mailboxes/new?address={address}").text


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
    web: Browser, provider: Provider, changes: dict[str, str], said: str
) -> None:
    web.sign_in(Role.OWNER)
    page = "/settings/mailboxes/new?address=a@b.example"
    tested = web.post("/settings/mailboxes/new", on=page, test="1", **fields(provider, **changes))

    assert said in text_of(tested)
    with web.app.app_context(), reading() as session:
        assert session.scalars(select(Mailbox)).all() == []


@pytest.mark.trust
@pytest.mark.parametrize(
    "changed", [{"imap_host": "thief.example"}, {"smtp_port": "2525"}, {"imap_tls": "starttls"}]
)
def test_the_stored_password_goes_to_no_other_server(
    web: Browser, provider: Provider, changed: dict[str, str]
) -> None:
    web.sign_in(Role.OWNER)
    page = added(web, provider)

    refused = web.post(page, test="1", **fields(provider, password="", **changed))
    assert refused.status_code == 422
    assert "type the password again" in refused.text
    assert "It works" in web.post(page, test="1", **fields(provider, password="")).text


def test_a_mailbox_is_paused_and_goes_on(web: Browser, provider: Provider) -> None:
    web.sign_in(Role.OWNER)
    page = added(web, provider)

    web.post(f"{page}/active", on="/settings/mailboxes", active="no")
    assert "when it is resumed" in web.get("/settings/mailboxes").text
    web.post(f"{page}/active", on="/settings/mailboxes", active="yes")
    with web.app.app_context(), reading() as session:
        assert session.scalars(select(Mailbox)).one().active


def test_an_impossible_form_keeps_what_was_typed(web: Browser, provider: Provider) -> None:
    web.sign_in(Role.OWNER)
    page = "/settings/mailboxes/new?address=a@b.example"
    answer = web.post("/settings/mailboxes/new", on=page, **fields(provider, imap_port="x", name="mine"))

    assert answer.status_code == 422
    assert 'value="mine"' in answer.text
    assert "is not a port" in answer.text


@pytest.mark.trust
def test_a_lead_sees_the_ledger_and_cannot_change_anything(web: Browser, provider: Provider) -> None:
    web.sign_in(Role.LEAD)
    page = web.get("/settings/mailboxes")
    assert page.status_code == 200
    assert "Add a mailbox" not in page.text
    for path in ("/settings/mailboxes/new", "/settings/people"):
        assert web.get(path).status_code == 403
        assert web.post(path, on="/settings/mailboxes", **fields(provider)).status_code == 403


@pytest.mark.trust
def test_an_agent_sees_no_settings_and_a_stranger_the_login(web: Browser) -> None:
    assert web.get("/settings/mailboxes").headers["Location"].startswith("/login")
    web.sign_in(Role.AGENT)
    assert web.get("/settings/mailboxes").status_code == 403


def test_the_ledger_adds_up_and_finds_what_is_nowhere(web: Browser) -> None:
    states = [
        (ReceivedState.STORED, {}),
        (ReceivedState.IGNORED, {"ignored_because": "our_own_message"}),
        (ReceivedState.IGNORED, {"ignored_because": "copy_of_1"}),
        (ReceivedState.IGNORED, {"ignored_because": "copy_of_2"}),
        (ReceivedState.PARKED, {"problem": "unreadable"}),
        (ReceivedState.FILED, {}),  # says filed, but no entry holds it
    ]
    with web.app.app_context():
        with transaction() as session:
            mailbox_id = mailboxes.add(session, current_desk(), _form(), at=clock.now()).id
            for uid, (state, facts) in enumerate(states, 1):
                session.add(
                    ReceivedMessage(
                        mailbox_id=mailbox_id,
                        folder="INBOX",
                        uidvalidity=1,
                        uid=uid,
                        sha256="",
                        size=1,
                        stored_at=clock.now(),
                        state=state,
                        **facts,
                    )
                )
        with reading() as session:
            ledger = ledgers.one(session, mailbox_id, at=clock.now()).ledger
    assert (ledger.seen, ledger.in_line, ledger.parked, ledger.unaccounted) == (6, 1, 1, 1)
    assert ledger.ignored == (("copy", 2), ("our_own_message", 1))


def test_an_owner_adds_a_colleague_who_can_sign_in(web: Browser) -> None:
    web.sign_in(Role.OWNER)
    web.post("/settings/people", name="Ann", email="Ann@shop.example", password=PASSWORD, role="lead")

    with web.app.app_context(), reading() as session:
        ann = agents.authenticate(session, "ann@shop.example", PASSWORD)
        assert ann is not None
        assert ann.role is Role.LEAD


def test_a_shut_door_and_a_new_password_end_sessions(web: Browser) -> None:
    ann = Browser(web.app).sign_in(Role.AGENT)
    web.sign_in(Role.OWNER)
    with web.app.app_context(), reading() as session:
        ann_id = session.scalars(select(Agent.id).where(Agent.role == Role.AGENT)).one()

    web.post(f"/settings/people/{ann_id}/password", on="/settings/people", password="another long one")
    assert ann.get("/").status_code == 303
    assert ann.post("/login", email="agent@shop.example", password="another long one").status_code == 303
    web.post(f"/settings/people/{ann_id}", on="/settings/people", role="agent")
    assert ann.get("/").status_code == 303


@pytest.mark.trust
def test_the_last_owner_stays(web: Browser) -> None:
    web.sign_in(Role.OWNER)
    answer = web.post("/settings/people/1", on="/settings/people", role="agent", active="yes")

    assert answer.status_code == 409
    assert "last owner" in answer.text
    assert web.get("/settings/people").status_code == 200


def test_a_wrong_role_or_colleague_is_refused(web: Browser) -> None:
    web.sign_in(Role.OWNER)
    assert web.post("/settings/people/1", on="/settings/people", role="king").status_code == 422
    assert web.post("/settings/people/99", on="/settings/people", role="agent").status_code == 404


def _form() -> MailboxForm:
    return MailboxForm(
        name="support",
        address="support@shop.example",
        imap_host="127.0.0.1",
        imap_port=143,
        imap_tls="none",
        smtp_host="127.0.0.1",
        smtp_port=25,
        smtp_tls="none",
        username="support@shop.example",
        password="secret",
    )
