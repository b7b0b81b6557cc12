"""From a socket to an SMTP session that takes mail: connect, EHLO, TLS, login (RFC 6409)."""

import base64
import contextlib
import smtplib
import socket

from mail.accounts import ServerAccount, Tls, login_refused, verifying_context
from mail.errors import AccountError, TransientError
from mail.replies import smtp_failure, text_of
from mail.sasl import token_refused, xoauth2

# smtplib would ask the DNS for the name of this machine, which can take seconds and tells it to everybody.
_OUR_NAME = "[127.0.0.1]"


def open_session(account: ServerAccount) -> smtplib.SMTP:
    """A session after the login. Raises AccountError or TransientError; never goes on without TLS."""
    smtp = _connect(account)
    try:
        assert smtp.sock is not None
        smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        smtp.ehlo_or_helo_if_needed()
        if account.tls is Tls.STARTTLS:
            _upgrade(smtp, account)
        if account.access_token:
            _login_with_token(smtp, account)
        elif account.username:
            _login(smtp, account)
    except (smtplib.SMTPException, OSError) as error:
        smtp.close()
        raise smtp_failure(error, account) from error
    except BaseException:
        smtp.close()
        raise
    return smtp


def _connect(account: ServerAccount) -> smtplib.SMTP:
    context = verifying_context(account) if account.tls is Tls.TLS else None
    try:
        if context is None:
            return smtplib.SMTP(account.host, account.port, _OUR_NAME, account.timeout)
        return smtplib.SMTP_SSL(
            account.host, account.port, _OUR_NAME, timeout=account.timeout, context=context
        )
    except (smtplib.SMTPException, OSError) as error:
        raise smtp_failure(error, account) from error


def _upgrade(smtp: smtplib.SMTP, account: ServerAccount) -> None:
    if not smtp.has_extn("starttls"):
        raise AccountError(f"{account} does not offer STARTTLS: choose tls, or another port.", part="tls")
    smtp.starttls(context=verifying_context(account))
    smtp.ehlo_or_helo_if_needed()  # what was offered before TLS does not count


def _login_with_token(smtp: smtplib.SMTP, account: ServerAccount) -> None:
    """AUTH XOAUTH2. A refusal comes as a challenge (334) first, which wants an empty answer."""
    offered = smtp.esmtp_features.get("auth", "").upper().split()
    if "XOAUTH2" not in offered:
        hint = "choose starttls or tls" if account.tls is Tls.NONE else "use a password here"
        raise AccountError(f"{account} does not offer XOAUTH2: {hint}.", part="login")
    challenge = b""
    code, reply = smtp.docmd("AUTH", "XOAUTH2 " + _base64(xoauth2(account.username, account.access_token)))
    if code == 334:
        challenge = reply
        code, reply = smtp.docmd("")
    if 400 <= code < 500:
        raise TransientError(f"{account} put off the login: {code} {text_of(reply)}.")
    if code not in (235, 503):
        raise token_refused(account, f"{code} {text_of(reply)}", challenge)


def _login(smtp: smtplib.SMTP, account: ServerAccount) -> None:
    """One try: `smtplib.login` tries a wrong password with each mechanism, and providers lock accounts."""
    offered = smtp.esmtp_features.get("auth", "").upper().split()
    name, secret = _base64(account.username), _base64(account.password)
    if "PLAIN" in offered:
        code, reply = smtp.docmd("AUTH", "PLAIN " + _base64(f"\0{account.username}\0{account.password}"))
    elif "LOGIN" in offered:
        code, reply = smtp.docmd("AUTH", "LOGIN " + name)
        if code == 334:
            code, reply = smtp.docmd(secret)
    elif "CRAM-MD5" in offered:
        smtp.user, smtp.password = account.username, account.password
        with contextlib.suppress(UnicodeEncodeError):  # smtplib knows it for ASCII only; the reply is then 0
            code, reply = 0, b"the password is not ASCII"
            code, reply = smtp.auth("CRAM-MD5", smtp.auth_cram_md5)
    elif "XOAUTH2" in offered:
        raise AccountError(
            f"{account.host} takes no passwords from programs: this mailbox needs OAuth.", part="login"
        )
    else:
        hint = "choose starttls or tls" if account.tls is Tls.NONE else "leave the user name empty"
        raise AccountError(f"{account} offers no login here: {hint}.", part="login")
    if 400 <= code < 500:
        raise TransientError(f"{account} put off the login: {code} {text_of(reply)}.")
    if code not in (235, 503):  # 503: logged in already
        raise login_refused(account, f"{code} {text_of(reply)}")


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode("ascii")
