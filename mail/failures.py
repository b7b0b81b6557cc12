"""What went wrong on a socket, in a sentence for a person and as the class that says what to do next."""

import contextlib
import imaplib
import re
import socket
import ssl
from collections.abc import Iterator

from mail.accounts import ServerAccount, Tls, login_refused
from mail.errors import AccountError, MailError, TransientError

_NOT_TLS = {"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE", "PACKET_LENGTH_TOO_LONG"}
_OLD_TLS = {
    "UNSUPPORTED_PROTOCOL",
    "NO_PROTOCOLS_AVAILABLE",
    "TLSV1_ALERT_PROTOCOL_VERSION",
    "DH_KEY_TOO_SMALL",
}
_UNKNOWN_HOST = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}

# Asked too much or too often, in the words of Microsoft, Google, Dovecot, QQ, NetEase and of RFC 5530.
_BUSY = re.compile(
    r"\[(UNAVAILABLE|LIMIT|INUSE|THROTTLED|OVERQUOTA|SERVERBUG)|throttl|too many|try again later"
    r"|temporar|authenticated but not connected|system (is )?busy|server (is )?busy|frequen(t|cy)",
    re.IGNORECASE,
)
_BACK_OFF = re.compile(r"Backoff Time:?\s*(\d{1,9})\s*(milli)?", re.IGNORECASE)


def line_failure(error: Exception, account: ServerAccount) -> MailError:
    """An error of the socket or of TLS, at connecting or later."""
    if isinstance(error, ssl.SSLError):
        return _tls_failure(error, account)
    if isinstance(error, socket.gaierror):
        if error.errno in _UNKNOWN_HOST:
            return AccountError(
                f"There is no server of the name {account.host}: check the host.", part="connect"
            )
        return TransientError(
            f"The name {account.host} could not be looked up: {error.strerror}.", part="connect"
        )
    if isinstance(error, TimeoutError):
        return TransientError(f"{account} did not answer within {account.timeout:g} seconds.", part="connect")
    if isinstance(error, ConnectionRefusedError):
        return TransientError(
            f"Nothing answers at {account}: the server is down, or host or port are wrong.", part="connect"
        )
    return TransientError(
        f"The connection to {account} broke: {error or type(error).__name__}.", part="connect"
    )


def _tls_failure(error: ssl.SSLError, account: ServerAccount) -> MailError:
    if isinstance(error, ssl.SSLCertVerificationError):
        return AccountError(
            f"The certificate of {account} cannot be verified ({error.verify_message}). Check the host name; "
            "for a server with a certificate authority of its own, give the CA file.",
            part="tls",
        )
    reason = error.reason or ""
    if reason in _NOT_TLS:
        other = "none" if account.tls is Tls.STARTTLS else "starttls"
        return AccountError(
            f"{account} does not speak TLS where it was expected: try another port, or {other} instead of "
            f"{account.tls}.",
            part="tls",
        )
    if reason in _OLD_TLS:
        return AccountError(
            f"{account} offers only versions of TLS that are no longer safe ({reason}).", part="tls"
        )
    return TransientError(f"TLS with {account} broke: {reason or error}.", part="tls")


def imap_failure(error: Exception, account: ServerAccount) -> MailError:
    """Anything that imaplib or IMAPClient raise: a dead line or an answer NO or BAD."""
    if isinstance(error, OSError):
        return line_failure(error, account)
    said = imap_said(error)
    if isinstance(error, imaplib.IMAP4.abort):
        return TransientError(f"The connection to {account} broke: {said}.", retry_after=back_off(said))
    if "[TRYCREATE]" in said.upper():
        return AccountError(f"{account} has no such folder: {said}.", part="folder")
    return busy(said, account) or TransientError(f"{account} answered: {said}.")


@contextlib.contextmanager
def imap_wire(account: ServerAccount) -> Iterator[None]:
    """Everything between us and an IMAP server stands inside; only a MailError comes out."""
    try:
        yield
    except (OSError, imaplib.IMAP4.error, ValueError) as error:
        raise imap_failure(error, account) from error


def imap_login_failure(error: Exception, account: ServerAccount) -> MailError:
    said = imap_said(error)
    if "[AUTHENTICATIONFAILED]" not in said.upper() and (waiting := busy(said, account)):
        return waiting
    return login_refused(account, said)


def busy(said: str, account: ServerAccount) -> TransientError | None:
    """The error of a server that wants to be left alone for a while, or None when it says something else."""
    if not _BUSY.search(said):
        return None
    return TransientError(f"{account} is busy: {said}.", retry_after=back_off(said))


def back_off(said: str) -> float | None:
    """Seconds out of Microsoft's "Suggested Backoff Time: 290452 milliseconds"."""
    found = _BACK_OFF.search(said)
    if found is None:
        return None
    return int(found[1]) / (1000 if found[2] else 1)


def imap_said(error: Exception) -> str:
    """The words of the server, without what imaplib puts round them."""
    first = error.args[0] if error.args else ""
    text = first.decode("utf-8", "replace") if isinstance(first, bytes) else str(first)
    return re.sub(r"^(b['\"])(.*)['\"]$", r"\2", text).strip().rstrip(".")[:500] or type(error).__name__
