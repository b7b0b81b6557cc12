"""`helpdesk mailbox sign-in`: agree at Microsoft by a code typed into any browser; Google wants the page."""

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from helpdesk import clock
from helpdesk.actions import grants
from helpdesk.cli.refusing import check_schema, plainly
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.models import Mailbox
from mail import device


@click.command("sign-in")
@click.argument("name")
@with_appcontext
def sign_in(name: str) -> None:
    """Sign in, or sign in again, to the mailbox NAME at Microsoft; for Google the page to go to is shown."""
    check_schema()
    with reading() as session:
        mailbox_id = session.scalar(select(Mailbox.id).where(Mailbox.name == name))
    if mailbox_id is None:
        raise click.ClickException(f"there is no mailbox called {name!r}: see helpdesk mailbox list")
    with plainly():
        agree(mailbox_id)


def agree(mailbox_id: int) -> None:
    """Wait until a person has agreed, and keep the tokens. Raises DeskError, MailError, SealedError."""
    with reading() as session:
        client = grants.client(current_desk(), grants.of(session, mailbox_id))
        username = session.get_one(Mailbox, mailbox_id).username
    if not client.endpoints.device:
        page = f"{current_desk().base_url}/settings/mailboxes/oauth/{mailbox_id}"
        click.echo(f"{client.endpoints.name} wants a browser: sign in at {page}")
        return
    asked = device.begin(client)
    click.echo(f"Open {asked.address}, type {asked.user_code}, and sign in as {username}.")
    tokens = device.wait_for_tokens(client, asked)
    with transaction() as session:
        grants.agree(session, current_desk(), mailbox_id, tokens, at=clock.now())
    click.echo("signed in")
