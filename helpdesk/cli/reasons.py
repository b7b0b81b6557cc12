"""`helpdesk reasons`: are the phrases by which reasons are recognised in order, and what may they learn?"""

import json
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

import click
from flask.cli import with_appcontext

from helpdesk import clock, phrasebooks
from helpdesk.cli.refusing import FAILED
from helpdesk.current import current_desk, current_settings
from helpdesk.db import reading
from helpdesk.queries.reason_lessons import lessons


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


@reasons.command("learn")
@click.option("--days", default=90, show_default=True, help="Choices of how many days.")
@click.option("--json", "as_json", is_flag=True, help="For a script.")
@with_appcontext
def learn(days: int, as_json: bool) -> None:
    """What people chose beside what was suggested: how often the phrases spoke, were right, and what they
    could learn. It changes nothing: add a phrase with its examples to HELPDESK_REASONS_FILE yourself.
    """
    since = clock.now() - timedelta(days=days)
    with reading() as session:
        found = lessons(session, current_desk().phrases, since=since)
    if as_json:
        counted = asdict(found) | {"coverage": found.coverage, "agreement": found.agreement}
        click.echo(json.dumps(counted, ensure_ascii=False, indent=1))
        return
    click.echo(f"{found.mails} choices in {days} days")
    click.echo(f"spoke   {found.spoke} ({found.coverage:.0%})")
    click.echo(f"agreed  {found.agreed} ({found.agreement:.0%} of those)")
    for each in found.confusions:
        click.echo(f"said {each.suggested}, was {each.decided}: {each.mails}")
    for phrase in found.candidates:
        click.echo(
            f"candidate for {phrase.reason}: {phrase.phrase!r}"
            f" ({phrase.mails} mails, {phrase.elsewhere} elsewhere)"
        )


COMMANDS = (reasons,)
