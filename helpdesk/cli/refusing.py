"""Refusals of the product as command line errors: a sentence on stderr and a meaningful exit code."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app

from helpdesk.actions.arrivals import LeaseLostError
from helpdesk.db import db
from helpdesk.errors import DeskError
from helpdesk.vault import SealedError
from mail.errors import MailError

FAILED, WRONG_USE = 1, 2


@contextmanager
def plainly() -> Iterator[None]:
    """Say what was refused instead of showing where in the code."""
    try:
        yield
    except (DeskError, LeaseLostError, MailError, SealedError) as error:
        raise click.ClickException(str(error)) from error


def check_schema() -> None:
    """Refuse to work on a database that is older or newer than this code."""
    head = ScriptDirectory(current_app.extensions["migrate"].directory).get_current_head()
    with db.engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    if current == head:
        return
    if current is None:
        raise click.ClickException("this database is empty: run `helpdesk init` first")
    raise click.ClickException(
        f"this database is at version {current}, the code needs {head}: "
        "make a backup, then run `helpdesk db upgrade`"
    )
