"""Tokens: how they are agreed to, refreshed and refused, against a server as strict as the real ones."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from mail import device, mailbox, oauth, transport
from mail.accounts import ServerAccount, Tls
from mail.errors import AccountError, TransientError
from mail.oauth import Client
from tests.mail.test_connections import closed_port
from tests.mail.test_transport import send
from tests.servers.dovecot import Dovecot
from tests.servers.oauth import OAuthServer
from tests.servers.odd_imap import Answer, OddImap
from tests.servers.smtp import SmtpSink

BACK = "http://127.0.0.1:8000/settings/mailboxes/oauth/return"
VERIFIER = "v" * 43
OFFERING: dict[bytes, Answer] = {b"CAPABILITY": b"* CAPABILITY IMAP4rev1 AUTH=XOAUTH2\r\n"}


def agree(client: Client, *, state: str = "state") -> dict[str, str]:
    """What the owner's browser brings back."""
    address = oauth.authorization_address(
        client, redirect_uri=BACK, state=state, verifier=VERIFIER, login_hint="shop@shop.example"
    )
    answer = requests.get(address, allow_redirects=False, timeout=10)
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["Location"]).query).items()}


def test_an_agreement_becomes_tokens_that_can_be_refreshed(oauth_server: OAuthServer) -> None:
    brought = agree(oauth_server.client(), state="abc")
    first = oauth.exchange(oauth_server.client(), code=brought["code"], redirect_uri=BACK, verifier=VERIFIER)
    second = oauth.refresh(oauth_server.client(), first.refresh)

    assert brought["state"] == "abc"
    assert first.lifetime == timedelta(hours=1)
    assert second.refresh not in ("", first.refresh)
    assert oauth_server.user_of(second.access) == "shop@shop.example"


def test_a_public_client_needs_no_secret(oauth_server: OAuthServer) -> None:
    brought = agree(oauth_server.client(secret=""))
    oauth.exchange(oauth_server.client(secret=""), code=brought["code"], redirect_uri=BACK, verifier=VERIFIER)
    assert "client_secret" not in oauth_server.asked[-1][1]


def test_a_code_caught_on_the_way_is_of_no_use_without_the_verifier(oauth_server: OAuthServer) -> None:
    brought = agree(oauth_server.client())
    with pytest.raises(AccountError, match="sign in again"):
        oauth.exchange(oauth_server.client(), code=brought["code"], redirect_uri=BACK, verifier="w" * 43)


def test_a_refresh_token_that_stays_good_is_kept(oauth_server: OAuthServer) -> None:
    oauth_server.rotating = False
    agreement = oauth_server.agree("shop")
    assert oauth.refresh(oauth_server.client(), agreement.refresh).refresh == agreement.refresh


@pytest.mark.trust
def test_tokens_are_never_printed(oauth_server: OAuthServer) -> None:
    agreement = oauth_server.agree("shop")
    tokens = oauth.refresh(oauth_server.client(), agreement.refresh)
    account = ServerAccount(
        host="h", port=1, tls=Tls.TLS, username="u", password="", access_token=tokens.access
    )
    printed = repr((tokens, account, oauth_server.client()))
    assert not [
        secret
        for secret in (tokens.access, tokens.refresh, oauth_server.client().client_secret)
        if secret in printed
    ]


def test_an_agreement_that_was_taken_back_asks_for_a_new_one(oauth_server: OAuthServer) -> None:
    agreement = oauth_server.agree("shop")
    agreement.revoked = True
    with pytest.raises(AccountError, match=r"no longer honours.*AADSTS700082.*sign in again") as raised:
        oauth.refresh(oauth_server.client(), agreement.refresh)
    assert raised.value.part == "oauth"


def test_a_wrong_client_secret_is_told_apart_from_a_revoked_grant(oauth_server: OAuthServer) -> None:
    agreement = oauth_server.agree("shop")
    with pytest.raises(AccountError, match="client ID or its secret"):
        oauth.refresh(replace(oauth_server.client(), client_secret="wrong"), agreement.refresh)


@pytest.mark.parametrize(
    ("failing", "said", "retry_after"),
    [
        ((503, b"<html>busy</html>", {"Retry-After": "120"}), "answered 503", 120.0),
        ((429, b"slow down", {"Retry-After": "7"}), "answered 429", 7.0),
        ((200, b"<html>a captive portal</html>", {}), "cannot be read", None),
        ((200, b'["no object"]', {}), "cannot be read", None),
        ((200, b'{"token_type": "Bearer"}', {}), "without an access token", None),
        ((400, b'{"error": "temporarily_unavailable"}', {}), "no token just now", None),
        ((302, b"", {"Location": "http://127.0.0.1:9/steal"}), "cannot be read", None),
    ],
)
def test_trouble_of_the_server_passes(
    oauth_server: OAuthServer,
    failing: tuple[int, bytes, dict[str, str]],
    said: str,
    retry_after: float | None,
) -> None:
    oauth_server.failing = failing
    with pytest.raises(TransientError, match=said) as raised:
        oauth.refresh(oauth_server.client(), "token")
    assert raised.value.retry_after == retry_after


def test_nobody_home_passes(oauth_server: OAuthServer) -> None:
    away = oauth.microsoft(f"http://127.0.0.1:{closed_port()}")
    with pytest.raises(TransientError, match="could not be asked"):
        oauth.refresh(replace(oauth_server.client(), endpoints=away), "token")


def test_an_agreement_without_a_refresh_token_is_none(oauth_server: OAuthServer) -> None:
    brought = agree(oauth_server.client())
    oauth_server.failing = (200, b'{"access_token": "a", "expires_in": 3600}', {})
    with pytest.raises(AccountError, match="offline access"):
        oauth.exchange(oauth_server.client(), code=brought["code"], redirect_uri=BACK, verifier=VERIFIER)


def test_a_token_is_not_used_in_its_last_minutes() -> None:
    at = datetime(2026, 6, 1, 12, tzinfo=UTC)
    assert oauth.is_good(at + timedelta(minutes=6), at=at)
    assert not oauth.is_good(at + timedelta(minutes=5), at=at)
    assert not oauth.is_good(None, at=at)


def test_google_and_microsoft_are_asked_at_their_own_addresses() -> None:
    google = Client(endpoints=oauth.google(), client_id="id")
    address = oauth.authorization_address(google, redirect_uri=BACK, state="s", verifier=VERIFIER)
    asked = parse_qs(urlsplit(address).query)
    assert address.startswith("https://accounts.google.com/o/oauth2/v2/auth?")
    assert asked["scope"] == ["https://mail.google.com/"]
    assert (asked["access_type"], asked["code_challenge_method"]) == (["offline"], ["S256"])
    assert VERIFIER not in address
    tenant = oauth.microsoft("https://login.microsoftonline.com/shop.example/")
    assert tenant.token == "https://login.microsoftonline.com/shop.example/oauth2/v2.0/token"
    assert "offline_access" in tenant.scope


@pytest.mark.trust
@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://login.example/common", True),
        ("http://127.0.0.1:5000", True),
        ("http://login.example", False),
        ("https://", False),
        ("http://localhost.evil.example", False),
        ("ftp://127.0.0.1", False),
        ("https://[", False),
    ],
)
def test_secrets_go_only_to_https_or_to_this_machine(url: str, safe: bool) -> None:
    assert oauth.is_safe_address(url) is safe


def test_a_device_waits_until_somebody_has_agreed(oauth_server: OAuthServer) -> None:
    oauth_server.user, oauth_server.patience = "shop@shop.example", 3
    begun = device.begin(oauth_server.client())
    naps: list[float] = []
    tokens = device.wait_for_tokens(oauth_server.client(), begun, sleep=naps.append)

    assert begun.user_code == "ABCD-1234"
    assert naps == [1, 1, 1, 1]
    assert oauth_server.user_of(tokens.access) == "shop@shop.example"
    assert tokens.refresh


def test_a_device_slows_down_when_it_is_told_to(oauth_server: OAuthServer) -> None:
    begun = device.begin(oauth_server.client())
    answers = iter([b'{"error": "slow_down"}', b'{"error": "slow_down"}'])
    naps: list[float] = []

    def nap(seconds: float) -> None:
        naps.append(seconds)
        said = next(answers, None)
        oauth_server.failing = (400, said, {}) if said else None

    device.wait_for_tokens(oauth_server.client(), begun, sleep=nap)
    assert naps == [1, 6, 11]


def test_a_declined_device_and_one_that_nobody_cared_for_are_told_apart(oauth_server: OAuthServer) -> None:
    begun = device.begin(oauth_server.client())
    with pytest.raises(AccountError, match="expired"):
        device.wait_for_tokens(oauth_server.client(), replace(begun, code="x"), sleep=no_nap)
    oauth_server.declining = True
    with pytest.raises(AccountError, match="declined"):
        device.wait_for_tokens(oauth_server.client(), begun, sleep=no_nap)


def test_google_gives_no_tokens_for_mail_to_a_device() -> None:
    with pytest.raises(AccountError, match="settings page"):
        device.begin(Client(endpoints=oauth.google(), client_id="id"))


def no_nap(seconds: float) -> None:
    """Tests do not wait."""


@pytest.fixture
def token_sink(smtp_sink: SmtpSink, oauth_server: OAuthServer) -> Iterator[SmtpSink]:
    smtp_sink.behave(user_of=oauth_server.user_of)
    return smtp_sink


@pytest.mark.parametrize("tls", list(Tls))
def test_a_token_opens_the_mailbox(oauth_dovecot: Dovecot, oauth_server: OAuthServer, tls: Tls) -> None:
    user = oauth_dovecot.new_user()
    token = oauth_server.access_token(user)
    account = replace(oauth_dovecot.account(user, tls=tls), password="", access_token=token)
    assert mailbox.check(account).exists == 0


def test_a_token_that_is_over_is_refused_with_what_to_do(
    oauth_dovecot: Dovecot, oauth_server: OAuthServer
) -> None:
    user = oauth_dovecot.new_user()
    token = oauth_server.access_token(user)
    oauth_server.expire()
    with pytest.raises(AccountError, match=r"did not take the sign-in.*sign in again") as raised:
        mailbox.check(replace(oauth_dovecot.account(user), access_token=token))
    assert raised.value.part == "oauth"
    assert token not in str(raised.value)


def test_a_token_of_somebody_else_does_not_open_the_mailbox(
    oauth_dovecot: Dovecot, oauth_server: OAuthServer
) -> None:
    token = oauth_server.access_token("eve@else.example")
    with pytest.raises(AccountError, match="this very account"):
        mailbox.check(replace(oauth_dovecot.account(oauth_dovecot.new_user()), access_token=token))


def test_a_server_without_xoauth2_does_not_see_the_token(oauth_server: OAuthServer) -> None:
    with OddImap({}) as server, pytest.raises(AccountError, match="does not offer XOAUTH2"):
        mailbox.check(replace(server.account(), access_token="the token"))
    assert not [said for said in server.said if b"token" in said or b"LOGIN" in said]


def test_a_refusal_s_challenge_is_answered_with_nothing() -> None:
    """Google: + {"status":"400",...}, then the client's empty line, then NO."""
    said: list[bytes] = []

    def converse(line: bytes) -> bytes:
        said.append(line.strip())
        return (b"+ \r\n", b"+ eyJzdGF0dXMiOiI0MDAifQ==\r\n", b"%(auth)s NO Invalid\r\n")[len(said) - 1]

    with (
        OddImap(OFFERING, dialogue=converse) as server,
        pytest.raises(AccountError, match=r"Invalid \(400\)"),
    ):
        mailbox.check(replace(server.account(), access_token="the token"))
    assert said[2] == b""


def test_a_busy_server_is_not_a_refused_token() -> None:
    answers = {b"AUTHENTICATE": b"%(tag)s NO [UNAVAILABLE] try again later\r\n"}
    with OddImap(OFFERING | answers) as server, pytest.raises(TransientError, match="busy"):
        mailbox.check(replace(server.account(), access_token="the token"))


def test_a_token_sends(token_sink: SmtpSink, oauth_server: OAuthServer) -> None:
    token = oauth_server.access_token("shop@shop.example")
    send(replace(token_sink.account(), password="", access_token=token))
    assert token_sink.commands[0] == "AUTH XOAUTH2"
    assert len(token_sink.messages) == 1


def test_a_refused_token_does_not_send(token_sink: SmtpSink, oauth_server: OAuthServer) -> None:
    token = oauth_server.access_token("shop@shop.example")
    oauth_server.expire()
    with pytest.raises(AccountError, match=r"535.*\(400\).*sign in again") as raised:
        send(replace(token_sink.account(), access_token=token))
    assert raised.value.part == "oauth"
    assert token_sink.messages == []


def test_a_sending_server_without_xoauth2_does_not_see_the_token(smtp_sink: SmtpSink) -> None:
    with pytest.raises(AccountError, match="does not offer XOAUTH2"):
        transport.check(replace(smtp_sink.account(), access_token="the token"))
    assert smtp_sink.commands == []
