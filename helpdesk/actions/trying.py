"""Try an account out on the wires: from the page before it is saved, and from the command line."""

from datetime import datetime

from helpdesk.actions.mailboxes import MailboxForm
from helpdesk.desk import Desk
from mail import references
from mail.accounts import ServerAccount, Tls
from mail.roundtrip import RoundTrip, round_trip


def try_out(
    desk: Desk, form: MailboxForm, *, password: str, access_token: str = "", at: datetime
) -> RoundTrip:
    """Sign in to both servers and send a mail in a circle; up to a minute or so, no transaction is open.

    The mail's Message-ID is one of ours, so that the poller knows it for our own and files nothing.
    """
    address = form.address.strip()
    return round_trip(
        _account(form, form.imap_host, form.imap_port, form.imap_tls, password, access_token),
        _account(form, form.smtp_host, form.smtp_port, form.smtp_tls, password, access_token),
        address=address,
        folder=form.folder,
        message_id=references.mint(0, domain=address.rpartition("@")[2], secret=desk.secret),
        sent_at=at,
    )


def _account(
    form: MailboxForm, host: str, port: int, tls: str, password: str, access_token: str
) -> ServerAccount:
    return ServerAccount(
        host=host,
        port=port,
        tls=Tls(tls),
        username=form.username,
        password=password,
        access_token=access_token,
        ca_file=form.ca_file,
        timeout=20,
    )
