"""The link of the first run, as the console says it."""

import click

from helpdesk import clock
from helpdesk.actions import first_run
from helpdesk.current import current_desk
from helpdesk.db import transaction


def say_first_run() -> None:
    """Print the link while nobody owns the desk; nothing afterwards. Those of earlier starts stay good."""
    with transaction() as session:
        link = first_run.link(session, current_desk(), at=clock.now())
    if link is not None:
        click.echo(f"set up:   {link}   (nobody owns this desk yet: the link makes one owner)")
