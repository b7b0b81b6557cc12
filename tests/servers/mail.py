"""Fixtures of the mail servers: started once in each worker, empty for each test."""

from collections.abc import Iterator

import pytest

from mail.accounts import Tls
from tests.servers.dovecot import Dovecot
from tests.servers.oauth import OAuthServer
from tests.servers.smtp import SmtpSink


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """A real IMAP server; take `dovecot.new_user()` for an empty mailbox."""
    server = Dovecot()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def _oauth_server() -> Iterator[OAuthServer]:
    server = OAuthServer()
    yield server
    server.stop()


@pytest.fixture
def oauth_server(_oauth_server: OAuthServer) -> OAuthServer:
    """An OAuth server on which nobody has agreed to anything yet."""
    _oauth_server.reset()
    return _oauth_server


@pytest.fixture(scope="session")
def oauth_dovecot(_oauth_server: OAuthServer) -> Iterator[Dovecot]:
    """A Dovecot that takes the tokens of `oauth_server`."""
    server = Dovecot(introspection=f"{_oauth_server.authority}/introspect")
    yield server
    server.stop()


@pytest.fixture(scope="session")
def smtp_sink() -> Iterator[SmtpSink]:
    """A real SMTP server without TLS. Messages and misbehaviour of a test end with it."""
    server = SmtpSink()
    yield server
    server.stop()


@pytest.fixture(scope="session", params=[Tls.STARTTLS, Tls.TLS])
def secure_smtp_sink(request: pytest.FixtureRequest) -> Iterator[SmtpSink]:
    """The same with both kinds of TLS, one after the other."""
    server = SmtpSink(tls=request.param)
    yield server
    server.stop()


@pytest.fixture(autouse=True)
def _emptied(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    for name in ("smtp_sink", "secure_smtp_sink"):
        if name in request.fixturenames:
            request.getfixturevalue(name).reset()
