"""A buyer's mail program without the page: what lies in the letterbox, and writing to the shop."""

import re
import secrets
import smtplib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from flask_babel import format_datetime
from flask_babel import gettext as _

from helpdesk import clock
from helpdesk.demo.provider import LOOPBACK, Provider
from helpdesk.errors import InvalidError, NotFoundError
from mail import quoting
from mail.compose import compose
from mail.parse import parse
from mail.types import Address, Attachment, Incoming, Outgoing

MOST_SHOWN = 60  # newest messages of one buyer
FOLDERS = ("INBOX", "Sent")
_KEY = re.compile(r"(INBOX|Sent)-([0-9]{9})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One message as the page shows it."""

    key: str  # folder and UID: "INBOX-000000012"
    incoming: Incoming
    from_buyer: bool
    at: datetime  # when the provider took it
    new: str
    quoted: str


def messages(provider: Provider, buyer: str) -> tuple[Kept, ...]:
    """What this buyer got and sent, newest first."""
    found = [(path, folder) for folder in FOLDERS for path in provider.files(buyer, folder)]
    found.sort(key=lambda place: (place[0].stat().st_mtime, place[0].name), reverse=True)
    return tuple(_read(path, folder) for path, folder in found[:MOST_SHOWN])


def message(provider: Provider, buyer: str, key: str) -> Kept:
    """One of them. Raises NotFoundError."""
    known = _KEY.fullmatch(key)
    if known is not None:
        for path in provider.files(buyer, known[1]):
            if path.stem == known[2]:
                return _read(path, known[1])
    raise NotFoundError("there is no such message")


def count(provider: Provider, buyer: str) -> int:
    """How many there are; cheap enough to ask every other second."""
    return sum(len(provider.files(buyer, folder)) for folder in FOLDERS)


def write(
    provider: Provider,
    *,
    buyer: str,
    name: str,
    subject: str,
    text: str,
    files: tuple[Attachment, ...] = (),
    answers: Kept | None = None,
) -> None:
    """Send a mail to the shop through the SMTP port. Raises InvalidError when it is not taken."""
    if not text.strip() and not files:
        raise InvalidError(_("Write something, or attach a photo."), field="text")
    try:
        raw = compose(
            Outgoing(
                message_id=f"{secrets.token_hex(12)}@buyers.example",
                sender=Address(email=buyer, name=name.strip()[:80]),
                to=_to(provider, answers),
                subject=(_answering(answers.incoming.subject) if answers else subject.strip())[:500],
                text=_with_quote(text, answers),
                in_reply_to=answers.incoming.message_id if answers else "",
                references=_chain(answers) if answers else (),
                attachments=files,
                sent_at=clock.now(),
            )
        )
    except ValueError as error:
        raise InvalidError(str(error), field="address") from error
    try:
        with smtplib.SMTP(LOOPBACK, provider.smtp_port, timeout=30) as smtp:
            smtp.sendmail(buyer, [_to(provider, answers).email], raw)
    except (smtplib.SMTPException, OSError) as error:
        raise InvalidError(
            _("The mail provider did not take it: %(reason)s", reason=_said(error)), field="text"
        ) from error


def _said(error: Exception) -> str:
    """The server's words, where it said any."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        ((code, answer),) = error.recipients.values()
        error = smtplib.SMTPResponseException(code, answer)
    if not isinstance(error, smtplib.SMTPResponseException):
        return str(error)
    words = error.smtp_error
    return f"{error.smtp_code} {words.decode('utf-8', 'replace') if isinstance(words, bytes) else words}"


def _read(path: Path, folder: str) -> Kept:
    incoming = parse(path.read_bytes())
    split = quoting.of(incoming)
    return Kept(
        key=f"{folder}-{path.stem}",
        incoming=incoming,
        from_buyer=folder == "Sent",
        at=datetime.fromtimestamp(path.stat().st_mtime, UTC),
        new=split.new,
        quoted=split.quoted,
    )


def _to(provider: Provider, answers: Kept | None) -> Address:
    """Where an answer goes (RFC 5322 section 3.6.2); a buyer's own mail is followed up at the shop."""
    if answers is None or answers.from_buyer:
        return Address(email=provider.address)
    incoming = answers.incoming
    return incoming.reply_to[0] if incoming.reply_to else incoming.sender or Address(email=provider.address)


def _answering(subject: str) -> str:
    return subject if re.match(r"(?i)(re|回复|答复)\s?[:：]", subject) else f"Re: {subject}"


def _chain(answers: Kept) -> tuple[str, ...]:
    """The parent's References and its own id (RFC 5322 section 3.6.4)."""
    incoming = answers.incoming
    return (*incoming.references, incoming.message_id) if incoming.message_id else incoming.references


def _with_quote(text: str, answers: Kept | None) -> str:
    """The words, and below them what they answer, as mail programs do."""
    text = text.strip() + "\n"
    if answers is None or answers.from_buyer:
        return text
    sender = answers.incoming.sender
    said = _(
        "On %(moment)s, %(name)s wrote:",
        moment=format_datetime(answers.at, "yyyy-MM-dd HH:mm"),
        name=(sender.name or sender.email) if sender else "?",
    )
    quoted = "\n".join(f"> {line}".rstrip() for line in answers.incoming.text.strip().splitlines()[:200])
    return f"{text}\n{said}\n{quoted}\n"
