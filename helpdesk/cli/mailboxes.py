"""`helpdesk mailbox ...`: add an account, list them, test one, pause and resume, remove."""

import json
import shlex
import sys
from dataclasses import asdict, fields

import click
from flask.cli import AppGroup, with_appcontext
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import clock, signing_in
from helpdesk.actions import mailboxes, read_once, removal, trying
from helpdesk.actions.grants import GrantForm
from helpdesk.actions.mailboxes import MailboxForm
from helpdesk.cli import mailbox_oauth
from helpdesk.cli.refusing import FAILED, check_schema, plainly
from helpdesk.cli.saying import in_english
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.errors import NotFoundError
from helpdesk.models import Mailbox
from helpdesk.queries import mailboxes as ledgers
from helpdesk.queries.mailboxes import MailboxView
from helpdesk.web import settings_words

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
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@click.option(
    "--oauth", type=click.Choice(["google", "microsoft"]), help="Sign in there, in place of a password."
)
@click.option("--client-id", default="", help="Of this desk's registration at Google or Microsoft.")
@click.option("--client-secret-stdin", is_flag=True, help="Read the client secret from standard input.")
@click.option(
    "--authority", default="", help="A tenant of your own: https://login.microsoftonline.com/TENANT."
)
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
@click.option("--also-folder", multiple=True, help="Another folder to read; may be given several times.")
@click.option("--junk", is_flag=True, help="Read the folder of junk too, without answering by itself.")
@click.option("--alias", multiple=True, help="Another address of this mailbox; answers come from it.")
@click.option("--send-every", type=click.IntRange(0), help="Seconds between two messages sent.")
@click.option("--send-per-day", type=click.IntRange(0), help="Messages sent within 24 hours at most.")
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
    oauth: str | None,
    client_id: str,
    client_secret_stdin: bool,
    authority: str,
    tls: str,
    smtp_tls: str | None,
    since: str,
    folder: str,
    also_folder: tuple[str, ...],
    junk: bool,
    alias: tuple[str, ...],
    send_every: int | None,
    send_per_day: int | None,
    ca_file: str,
    authserv_id: str,
    plus_addresses: bool,
) -> None:
    """Add a mailbox called NAME. Workers that are running take it up within seconds.

    \b
    printf %s "$CODE" | helpdesk mailbox add shop --address help@qq.com --user help@qq.com \\
        --imap imap.qq.com:993 --smtp smtp.qq.com:465 --password-stdin

    \b
    helpdesk mailbox add shop --address help@shop.example --user help@shop.example \\
        --imap outlook.office365.com:993 --smtp smtp.office365.com:587 --smtp-tls starttls \\
        --oauth microsoft --client-id 00000000-0000-0000-0000-000000000000
    """
    check_schema()
    if password_stdin == bool(oauth) or (client_secret_stdin and not oauth):
        raise click.UsageError("give either --password-stdin, or --oauth with --client-id")
    secret = sys.stdin.readline().rstrip("\r\n") if password_stdin or client_secret_stdin else ""
    grant = None
    if oauth:
        grant = GrantForm(provider=oauth, client_id=client_id, client_secret=secret, authority=authority)
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
        password="" if grant else secret,
        since=since,
        ca_file=ca_file,
        authserv_id=authserv_id,
        folder=folder,
        grant=grant,
        more_folders=also_folder,
        reads_junk=junk,
        aliases=alias,
        send_every=send_every,
        send_per_day=send_per_day,
        plus_addresses=plus_addresses,
    )
    with plainly(), transaction() as session:
        mailbox_id = mailboxes.add(session, current_desk(), form, at=clock.now()).id
    click.echo(f"mailbox {name}: added")
    if grant:
        with plainly():
            mailbox_oauth.agree(mailbox_id)
    click.echo(f"See whether mail goes round: helpdesk mailbox test {shlex.quote(name)}")


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
            form, account = _form(row), mailboxes.imap_account(current_desk(), row)
        account = signing_in.armed(row.id, account)
        tested = trying.try_out(
            current_desk(),
            form,
            password=account.password,
            access_token=account.access_token,
            at=clock.now(),
        )
    if as_json:
        click.echo(json.dumps(asdict(tested), ensure_ascii=False))
    else:
        with in_english():
            for done in tested.done:
                click.echo(f"{done.seconds:6.2f} s  {settings_words.STEPS[done.step]}")
            if tested.failed is None:
                click.echo(f"mailbox {name}: works")
            else:
                click.echo(f"{settings_words.FAILED[tested.failed]} {tested.problem}")
                click.echo(settings_words.PARTS.get(tested.part, ""))
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
        mailbox = _named(session, name)
        if active:
            read_once.resume(session, mailbox)
        else:
            mailbox.active = False
    click.echo(f"mailbox {name}: {'active' if active else 'paused'}")


def _named(session: Session, name: str) -> Mailbox:
    row = session.scalar(select(Mailbox).where(Mailbox.name == name, Mailbox.removed_at.is_(None)))
    if row is None:
        raise NotFoundError(f"there is no mailbox called {name!r}: see helpdesk mailbox list")
    return row


def _form(row: Mailbox) -> MailboxForm:
    """What a test needs of it."""
    others = {"password", "grant", "more_folders", "aliases"}
    kept = {each.name: getattr(row, each.name) for each in fields(MailboxForm) if each.name not in others}
    return MailboxForm(**kept, password="")


def _line(row: MailboxView) -> str:
    state = "trouble" if row.problem or row.sending_problem else "active"
    state = state if row.active else "paused"
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


mailbox.add_command(mailbox_oauth.sign_in)
COMMANDS = (mailbox,)
