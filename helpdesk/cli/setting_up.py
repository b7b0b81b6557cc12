"""`helpdesk init`: a database at the newest version and somebody who can log in."""

import secrets
import sys

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from helpdesk import clock
from helpdesk.actions import agents, policies
from helpdesk.cli.first_run import say_first_run
from helpdesk.cli.refusing import plainly, upgrade_schema
from helpdesk.current import current_settings
from helpdesk.db import reading, transaction
from helpdesk.models import Agent
from helpdesk.rules.policy_shipped import DEFAULT, PRESETS, preset_text
from helpdesk.rules.states import Role


@click.command("init")
@click.option("--email", help="Address of the first owner; asked for when not given.")
@click.option("--name", default="Owner", show_default=True, help="The owner's name, shown under replies.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@click.option(
    "--policy",
    type=click.Choice([*PRESETS, "none"]),
    default=DEFAULT,
    show_default=True,
    help="The policy to start with; another one later by `helpdesk policy` or on its page.",
)
@click.option("--web", "in_browser", is_flag=True, help="Make only the database; go on in the browser.")
@with_appcontext
def init(email: str | None, name: str, password_stdin: bool, policy: str, in_browser: bool) -> None:
    """Make the database and the first owner. Safe to run again: it only adds what is missing."""
    upgrade_schema()
    click.echo(f"database: ready, data in {current_settings().data_dir}")
    with reading() as session:
        owner = session.scalar(select(Agent.email).where(Agent.role == Role.OWNER, Agent.active))
    if owner is not None:
        click.echo(f"owner:    {owner}")
        if email and email.strip().lower() != owner:
            raise click.ClickException(
                f"{email} was not added: this data folder has an owner already. Add colleagues on the People "
                "page, or start another shop with HELPDESK_DATA_DIR"
            )
        return
    if in_browser:
        say_first_run()
        click.echo("next:     helpdesk up, then open that link")
        return
    email = email or click.prompt("Address of the first owner")
    password = sys.stdin.readline().rstrip("\n") if password_stdin else secrets.token_urlsafe(12)
    if policy != "none":
        policies.check(preset_text(policy))  # takes a second: not while the database waits
    with plainly(), transaction() as session:
        agents.create(
            session, email=str(email), name=name, password=password, role=Role.OWNER, at=clock.now()
        )
        if policy != "none":
            policies.start_with(session, policy, by=None, at=clock.now())
    click.echo(f"owner:    {email}")
    click.echo(f"policy:   {policy}")
    if not password_stdin:
        click.echo(f"password: {password}   (shown once: change it on the profile page)")
    click.echo("next:     helpdesk mailbox add --help, then helpdesk up")


COMMANDS = (init,)
