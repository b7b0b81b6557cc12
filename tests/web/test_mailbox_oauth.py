"""Signing in to a mailbox: there by a link, back by a redirect, and nothing is kept before the button."""

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from werkzeug.test import TestResponse

from helpdesk.db import reading, transaction
from helpdesk.models import Agent, Mailbox, MailboxGrant
from tests.servers.oauth import CLIENT_ID, CLIENT_SECRET, OAuthServer
from tests.web.conftest import Desk, Visitor

pytestmark = pytest.mark.trust
BACK = "/settings/mailboxes/oauth/return"


@pytest.fixture
def owner(desk: Desk) -> Visitor:
    return desk.visitor("owner")


@pytest.fixture
def provider(oauth_server: OAuthServer) -> OAuthServer:
    return oauth_server


def form(provider: OAuthServer, **changes: str) -> dict[str, str]:
    return {
        "name": "outlook",
        "address": "help@shop.example",
        "username": "help@shop.example",
        "imap_host": "127.0.0.1",
        "imap_port": "1",
        "imap_tls": "none",
        "smtp_host": "127.0.0.1",
        "smtp_port": "1",
        "smtp_tls": "none",
        "folder": "INBOX",
        "since": "now",
        "sign_in": "microsoft",
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "authority": provider.authority,
        **changes,
    }


def to_the_provider(owner: Visitor, provider: OAuthServer, path: str = "/settings/mailboxes/oauth/2") -> str:
    """Follow the page's link; the path that the provider sends the browser back to."""
    address = re.search(rf'href="({re.escape(provider.authority)}[^"]+)"', owner.text(path))
    assert address is not None
    answer = requests.get(unescape(address[1]), allow_redirects=False, timeout=10)
    back = urlsplit(answer.headers["Location"])
    return f"{back.path}?{back.query}"


def press(owner: Visitor, back: str) -> TestResponse:
    """Finish on the page to which the browser came back."""
    page = owner.text(back)
    kept = dict(re.findall(r'name="(state|code)" value="([^"]+)"', page))
    return owner.post(BACK, **kept)


def grant() -> MailboxGrant:
    with reading() as session:
        return session.get_one(MailboxGrant, 2)


def test_an_owner_adds_a_mailbox_and_signs_in(owner: Visitor, provider: OAuthServer) -> None:
    added = owner.post("/settings/mailboxes/new", **form(provider))
    assert added.headers["Location"].endswith("/settings/mailboxes/oauth/2")
    assert "Nobody has signed in yet" in owner.text("/settings/mailboxes")

    back = to_the_provider(owner, provider)
    page = owner.text(back)
    assert "Finish signing in" in page
    assert grant().refresh_sealed is None, "a GET has changed something"

    assert press(owner, back).status_code == 303
    assert grant().agreed_at is not None
    with reading() as session:
        assert session.get_one(Mailbox, 2).active
    assert "Nobody has signed in yet" not in owner.text("/settings/mailboxes")


def test_the_provider_is_asked_with_a_challenge_and_told_the_verifier_only_at_the_end(
    owner: Visitor, provider: OAuthServer
) -> None:
    owner.post("/settings/mailboxes/new", **form(provider))
    press(owner, to_the_provider(owner, provider))

    asked, told = provider.asked[0][1], provider.asked[-1][1]
    assert asked["login_hint"] == "help@shop.example"
    assert "code_verifier" not in asked
    assert len(told["code_verifier"]) == 43
    assert told["client_secret"] == CLIENT_SECRET


def test_secrets_stand_on_no_page(owner: Visitor, provider: OAuthServer) -> None:
    owner.post("/settings/mailboxes/new", **form(provider))
    press(owner, to_the_provider(owner, provider))
    pages = "".join(owner.text(f"/settings/mailboxes{path}") for path in ("", "/2", "/oauth/2"))
    assert CLIENT_SECRET not in pages
    assert provider.agreements[0].refresh not in pages


def test_a_state_of_nobody_or_of_somebody_else_is_refused(
    desk: Desk, owner: Visitor, provider: OAuthServer
) -> None:
    owner.post("/settings/mailboxes/new", **form(provider))
    back = to_the_provider(owner, provider)
    assert owner.get(f"{BACK}?code=x&state=forged").status_code == 422
    assert owner.get(f"{BACK}?code=x").status_code == 422

    with transaction() as session:
        session.get_one(Agent, desk.lead).role = session.get_one(Agent, desk.owner).role
    other = desk.visitor("lead")
    assert "somebody else" in other.text(back)
    state = parse_qs(urlsplit(back).query)["state"][0]
    assert other.post(BACK, state=state, code="x").status_code == 422
    assert grant().refresh_sealed is None


def test_only_owners_sign_in(desk: Desk, owner: Visitor, provider: OAuthServer) -> None:
    owner.post("/settings/mailboxes/new", **form(provider))
    back = to_the_provider(owner, provider)
    lead = desk.visitor("lead")
    assert lead.get("/settings/mailboxes/oauth/2").status_code == 403
    assert lead.get(back).status_code == 403
    assert lead.post(BACK, state="s", code="c").status_code == 403


def test_a_refusal_at_the_provider_is_explained(owner: Visitor, provider: OAuthServer) -> None:
    owner.post("/settings/mailboxes/new", **form(provider))
    provider.declining = True
    answer = owner.get(to_the_provider(owner, provider))
    assert answer.status_code == 422
    assert "declined" in answer.text
    assert "the person said no" in answer.text


def test_a_code_that_was_used_is_refused_and_can_be_had_anew(owner: Visitor, provider: OAuthServer) -> None:
    owner.post("/settings/mailboxes/new", **form(provider))
    back = to_the_provider(owner, provider)
    press(owner, back)
    again = press(owner, back)
    assert again.status_code == 422
    assert "Try again" in again.text

    assert press(owner, to_the_provider(owner, provider)).status_code == 303


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"client_id": ""}, "The client ID of the registration is missing"),
        ({"authority": "http://login.else.example"}, "is not an https address"),
        ({"sign_in": "yahoo"}, "is neither google nor microsoft"),
    ],
)
def test_an_impossible_registration_is_refused(
    owner: Visitor, provider: OAuthServer, changes: dict[str, str], said: str
) -> None:
    answer = owner.post("/settings/mailboxes/new", **form(provider, **changes))
    assert answer.status_code == 422
    assert said in unescape(answer.text)


def test_a_sign_in_is_tested_when_it_has_been_made(owner: Visitor, provider: OAuthServer) -> None:
    early = owner.post("/settings/mailboxes/new", test="1", **form(provider))
    assert "add the mailbox first" in early.text
    owner.post("/settings/mailboxes/new", **form(provider))
    unsigned = owner.post("/settings/mailboxes/2", test="1", **form(provider, client_secret=""))
    assert "Nobody has signed in to this mailbox yet" in unsigned.text

    press(owner, to_the_provider(owner, provider))
    tried = owner.post("/settings/mailboxes/2", test="1", **form(provider, client_secret=""))
    assert "Reading does not work (IMAP)." in tried.text  # nobody is at port 1, so the token was had
    elsewhere = owner.post(
        "/settings/mailboxes/2", test="1", **form(provider, imap_host="else.example", imap_tls="tls")
    )
    assert "sign in again" in elsewhere.text


def test_saving_without_changes_keeps_the_sign_in(owner: Visitor, provider: OAuthServer) -> None:
    owner.post("/settings/mailboxes/new", **form(provider))
    press(owner, to_the_provider(owner, provider))
    owner.post("/settings/mailboxes/2", **form(provider, client_secret="", name="support at outlook"))
    assert grant().agreed_at is not None
    assert grant().client_secret_sealed is not None


def test_microsoft_is_guessed_to_want_a_sign_in(owner: Visitor) -> None:
    page = owner.text("/settings/mailboxes/new?address=help@outlook.com")
    assert 'value="microsoft" selected' in page
    assert 'value="password" selected' in owner.text("/settings/mailboxes/new?address=help@qq.com")
