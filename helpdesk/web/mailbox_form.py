"""The form of a mailbox: guessed from an address, or read from a request."""

from dataclasses import asdict
from typing import Any

from werkzeug.datastructures import MultiDict

from helpdesk.actions.grants import GrantForm
from helpdesk.actions.mailbox_forms import MOST, MailboxForm
from helpdesk.errors import InvalidError
from helpdesk.queries.grants import GrantView
from helpdesk.queries.mailboxes import MailboxView
from mail import providers
from mail.accounts import Provider

FIELDS = (
    "name",
    "address",
    "username",
    "imap_host",
    "imap_port",
    "imap_tls",
    "smtp_host",
    "smtp_port",
    "smtp_tls",
    "folder",
    "since",
    "ca_file",
    "authserv_id",
)
GRANT_FIELDS = ("sign_in", "client_id", "authority")
PASSWORD = "password"  # the value of `sign_in` where no provider is asked for tokens
LISTS = ("aliases", "more_folders")
LIMITS = ("send_every", "send_per_day")
EMPTY: dict[str, Any] = {
    **dict.fromkeys((*FIELDS, *GRANT_FIELDS, *LIMITS, *LISTS, "reads_junk"), ""),
    "sign_in": PASSWORD,
}
LONGEST = 500  # characters of one field


def guessed(address: str, hosted: str = "") -> dict[str, Any]:
    """A form filled in for this address, but for the password; `hosted` is who has its mail, where said."""
    servers = asdict(providers.guess(address, hosted))
    takes_only_tokens = servers["provider"] is Provider.MICROSOFT
    return {
        **EMPTY,
        "sign_in": "microsoft" if takes_only_tokens else PASSWORD,
        **{name: str(servers[name]) for name in FIELDS if name in servers},
        "name": address.partition("@")[0],
        "address": address,
        "username": address,
        "folder": "INBOX",
        "since": "now",
        "plus_addresses": servers["plus_addresses"],
    }


def kept(mailbox: MailboxView, grant: GrantView | None) -> dict[str, Any]:
    """A form with what stands in the database; password and client secret never leave it."""
    registered = (
        {}
        if grant is None
        else {"sign_in": grant.provider, "client_id": grant.client_id, "authority": grant.authority}
    )
    limits = {name: getattr(mailbox, name) for name in LIMITS if getattr(mailbox, name) is not None}
    lists = {
        "aliases": ", ".join(mailbox.aliases),
        "more_folders": ", ".join(folder.name for folder in mailbox.folders if not folder.is_junk),
        "reads_junk": "yes" if mailbox.reads_junk else "",
        "plus_addresses": mailbox.plus_addresses,
    }
    return {**EMPTY, **{name: getattr(mailbox, name) for name in FIELDS}, **lists, **limits, **registered}


def read_form(form: MultiDict[str, str], *, since: str = "") -> tuple[MailboxForm, list[InvalidError]]:
    """What was typed, and complaints about what is no number. `since` cannot be changed later."""
    numbers = _Numbers(form)
    text = {name: form.get(name, "").strip()[:LONGEST] for name in FIELDS}
    typed = MailboxForm(
        name=text["name"],
        address=text["address"],
        username=text["username"] or text["address"],
        password=form.get("password", "")[:1000],
        imap_host=text["imap_host"],
        imap_port=numbers.port("imap_port"),
        imap_tls=text["imap_tls"],
        smtp_host=text["smtp_host"],
        smtp_port=numbers.port("smtp_port"),
        smtp_tls=text["smtp_tls"],
        folder=text["folder"] or "INBOX",
        since=since or (text["since"] if text["since"] != "date" else form.get("since_date", "")) or "now",
        ca_file=text["ca_file"],
        authserv_id=text["authserv_id"],
        grant=_read_grant(form),
        aliases=_list(form.get("aliases", "")),
        more_folders=_list(form.get("more_folders", "")),
        reads_junk=form.get("reads_junk") == "yes",
        send_every=numbers.limit("send_every"),
        send_per_day=numbers.limit("send_per_day"),
        plus_addresses="plus_addresses" in form,
    )
    return typed, numbers.complaints


def _read_grant(form: MultiDict[str, str]) -> GrantForm | None:
    provider = form.get("sign_in", PASSWORD)
    if provider == PASSWORD:
        return None
    return GrantForm(
        provider=provider,
        client_id=form.get("client_id", "").strip()[:LONGEST],
        client_secret=form.get("client_secret", "").strip()[:LONGEST],
        authority=form.get("authority", "").strip()[:LONGEST],
    )


def _list(typed: str) -> tuple[str, ...]:
    """One a line, or with commas between."""
    parts = (part.strip() for line in typed[:4000].splitlines() for part in line.split(","))
    return tuple(dict.fromkeys(part for part in parts if part))


class _Numbers:
    """Reads the numbers of a form; what is none is complained of, and read as one that is possible."""

    def __init__(self, form: MultiDict[str, str]) -> None:
        self._form = form
        self.complaints: list[InvalidError] = []

    def port(self, field: str) -> int:
        text = self._form.get(field, "").strip()
        if text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= 65535:
            return int(text[:9])
        self.complaints.append(InvalidError(f"{text[:20]!r} is not a port", field=field))
        return 1

    def limit(self, field: str) -> int | None:
        """None for an empty field: as the provider's customers usually do."""
        text = self._form.get(field, "").strip()
        if not text or (text.isascii() and text.isdigit()):
            return int(text[:9]) if text else None
        said = f"{text[:20]!r} is not a limit: a whole number up to {MOST}"
        self.complaints.append(InvalidError(said, field=field))
        return None
