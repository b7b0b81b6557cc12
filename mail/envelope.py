"""The SMTP envelope: who it is from, whom it goes to, how large it is (RFC 5321 section 4.1.1, RFC 1870)."""

import re
import smtplib
from collections.abc import Sequence
from dataclasses import dataclass

from mail import domains
from mail.accounts import ServerAccount
from mail.errors import PermanentError

_ADDRESS = re.compile(r'[^\s<>"\\,;:\x00-\x1f\x7f]+@[^\s<>"\\,;:@\x00-\x1f\x7f]+')


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """The two commands; `mail_from_login` is the second try of a null sender, "" when there is none."""

    mail_from: str
    rcpt_to: str
    mail_from_login: str = ""
    copies_to: tuple[tuple[str, str], ...] = ()  # (address, its command)


def envelope(
    smtp: smtplib.SMTP,
    account: ServerAccount,
    *,
    sender: str,
    recipient: str,
    content: bytes,
    copies: Sequence[str] = (),
) -> Envelope:
    """Raises PermanentError for what this server can never take: an impossible address, or too many bytes."""
    _check_size(smtp, account, content)
    sent_from = wire_address(sender) if sender else ""
    sent_to = wire_address(recipient)
    copied = [(each, wire_address(each)) for each in copies]
    parameters = _parameters(smtp, content, sent_from + sent_to + "".join(wired for _, wired in copied))
    login = account.username if _ADDRESS.fullmatch(account.username) and account.username.isascii() else ""
    return Envelope(
        mail_from=f"MAIL FROM:<{sent_from}>{parameters}",
        rcpt_to=f"RCPT TO:<{sent_to}>",
        copies_to=tuple((each, f"RCPT TO:<{wired}>") for each, wired in copied),
        mail_from_login=f"MAIL FROM:<{login}>{parameters}" if login and not sender else "",
    )


def wire_address(address: str) -> str:
    """The address as SMTP wants it: the domain in ASCII (IDNA). PermanentError for what is no address."""
    if not _ADDRESS.fullmatch(address):
        raise PermanentError(f"{address!r} is not an e-mail address.", recipient_refused=True)
    local, _, domain = address.rpartition("@")
    try:
        return f"{local}@{domains.in_ascii(domain)}"
    except UnicodeError as error:
        raise PermanentError(f"The domain of {address!r} is not possible.", recipient_refused=True) from error


def _parameters(smtp: smtplib.SMTP, content: bytes, addresses: str) -> str:
    parameters = f" SIZE={len(content)}" if smtp.has_extn("size") else ""
    if not content.isascii() and smtp.has_extn("8bitmime"):
        parameters += " BODY=8BITMIME"
    if addresses.isascii():
        smtp.command_encoding = "ascii"
        return parameters
    if not smtp.has_extn("smtputf8"):
        raise PermanentError(
            "The part before the @ is not ASCII, and our mail provider cannot send to such an address.",
            recipient_refused=True,
        )
    smtp.command_encoding = "utf-8"
    return parameters + " SMTPUTF8"


def _check_size(smtp: smtplib.SMTP, account: ServerAccount, content: bytes) -> None:
    limit = smtp.esmtp_features.get("size", "0").strip()
    if limit.isdigit() and 0 < int(limit) < len(content):
        raise PermanentError(
            f"The message has {len(content) / 1e6:.1f} MB, {account} takes {int(limit) / 1e6:.1f} MB: "
            "send smaller attachments."
        )
