"""Refusals of the product as command line errors: a sentence on stderr and an exit code that means something.

1   it was tried and something failed or was refused
2   wrong use: of the command, or of the settings
3   the database cannot be used: not reached, refused, empty, or of another version
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any

import click
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from flask_migrate import upgrade
from sqlalchemy.exc import SQLAlchemyError

from helpdesk.actions.arrivals import LeaseLostError
from helpdesk.db import db, unusable
from helpdesk.errors import DeskError
from helpdesk.vault import SealedError
from mail.errors import MailError

FAILED, WRONG_USE, NO_DATABASE = 1, 2, 3


class NoDatabaseError(click.ClickException):
    """Nothing can be done before the database can be used."""

    exit_code = NO_DATABASE


@contextmanager
def plainly() -> Iterator[None]:
    """Say what was refused instead of showing where in the code."""
    try:
        yield
    except (DeskError, LeaseLostError, MailError, SealedError) as error:
        raise click.ClickException(str(error)) from error
    except SQLAlchemyError as error:
        said = unusable(error)
        if not said:
            raise
        raise NoDatabaseError(said) from error


def guarded(command: click.Command) -> click.Command:
    """The same command, and those below it: a database that is away is a sentence, not a traceback."""
    if isinstance(command, click.Group):
        for below in command.commands.values():
            guarded(below)
    if command.callback is not None:
        command.callback = _plain(command.callback)
    return command


def _plain(work: Any) -> Any:
    if hasattr(work, "is_plain"):  # a second app of this process has the same commands
        return work

    @wraps(work)
    def run(*args: Any, **values: Any) -> Any:
        with plainly():
            return work(*args, **values)

    run.is_plain = True  # type: ignore[attr-defined]  # a mark on a function
    return run


def upgrade_schema() -> None:
    """Bring the database to the newest version; `upgrade` alone would end the process with an exit 1."""
    with db.engine.connect():
        pass
    upgrade()


def why_no_desk() -> str:
    """Why there is no desk to look into, "" when there is one. Looking makes no database."""
    url = db.engine.url
    if url.get_backend_name() == "sqlite" and url.database and not Path(url.database).exists():
        return "there is no database yet"
    try:
        check_schema()
    except NoDatabaseError as error:
        return error.message
    except SQLAlchemyError as error:
        said = unusable(error)
        if not said:
            raise
        return said
    return ""


def check_schema() -> None:
    """Refuse to work on a database that is older or newer than this code."""
    head = ScriptDirectory(current_app.extensions["migrate"].directory).get_current_head()
    with db.engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    if current == head:
        return
    if current is None:
        raise NoDatabaseError("this database is empty: run `helpdesk init` first")
    raise NoDatabaseError(
        f"this database is at version {current}, the code needs {head}: "
        "make a backup, then run `helpdesk db upgrade`"
    )
