"""The form of a mailbox: guessed from an address, or read from a request."""

from dataclasses import asdict
from typing import Any

from werkzeug.datastructures import MultiDict

from helpdesk.actions.mailboxes import MailboxForm
from helpdesk.errors import InvalidError
from helpdesk.queries.mailboxes import MailboxView
from mail import providers

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
EMPTY: dict[str, Any] = dict.fromkeys(FIELDS, "")
LONGEST = 500  # characters of one field


def guessed(address: str) -> dict[str, Any]:
    """A form filled in for this address, but for the password."""
    servers = asdict(providers.guess(address))
    return {
        **EMPTY,
        **{name: str(servers[name]) for name in FIELDS if name in servers},
        "name": address.partition("@")[0],
        "address": address,
        "username": address,
        "folder": "INBOX",
        "since": "now",
        "plus_addresses": servers["plus_addresses"],
    }


def kept(mailbox: MailboxView) -> dict[str, Any]:
    """A form with what stands in the database; the password never leaves it."""
    return {name: getattr(mailbox, name) for name in (*FIELDS, "plus_addresses")}


def read_form(form: MultiDict[str, str], *, since: str = "") -> MailboxForm:
    """What was typed. `since` cannot be changed later. Raises InvalidError."""
    text = {name: form.get(name, "").strip()[:LONGEST] for name in FIELDS}
    return MailboxForm(
        name=text["name"],
        address=text["address"],
        username=text["username"] or text["address"],
        password=form.get("password", "")[:1000],
        imap_host=text["imap_host"],
        imap_port=_port(text["imap_port"], "imap_port"),
        imap_tls=text["imap_tls"],
        smtp_host=text["smtp_host"],
        smtp_port=_port(text["smtp_port"], "smtp_port"),
        smtp_tls=text["smtp_tls"],
        folder=text["folder"] or "INBOX",
        since=since or (text["since"] if text["since"] != "date" else form.get("since_date", "")) or "now",
        ca_file=text["ca_file"],
        authserv_id=text["authserv_id"],
        plus_addresses="plus_addresses" in form,
    )


def _port(typed: str, field: str) -> int:
    if not (typed.isascii() and typed.isdigit() and 1 <= int(typed[:9]) <= 65535):
        raise InvalidError(f"{typed!r} is not a port", field=field)
    return int(typed)
