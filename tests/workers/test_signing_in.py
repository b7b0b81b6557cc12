"""A mailbox that is opened with tokens: they are refreshed in time, by one worker, and never lost."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from helpdesk import clock, signing_in
from helpdesk.actions import grants
from helpdesk.current import current_desk
from helpdesk.db import transaction
from mail.errors import AccountError, TransientError
from mail.oauth import Tokens
from tests.letterbox import mail
from tests.servers.dovecot import Dovecot
from tests.servers.oauth import CLIENT_SECRET, OAuthServer
from tests.servers.smtp import SmtpSink
from tests.shop import Shop
from tests.workers.reading import row as mailbox_row
from tests.workers.signed import Signed

pytestmark = pytest.mark.trust


@pytest.fixture
def signed(shop: Shop, oauth_dovecot: Dovecot, oauth_server: OAuthServer) -> Signed:
    shop.smtp.behave(user_of=oauth_server.user_of)
    return Signed(shop, oauth_dovecot, oauth_server)


def test_a_mailbox_is_read_and_sent_from_with_tokens(signed: Signed, smtp_sink: SmtpSink) -> None:
    signed.agree()
    signed.shop.poll()
    signed.dovecot.deliver(signed.user, mail())
    signed.shop.poll()
    signed.shop.send()

    assert len(signed.shop.tickets()) == 1
    assert smtp_sink.commands[0] == "AUTH XOAUTH2"
    assert len(smtp_sink.messages) == 1


def test_until_somebody_has_agreed_the_mailbox_is_paused_and_says_so(signed: Signed) -> None:
    assert not mailbox_row(signed.shop.mailbox_id).active
    with pytest.raises(AccountError, match="Nobody has signed in"):
        signed.armed()

    signed.agree()
    assert mailbox_row(signed.shop.mailbox_id).active


def test_a_token_is_used_as_long_as_it_is_good_and_then_renewed(signed: Signed) -> None:
    agreement = signed.agree()
    asked = agreement.refreshed
    for _ in range(3):
        signed.check()
    assert agreement.refreshed == asked

    signed.shop.let_pass(minutes=56)
    signed.check()
    assert agreement.refreshed == asked + 1


def test_a_rotated_token_is_kept_each_time(signed: Signed) -> None:
    agreement = signed.agree()
    for _ in range(4):
        signed.token_is_over()
        signed.check()
    assert agreement.refreshed == 5
    assert not agreement.revoked, "an old refresh token was used again"


def test_secrets_are_sealed(signed: Signed) -> None:
    agreement = signed.agree()
    grant = signed.grant()
    kept = b"".join(filter(None, (grant.refresh_sealed, grant.access_sealed, grant.client_secret_sealed)))
    assert agreement.refresh.encode() not in kept
    assert CLIENT_SECRET.encode() not in kept


def test_of_many_at_once_one_refreshes_and_the_others_wait(signed: Signed) -> None:
    agreement = signed.agree()
    signed.token_is_over()
    signed.provider.slow = 0.5
    before = agreement.refreshed
    tokens: list[str] = []

    def log_in() -> None:
        with signed.shop.app.app_context():
            tokens.append(signed.armed().access_token)

    threads = [threading.Thread(target=log_in) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert len(set(tokens)) == 1
    assert len(tokens) == 4
    assert agreement.refreshed == before + 1
    assert not agreement.revoked


def test_a_worker_that_died_while_refreshing_is_not_waited_for_forever(
    signed: Signed, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed.agree()
    signed.token_is_over()
    with transaction() as session:
        grants.next_step(session, current_desk(), signed.shop.mailbox_id, at=clock.now())
    monkeypatch.setattr(signing_in, "PATIENCE", 0.3)
    with pytest.raises(TransientError, match="Another worker"):
        signed.armed()

    signed.shop.let_pass(minutes=2)
    signed.check()


def test_trouble_at_the_provider_lets_the_next_one_try(signed: Signed) -> None:
    signed.agree()
    signed.token_is_over()
    signed.provider.failing = (503, b"", {})
    for _ in range(2):
        with pytest.raises(TransientError, match="503"):
            signed.armed()

    signed.provider.failing = None
    signed.check()


def test_a_new_token_survives_a_database_that_is_away_for_a_moment(
    signed: Signed, monkeypatch: pytest.MonkeyPatch
) -> None:
    agreement = signed.agree()
    signed.token_is_over()
    keep, away = grants.keep, [OperationalError("", {}, Exception("restarting"))] * 2

    def crowded(*args: object, **more: object) -> None:
        if away:
            raise away.pop()
        keep(*args, **more)  # type: ignore[arg-type]  # passed through

    monkeypatch.setattr(grants, "keep", crowded)
    monkeypatch.setattr(signing_in, "KEEP_AGAIN", (0.01, 0.01))
    signed.check()
    signed.token_is_over()
    signed.check()
    assert not agreement.revoked


def test_an_agreement_taken_back_stands_on_the_page_and_can_be_made_anew(signed: Signed) -> None:
    signed.agree().revoked = True
    signed.token_is_over()
    with pytest.raises(AccountError, match="sign in again"):
        signed.armed()

    signed.agree()
    signed.check()


def test_a_token_that_the_server_no_longer_takes_is_replaced_at_once(signed: Signed) -> None:
    signed.agree()
    signed.shop.let_pass(minutes=10)
    signed.provider.expire()
    with pytest.raises(AccountError) as raised:
        signed.check()

    assert signing_in.refused(signed.shop.mailbox_id, raised.value), "worth another try at once"
    signed.check()


def test_a_fresh_token_that_is_refused_is_not_hammered_with(signed: Signed) -> None:
    signed.agree()
    assert not signing_in.refused(signed.shop.mailbox_id, AccountError("no", part="oauth"))
    assert not signing_in.refused(signed.shop.mailbox_id, AccountError("no", part="folder"))


def test_sending_waits_untried_while_there_is_no_token(signed: Signed, smtp_sink: SmtpSink) -> None:
    agreement = signed.agree()
    signed.shop.poll()
    signed.dovecot.deliver(signed.user, mail())
    signed.shop.poll()
    agreement.revoked = True
    signed.token_is_over()
    assert signed.shop.send() == []
    assert "sign in again" in mailbox_row(signed.shop.mailbox_id).sending_problem

    signed.agree()
    signed.shop.let_pass(minutes=6)
    assert len(signed.shop.send()) == 1


def test_a_sign_in_that_was_made_meanwhile_is_not_overwritten(signed: Signed) -> None:
    signed.agree()
    signed.token_is_over()
    with transaction() as session:
        turn = grants.next_step(session, current_desk(), signed.shop.mailbox_id, at=clock.now())
    assert isinstance(turn, grants.Turn)
    newer = signed.agree()
    late = Tokens(access="late", refresh="late", lifetime=timedelta(hours=1))
    with transaction() as session:
        grants.keep(session, current_desk(), signed.shop.mailbox_id, late, turn, at=clock.now())

    signed.token_is_over()
    signed.check()
    assert not newer.revoked


@pytest.mark.parametrize(
    "changes", [{"imap_host": "localhost"}, {"username": "eve@else.example"}, {"smtp_host": "localhost"}]
)
def test_tokens_go_to_no_other_server_than_they_were_given_for(
    signed: Signed, changes: dict[str, str]
) -> None:
    signed.agree()
    signed.change(replace(signed.form, **changes))  # type: ignore[arg-type]  # names of text fields

    with pytest.raises(AccountError, match="Nobody has signed in"):
        signed.armed()


def test_a_secret_goes_to_no_other_authority_than_it_was_given_for(signed: Signed) -> None:
    signed.agree()
    assert signed.form.grant is not None
    elsewhere = replace(signed.form.grant, authority="https://login.else.example", client_secret="")
    signed.change(replace(signed.form, grant=elsewhere))

    assert signed.grant().client_secret_sealed is None
    assert signed.grant().refresh_sealed is None


def test_a_mailbox_goes_back_to_a_password(signed: Signed) -> None:
    signed.agree()
    signed.change(replace(signed.form, grant=None, password="secret"))
    assert signed.armed().access_token == ""
    signed.check()
