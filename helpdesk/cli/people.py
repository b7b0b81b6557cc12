"""`helpdesk people ...`: who works here, and a way back in for somebody who is locked out."""

import click
from flask.cli import AppGroup, with_appcontext
from sqlalchemy import select

from helpdesk import clock
from helpdesk.actions import second_factor, staff_events, staff_links
from helpdesk.cli.refusing import check_schema, plainly
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.errors import NotFoundError
from helpdesk.models import Agent
from helpdesk.queries.staff import staff
from helpdesk.rules.access import Door

people = AppGroup("people", help="Who works here; a way back in for somebody who is locked out.")


@people.command("list")
@with_appcontext
def show() -> None:
    """List everybody: address, role, whether the door is open, whether there is a second factor."""
    check_schema()
    with reading() as session:
        found = staff(session)
    for person in found:
        door = "active" if person.active else "shut out"
        factor = "second factor" if person.has_factor else "password only"
        click.echo(f"{person.email:<40} {person.role:<6} {door:<9} {factor}")


@people.command("unlock")
@click.argument("email")
@with_appcontext
def unlock(email: str) -> None:
    """Take the second factor of somebody away, open the door, and print a link for a new password."""
    check_schema()
    with plainly(), transaction() as session:
        agent = session.scalar(select(Agent).where(Agent.email == email.strip().lower()))
        if agent is None:
            raise NotFoundError(f"nobody here has the address {email}: `helpdesk people list` shows all")
        second_factor.reset(session, agent, by=None, at=clock.now())
        if not agent.active:
            agent.active = True
            staff_events.record(session, "let_in", by=None, about=agent, at=clock.now())
        token = staff_links.make(session, current_desk(), Door.PASSWORD, agent=agent, at=clock.now())
    click.echo(f"{current_desk().base_url}/new-password/{token}")
    click.echo("The link works once, for 30 minutes. All sessions have ended.", err=True)


COMMANDS = (people,)
