"""What an SMTP reply means for the caller (RFC 5321 section 4.2, RFC 3463)."""

import re
import smtplib
from enum import StrEnum

from mail.accounts import ServerAccount, login_refused
from mail.errors import AccountError, MailError, PermanentError, TransientError
from mail.failures import back_off, line_failure


class Step(StrEnum):
    """Where in the conversation the server refused; the value is how a person would call it."""

    MAIL = "the sender address"
    RCPT = "the recipient"
    DATA = "to take a message"
    CONTENT = "the message"


_LOGIN_CODES = (530, 534, 535, 538)
_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
# Refusals with a 5xx that pass by themselves: Google's and QQ's daily and hourly quotas.
_QUOTA = re.compile(
    r"\b5\.4\.5\b|daily.{0,30}(limit|quota)|frequency limited|sending limit|rate limit", re.IGNORECASE
)
_QUOTA_PAUSE = 3600.0  # seconds
# The provider sends only from the address of the login: QQ 501, NetEase 553, Postfix 553, Microsoft 5.2.252.
_NOT_YOUR_ADDRESS = re.compile(
    r"mail from.{0,30}must|same as auth|authori[sz]ed user|not owned by user|SendAsDenied|5\.7\.60",
    re.IGNORECASE,
)
_NO_RELAY = re.compile(r"relay", re.IGNORECASE)


def refusal(step: Step, code: int, reply: bytes | str, account: ServerAccount) -> MailError:
    """The error for a reply that is not the one hoped for. The message was not taken."""
    said = f"{code} {text_of(reply)}"
    if code in _LOGIN_CODES:
        return login_refused(account, said)
    if not 500 <= code < 600:
        return TransientError(f"{account} put off {step}: {said}.", retry_after=back_off(said))
    if _QUOTA.search(said):
        return TransientError(f"{account} takes no more for now: {said}.", retry_after=_QUOTA_PAUSE)
    if step is not Step.RCPT and _NOT_YOUR_ADDRESS.search(said):
        return AccountError(
            f"{account} sends only from the address of its login {account.username}: {said}.", part="sender"
        )
    if step is Step.RCPT and not account.username and _NO_RELAY.search(said):
        return AccountError(f"{account} wants a login before it sends to others: {said}.", part="login")
    status = _STATUS.search(said)
    return PermanentError(
        f"{account} refused {step}: {said}.",
        code=code,
        status=status[1] if status else "",
        recipient_refused=step is Step.RCPT,
    )


def smtp_failure(error: Exception, account: ServerAccount) -> MailError:
    """An exception of smtplib or of the socket, before the final dot."""
    if isinstance(error, smtplib.SMTPResponseException):
        said = f"{error.smtp_code} {text_of(error.smtp_error)}"
        return TransientError(f"{account} answered: {said}.", retry_after=back_off(said), part="connect")
    if isinstance(error, smtplib.SMTPException):
        cause = error.__context__  # smtplib hides a time-out in SMTPServerDisconnected
        return line_failure(cause if isinstance(cause, OSError) else error, account)
    return line_failure(error, account)


def text_of(reply: object) -> str:
    """A server's words on one line, at most 500 characters."""
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else str(reply)
    return " ".join(text.split()).rstrip(".")[:500]
