"""From a socket to a logged-in IMAP session: connect, TLS, login, ID."""

import contextlib
import imaplib
import socket
from typing import Any

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import CapabilityError

from mail.accounts import Provider, ServerAccount, Tls, provider_of, verifying_context
from mail.errors import AccountError, MailError
from mail.failures import busy, imap_failure, imap_login_failure, imap_said
from mail.sasl import token_refused, xoauth2

_WHO_WE_ARE = '("name" "helpdesk" "version" "1" "vendor" "helpdesk")'  # RFC 2971


def sign_in(account: ServerAccount) -> IMAPClient:
    """A logged-in session with no folder selected. Raises AccountError or TransientError."""
    client = _connect(account)
    try:
        if account.tls is Tls.STARTTLS:
            _upgrade(client, account)
        _login(client, account)
        _say_who_we_are(client, account)
    except BaseException:
        hang_up(client)
        raise
    return client


def hang_up(client: IMAPClient) -> None:
    """Close the socket without a word."""
    with contextlib.suppress(Exception):
        client.shutdown()
    with contextlib.suppress(Exception):
        client.socket().close()


def _connect(account: ServerAccount) -> IMAPClient:
    context = verifying_context(account) if account.tls is Tls.TLS else None
    try:
        client = IMAPClient(
            account.host,
            port=account.port,
            ssl=context is not None,
            ssl_context=context,
            timeout=SocketTimeout(account.timeout, account.timeout),
        )
    except (OSError, imaplib.IMAP4.error) as error:
        raise imap_failure(error, account) from error
    client._imap.debug = 0  # IMAPClient sets 5: 86 % of the time of a FETCH went into log lines nobody reads
    client.normalise_times = False  # aware, as the server said, instead of naive local time
    client.folder_encode = False  # names are decoded in mail.folders: one broken name must not fail a LIST
    client.socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    client.socket().setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    return client


def _upgrade(client: IMAPClient, account: ServerAccount) -> None:
    context = verifying_context(account)
    try:
        client.starttls(context)
    except CapabilityError as error:
        raise AccountError(
            f"{account} does not offer STARTTLS: choose tls, or another port.", part="tls"
        ) from error
    except (OSError, imaplib.IMAP4.error) as error:
        raise imap_failure(error, account) from error


def _login(client: IMAPClient, account: ServerAccount) -> None:
    if account.access_token:
        _login_with_token(client, account)
    else:
        _login_with_password(client, account)


def _login_with_token(client: IMAPClient, account: ServerAccount) -> None:
    """AUTHENTICATE XOAUTH2. A refusal comes as a challenge first, which wants an empty answer."""
    if not account.username.isprintable():
        raise AccountError("The user name holds a line break or another invisible character.", part="login")
    imap: Any = client._imap
    challenges: list[bytes] = []

    def answer(challenge: bytes) -> bytes:
        challenges.append(challenge)
        return xoauth2(account.username, account.access_token).encode() if len(challenges) == 1 else b""

    try:
        if not client.has_capability("AUTH=XOAUTH2"):
            raise AccountError(f"{account} does not offer XOAUTH2: use a password here.", part="login")
        imap.authenticate("XOAUTH2", answer)
    except (imaplib.IMAP4.abort, OSError) as error:
        raise imap_failure(error, account) from error
    except imaplib.IMAP4.error as error:
        said = imap_said(error)
        refused = "[AUTHENTICATIONFAILED]" in said.upper() or len(challenges) > 1
        raise (None if refused else busy(said, account)) or token_refused(
            account,
            said,
            challenges[-1] if challenges else b"",  # NO or BAD without a challenge
        ) from error


def _login_with_password(client: IMAPClient, account: ServerAccount) -> None:
    if not (account.username + account.password).isprintable():
        raise AccountError(
            "User name or password hold a line break or another invisible character.", part="login"
        )
    try:
        if _takes_only_oauth(client):
            raise AccountError(
                f"{account.host} takes no passwords from programs: this mailbox needs OAuth.", part="login"
            )
        if client.has_capability("LOGINDISABLED") and account.tls is Tls.NONE:
            raise AccountError(
                f"{account} takes no password without TLS: choose starttls or tls.", part="tls"
            )
        if client.has_capability("LOGINDISABLED") or not (account.username + account.password).isascii():
            client.plain_login(account.username, account.password)  # SASL PLAIN is UTF-8, LOGIN is ASCII
        else:
            client.login(account.username, account.password)
    except MailError:
        raise
    except (imaplib.IMAP4.abort, OSError) as error:
        raise imap_failure(error, account) from error
    except imaplib.IMAP4.error as error:
        if isinstance(
            error.__context__, imaplib.IMAP4.abort
        ):  # IMAPClient calls a dead line a LoginError too
            raise imap_failure(error.__context__, account) from error
        raise imap_login_failure(error, account) from error


def _takes_only_oauth(client: IMAPClient) -> bool:
    offered: tuple[bytes, ...] = client.capabilities()
    oauth = b"AUTH=XOAUTH2" in offered or b"AUTH=OAUTHBEARER" in offered
    return oauth and b"LOGINDISABLED" in offered and b"AUTH=PLAIN" not in offered


def _say_who_we_are(client: IMAPClient, account: ServerAccount) -> None:
    """NetEase opens no folder ("Unsafe Login") for a program that has not said its name after the login."""
    imap: Any = client._imap
    try:
        if client.has_capability("ID") or provider_of(account.host) is Provider.NETEASE:
            imap._simple_command("ID", _WHO_WE_ARE)  # whatever is answered: it is a courtesy elsewhere
    except (imaplib.IMAP4.abort, OSError) as error:
        raise imap_failure(error, account) from error
    except imaplib.IMAP4.error:
        return
