"""`helpdesk reasons check`: are the phrases by which reasons are recognised in order?"""

from pathlib import Path

import click
from flask.cli import with_appcontext

from helpdesk import phrasebooks
from helpdesk.cli.refusing import FAILED
from helpdesk.current import current_settings


@click.group("reasons")
def reasons() -> None:
    """The phrases by which a buyer's reason, wish and tone are recognised."""


@reasons.command("check")
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def check(file: Path | None) -> None:
    """Read a file of rules and try the examples of each: FILE, or the shipped ones and HELPDESK_REASONS_FILE.

    Every fault is told by file and line, and then the exit code is 1. Needs no database.
    """
    own = current_settings().reasons_file
    faults = 0
    for path in (file,) if file else (*phrasebooks.files(), *((own,) if own else ())):
        checked = phrasebooks.check(path)
        faults += len(checked.faults)
        click.echo(
            f"{path}: {checked.rules} rules, {checked.examples} examples, {len(checked.faults)} faults"
        )
        for fault in checked.faults:
            click.echo(str(fault), err=True)
    if faults:
        raise SystemExit(FAILED)


COMMANDS = (reasons,)
