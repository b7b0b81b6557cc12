"""`helpdesk mailbox ...`: add an account, list them, test one, pause and resume, remove."""

import json
import sys
from dataclasses import asdict, fields

import click
from flask.cli import AppGroup, with_appcontext
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import clock
from helpdesk.actions import mailboxes, removal, trying
from helpdesk.actions.mailboxes import MailboxForm
from helpdesk.cli.refusing import FAILED, check_schema, plainly
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.errors import NotFoundError
from helpdesk.models import Mailbox
from helpdesk.queries import mailboxes as ledgers
from helpdesk.queries.mailboxes import MailboxView

as_json = click.option("--json", "as_json", is_flag=True, help="Machine-readable.")
mailbox = AppGroup("mailbox", help="The accounts that mail is read from and sent through.")


class Server(click.ParamType[tuple[str, int]]):
    """HOST:PORT; the port may be left out where the kind of TLS implies it."""

    name = "HOST:PORT"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, int]:
        host, colon, port = value.rpartition(":")
        if colon and host and port.isdigit() and 1 <= int(port) <= 65535:
            return host.strip("[]"), int(port)
        return self.fail(f"{value!r} is not like imap.example.com:993", param, ctx)


@mailbox.command("add")
@click.argument("name")
@click.option("--address", required=True, help="The address that buyers write to.")
@click.option("--imap", type=Server(), required=True, help="Where mail is read, for example imap.qq.com:993.")
@click.option("--smtp", type=Server(), required=True, help="Where mail is handed over: smtp.qq.com:465.")
@click.option("--user", required=True, help="Login, often the whole address.")
@click.option("--password-stdin", is_flag=True, required=True, help="Read the password from standard input.")
@click.option(
    "--tls",
    type=click.Choice(["none", "starttls", "tls"]),
    default="tls",
    show_default=True,
    help="Protection of both lines; certificates are always verified.",
)
@click.option("--smtp-tls", type=click.Choice(["none", "starttls", "tls"]), help="When it differs for SMTP.")
@click.option("--since", default="now", show_default=True, help="now, all, or a date like 2026-01-31.")
@click.option("--folder", default="INBOX", show_default=True)
@click.option("--ca-file", default="", help="PEM file of your own certificate authority.")
@click.option(
    "--plus-addresses",
    is_flag=True,
    help="Mail to name+anything reaches this mailbox: every ticket then has an address of its own.",
)
@click.option("--authserv-id", default="", help="Whose Authentication-Results header is to be trusted.")
@with_appcontext
def add(
    name: str,
    address: str,
    imap: tuple[str, int],
    smtp: tuple[str, int],
    user: str,
    password_stdin: bool,
    tls: str,
    smtp_tls: str | None,
    since: str,
    folder: str,
    ca_file: str,
    authserv_id: str,
    plus_addresses: bool,
) -> None:
    """Add a mailbox called NAME. Workers that are running take it up within seconds.

    \b
    printf %s "$CODE" | helpdesk mailbox add shop --address help@qq.com --user help@qq.com \\
        --imap imap.qq.com:993 --smtp smtp.qq.com:465 --password-stdin
    """
    check_schema()
    form = mailboxes.MailboxForm(
        name=name,
        address=address,
        imap_host=imap[0],
        imap_port=imap[1],
        imap_tls=tls,
        smtp_host=smtp[0],
        smtp_port=smtp[1],
        smtp_tls=smtp_tls or tls,
        username=user,
        password=sys.stdin.readline().rstrip("\r\n"),
        since=since,
        ca_file=ca_file,
        authserv_id=authserv_id,
        folder=folder,
        plus_addresses=plus_addresses,
    )
    with plainly(), transaction() as session:
        mailboxes.add(session, current_desk(), form, at=clock.now())
    click.echo(f"mailbox {name}: added")


@mailbox.command("list")
@as_json
@with_appcontext
def show(as_json: bool) -> None:
    """Every mailbox, how far it has been read, and what troubles it."""
    check_schema()
    with reading() as session:
        for row in ledgers.all_of_them(session, at=clock.now()):
            click.echo(json.dumps(_facts(row), ensure_ascii=False) if as_json else _line(row))


@mailbox.command("test")
@click.argument("name")
@as_json
@with_appcontext
def test(name: str, as_json: bool) -> None:
    """Sign in to both servers and send a mail in a circle; up to a minute. Exit 1 when something fails."""
    check_schema()
    with plainly():
        with reading() as session:
            row = _named(session, name)
            form, password = _form(row), mailboxes.imap_account(current_desk(), row).password
        tested = trying.try_out(current_desk(), form, password=password, at=clock.now())
    if as_json:
        click.echo(json.dumps(asdict(tested), ensure_ascii=False))
    else:
        for done in tested.done:
            click.echo(f"{done.step:<10} {done.seconds:.2f} s")
        click.echo(
            f"mailbox {name}: works" if tested.failed is None else f"{tested.failed:<10} {tested.problem}"
        )
    if tested.failed is not None:
        raise SystemExit(FAILED)


@mailbox.command("pause")
@click.argument("name")
@with_appcontext
def pause(name: str) -> None:
    """Read and send nothing through this mailbox until it is resumed."""
    _set_active(name, active=False)


@mailbox.command("resume")
@click.argument("name")
@with_appcontext
def resume(name: str) -> None:
    """Go on where it was paused."""
    _set_active(name, active=True)


@mailbox.command("remove")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@with_appcontext
def remove(name: str, yes: bool) -> None:
    """Stop for good and delete the password. Its tickets and their mail stay; what waits to be sent fails."""
    check_schema()
    with plainly():
        with reading() as session:
            _named(session, name)
        if not yes:
            click.confirm(f"Remove the mailbox {name}? Its tickets stay", abort=True)
        with transaction() as session:
            failed = removal.remove(session, _named(session, name), at=clock.now())
    click.echo(f"mailbox {name}: removed" + (f", {failed} messages were not sent" if failed else ""))


def _set_active(name: str, *, active: bool) -> None:
    check_schema()
    with plainly(), transaction() as session:
        _named(session, name).active = active
    click.echo(f"mailbox {name}: {'active' if active else 'paused'}")


def _named(session: Session, name: str) -> Mailbox:
    row = session.scalar(select(Mailbox).where(Mailbox.name == name, Mailbox.removed_at.is_(None)))
    if row is None:
        raise NotFoundError(f"there is no mailbox called {name!r}: see helpdesk mailbox list")
    return row


def _form(row: Mailbox) -> MailboxForm:
    kept = {each.name: getattr(row, each.name) for each in fields(MailboxForm) if each.name != "password"}
    return MailboxForm(**kept, password="")


def _line(row: MailboxView) -> str:
    state = "active" if row.active else "paused"
    seen = row.last_success_at.isoformat(timespec="seconds") if row.last_success_at else "never"
    trouble = "; ".join(filter(None, (row.problem, row.sending_problem)))
    return f"{row.name:<16} {row.address:<32} {state:<7} last success {seen}  {trouble}"


def _facts(row: MailboxView) -> dict[str, object]:
    """For scripts: the account without its secrets, how it is doing, and its ledger."""
    return {
        "name": row.name,
        "address": row.address,
        "imap": f"{row.imap_host}:{row.imap_port}",
        "smtp": f"{row.smtp_host}:{row.smtp_port}",
        "folder": row.folder,
        "active": row.active,
        "last_success_at": row.last_success_at.isoformat() if row.last_success_at else None,
        "problem": row.problem,
        "sending_problem": row.sending_problem,
        "ledger": {**asdict(row.ledger), "ignored": dict(row.ledger.ignored)},
    }


COMMANDS = (mailbox,)
