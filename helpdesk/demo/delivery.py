"""What the demo's SMTP server does with mail: everything is delivered here, nothing leaves the machine."""

import re
from collections.abc import Callable
from email.utils import format_datetime

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from pymap.parsing.message import AppendMessage
from pymap.parsing.specials.flag import Seen

from helpdesk import clock
from helpdesk.demo.kept_mail import KeptMail

HOST = "mail.shop.example"  # the name this provider goes by, also in Authentication-Results
LARGEST = 25 * 1024 * 1024  # octets, as most providers have it
LONGEST_ADDRESS = 100  # it becomes the name of a folder
_ADDRESS = re.compile(r"[^\s@<>\"/\\\x00-\x1f]+@[^\s@<>\"/\\\x00-\x1f]+")
_FORGED = re.compile(rb"(?im)^Authentication-Results:.*\r?\n(?:[ \t].*\r?\n)*")
_FROM = re.compile(rb"(?im)^From:(?:[^\r\n@]|\r?\n[ \t])*@([\w.-]+)")  # folded lines too


class Delivery:
    """Hooks of aiosmtpd: who may be written to, and where it goes."""

    def __init__(self, mail_of: Callable[[str], KeptMail], shop: str) -> None:
        self._mail_of = mail_of
        self._shop = shop

    async def handle_RCPT(  # noqa: N802  (aiosmtpd looks the hook up by this name)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if not is_address(address):
            return "553 5.1.3 that is not an address this demo can keep mail for"
        if address.lower().endswith(".invalid"):  # RFC 2606: can never exist; a way to see a refusal
            return "550 5.1.1 nobody lives at this address"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(  # noqa: N802  (as above)
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        raw = envelope.content
        assert isinstance(raw, bytes)
        sender = envelope.mail_from or ""
        try:
            for address in dict.fromkeys(self._home(address) for address in envelope.rcpt_tos):
                stamped = AppendMessage(_stamp(raw, sender, address), clock.now(), frozenset())
                await (await self._mail_of(address).get_mailbox("INBOX")).append(stamped, recent=True)
        except Exception as error:  # whatever pymap's parser cannot read: said to the sender, nobody else
            return f"554 5.6.0 this message cannot be kept: {type(error).__name__}"
        if is_address(sender) and sender.lower() != self._shop:
            # What a mail program would file by itself, so that the buyer's page shows both directions.
            copy = AppendMessage(raw, clock.now(), frozenset({Seen}))
            await (await self._mail_of(sender.lower()).get_mailbox("Sent")).append(copy)
        return "250 2.0.0 OK: delivered"

    def _home(self, address: str) -> str:
        """Whose mail it is: support+anything@ is the shop's too (RFC 5233)."""
        local, _, domain = address.lower().rpartition("@")
        plain = f"{local.partition('+')[0]}@{domain}"
        return self._shop if plain == self._shop else address.lower()


def is_address(text: str) -> bool:
    """Whether this demo keeps mail for such an address."""
    return len(text.encode(errors="replace")) <= LONGEST_ADDRESS and _ADDRESS.fullmatch(text) is not None


def authenticator(shop: str, password: str) -> Callable[..., AuthResult]:
    """Buyers log in as anybody with any password, or not at all; the shop's own login has to be right."""

    def check(
        server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: object
    ) -> AuthResult:
        if not isinstance(given, LoginPassword):
            return AuthResult(success=False, handled=False)
        known = given.login.decode(errors="replace").lower() == shop
        right = not known or given.password == password.encode()
        return AuthResult(success=right, handled=False)

    return check


def _stamp(raw: bytes, sender: str, recipient: str) -> bytes:
    """The lines that a receiving server puts on top (RFC 5321 section 4.4, RFC 8601).

    As a provider that checks would say it: the sender is who he claims to be when the envelope agrees.
    Lines of that name that came from outside are taken out (RFC 8601 section 5).
    """
    head, empty, body = raw.partition(b"\r\n\r\n")
    claimed = _FROM.search(head)
    domain = claimed[1].decode("ascii", "replace").lower() if claimed else ""
    verdict = "pass" if domain and sender.lower().endswith(f"@{domain}") else "fail"
    lines = [
        f"Return-Path: <{sender}>",
        f"Delivered-To: {recipient}",
        f"Received: from localhost by {HOST} with ESMTP; {format_datetime(clock.now())}",
    ]
    if domain:
        lines.append(f"Authentication-Results: {HOST}; dmarc={verdict} header.from={domain}")
    stamped = "".join(f"{line}\r\n" for line in lines).encode("utf-8", "replace")
    return stamped + _FORGED.sub(b"", head + b"\r\n")[: -2 or None] + empty + body
