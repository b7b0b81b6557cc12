"""How to reach one server of a mail provider, and what is peculiar about that provider.

Shared by the reading wire (`mail.mailbox`) and the sending wire (`mail.transport`).
"""

import re
import ssl
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_address

from mail.errors import AccountError


class Tls(StrEnum):
    """How the line is protected. There is no way to switch the verification off."""

    NONE = "none"
    STARTTLS = (
        "starttls"  # plain at first, must be upgraded before the login (RFC 3207, RFC 9051 section 6.2.1)
    )
    TLS = "tls"  # from the first byte (RFC 8314)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerAccount:
    """One login at one IMAP or SMTP server, with a password or with a token."""

    host: str
    port: int
    tls: Tls
    username: str  # "" at an SMTP server that takes mail without a login
    password: str = field(repr=False)
    # An OAuth access token, used instead of the password. No part of what the account is: it changes hourly.
    access_token: str = field(default="", repr=False, compare=False)
    ca_file: str = ""  # PEM file of an own certificate authority, instead of those of the machine
    timeout: float = 30  # seconds, for connecting and for every answer

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


class Provider(StrEnum):
    """Providers whose refusals need a word of explanation."""

    NETEASE = "netease"
    QQ = "qq"
    ALIYUN = "aliyun"
    GOOGLE = "google"
    MICROSOFT = "microsoft"
    APPLE = "apple"
    FASTMAIL = "fastmail"
    OTHER = "other"


_DOMAINS = (
    (Provider.NETEASE, ("163.com", "126.com", "yeah.net", "188.com")),
    (Provider.QQ, ("qq.com", "foxmail.com")),
    (Provider.ALIYUN, ("aliyun.com", "mxhichina.com")),
    (Provider.GOOGLE, ("gmail.com", "googlemail.com", "google.com")),
    (Provider.MICROSOFT, ("office365.com", "outlook.com", "hotmail.com", "live.com")),
    (Provider.APPLE, ("icloud.com", "me.com", "mac.com")),
    (Provider.FASTMAIL, ("fastmail.com",)),
)
_AUTHORISATION_CODE = (
    "Use the authorisation code (授权码) here, not the password of the web mail, and see in the web mail's "
    "settings that IMAP and SMTP are switched on; the code dies when the password is changed."
)
_APP_PASSWORD = (
    "This provider wants an app password here, made in the account's settings, not the account's password."
)
_LOGIN_HINTS = {
    Provider.NETEASE: _AUTHORISATION_CODE,
    Provider.QQ: _AUTHORISATION_CODE,
    Provider.ALIYUN: _AUTHORISATION_CODE,
    Provider.GOOGLE: "Google wants OAuth or an app password (two-step verification on), not the account's "
    "password.",
    Provider.MICROSOFT: "Microsoft needs OAuth for this mailbox: it no longer takes passwords from programs.",
    Provider.APPLE: _APP_PASSWORD,
    Provider.FASTMAIL: _APP_PASSWORD,
    Provider.OTHER: "Check the user name (often the whole address) and the password.",
}


def is_this_machine(host: str) -> bool:
    """Whether what goes there stays on this machine: by its name or number, nothing is looked up."""
    name = host.strip("[]").lower()
    try:
        return name == "localhost" or ip_address(name).is_loopback
    except ValueError:
        return False


def provider_of(host: str) -> Provider:
    """Whose server this is, by the end of its name."""
    name = host.lower().rstrip(".")
    for provider, domains in _DOMAINS:
        if any(re.search(rf"(^|\.){re.escape(domain)}$", name) for domain in domains):
            return provider
    return Provider.OTHER


def login_refused(account: ServerAccount, said: str) -> AccountError:
    """The error for a refused login, with what this provider's customers most often got wrong."""
    provider = provider_of(account.host)
    needs_code = provider in (Provider.NETEASE, Provider.QQ, Provider.ALIYUN)
    return AccountError(
        f"{account.host} refused the login of {account.username}: {said}. {_LOGIN_HINTS[provider]}",
        part="authorisation_code" if needs_code else "login",
    )


def verifying_context(account: ServerAccount) -> ssl.SSLContext:
    """TLS that checks certificate and host name. Raises AccountError when the CA file is of no use."""
    try:
        return ssl.create_default_context(cafile=account.ca_file or None)
    except (OSError, ssl.SSLError) as error:
        raise AccountError(
            f"The CA file {account.ca_file} cannot be read as PEM certificates: {error}", part="tls"
        ) from error
