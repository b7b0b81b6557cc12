"""What a person types about a mailbox, and everything that cannot be right in it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import String

from helpdesk.actions import folders, grants
from helpdesk.actions.grants import GrantForm
from helpdesk.errors import InvalidError, together
from helpdesk.models import Mailbox
from mail.accounts import Tls, is_this_machine

MOST = 100_000  # seconds, or messages of a day
TYPED = ("name", "address", "imap_host", "smtp_host", "username", "ca_file", "authserv_id", "folder")


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxForm:
    """What a person types about an account; page and command line alike."""

    name: str
    address: str
    imap_host: str
    imap_port: int
    imap_tls: str
    smtp_host: str
    smtp_port: int
    smtp_tls: str
    username: str
    password: str = field(repr=False)
    since: str = "now"  # "now", "all" or YYYY-MM-DD
    ca_file: str = ""
    authserv_id: str = ""
    folder: str = "INBOX"
    grant: GrantForm | None = None  # tokens in place of the password
    send_every: int | None = None  # seconds; None: as the provider's customers usually do
    send_per_day: int | None = None
    aliases: tuple[str, ...] = ()  # addresses besides its own
    more_folders: tuple[str, ...] = ()
    reads_junk: bool = False
    plus_addresses: bool = False  # help+x@shop.example reaches help@shop.example


def check(form: MailboxForm) -> None:
    """Raises InvalidError with every complaint about the form."""
    if wrong := list(complaints(form)):
        raise together(wrong)


def complaints(form: MailboxForm, *, password_needed: bool = True) -> Iterator[InvalidError]:
    """Everything that cannot be right, each naming its field."""
    if not form.name.strip():
        yield InvalidError("give the mailbox a name", field="name")
    for name in TYPED:
        longest = _width(name)
        if len(getattr(form, name)) > longest:
            yield InvalidError(f"at most {longest} characters fit here", field=name)
    for name, addresses in (("address", (form.address,)), ("aliases", form.aliases)):
        for address in addresses:
            if address.count("@") != 1 or address.strip().startswith("@") or len(address) > 320:
                yield InvalidError(f"{address!r} is not an address", field=name)
    if len(form.more_folders) > folders.MOST or any(len(name) > 255 for name in form.more_folders):
        yield InvalidError(f"at most {folders.MOST} folders with short names", field="more_folders")
    yield from _of_server("imap", form.imap_host, form.imap_port, form.imap_tls)
    yield from _of_server("smtp", form.smtp_host, form.smtp_port, form.smtp_tls)
    if form.grant is not None:
        yield from grants.complaints(form.grant)
    elif password_needed and not form.password:
        yield InvalidError("the password is missing", field="password")
    for name in ("send_every", "send_per_day"):
        limit = getattr(form, name)
        if limit is not None and not 0 <= limit <= MOST:
            yield InvalidError(f"{limit} is not a limit: a whole number up to {MOST}", field=name)
    if form.since not in ("now", "all") and not _is_day(form.since):
        yield InvalidError(f"{form.since!r} is neither now, all nor a date like 2026-01-31", field="since")


def _of_server(part: str, host: str, port: int, tls: str) -> Iterator[InvalidError]:
    if not host.strip():
        yield InvalidError(f"the {part.upper()} server is missing", field=f"{part}_host")
    if not 1 <= port <= 65535:
        yield InvalidError(f"{port} is not a port", field=f"{part}_port")
    if tls not in [kind.value for kind in Tls]:
        yield InvalidError(f"{tls!r} is not one of none, starttls, tls", field=f"{part}_tls")
    if tls == Tls.NONE and host.strip() and not is_this_machine(host.strip()):
        yield InvalidError(
            "without encryption everybody on the way could read the password: only on this machine",
            field=f"{part}_tls",
        )


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _width(name: str) -> int:
    """How many characters a column holds: SQLite takes more all the same, PostgreSQL raises."""
    kind = Mailbox.__table__.c[name].type
    assert isinstance(kind, String)
    return kind.length or 0
