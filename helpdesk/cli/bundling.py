"""helpdesk bundle: all that a dispute is about, as one ZIP with a manifest of hashes."""

import getpass
import shutil
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from helpdesk import clock, zones
from helpdesk.actions import bundles as noting
from helpdesk.actions import conversation
from helpdesk.cli.refusing import check_schema, plainly
from helpdesk.db import reading, transaction
from helpdesk.queries import bundle as queries


@click.command("bundle")
@click.argument("claim", type=int)
@click.option(
    "-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The ZIP to write."
)
@click.option("--internal", is_flag=True, help="Put in notes and side mail, too: never give that to anybody.")
@click.option("--language", default="", help="Of the timeline, en or zh-CN; else the buyer's.")
@with_appcontext
def bundle(claim: int, output: Path, internal: bool, language: str) -> None:
    """Write mails, evidence, decision and timeline of a CLAIM into a ZIP."""
    from helpdesk.web import bundles

    check_schema()
    with plainly(), reading() as session:
        found = queries.gather(session, claim, internal=internal)
    zones.learn()
    with current_app.test_request_context():  # pages are made inside a request
        written = bundles.write(found, language or found.locale)
    draft = output.with_name(f".{output.name}.part")
    with written.file, draft.open("wb") as file:
        shutil.copyfileobj(written.file, file)
    draft.replace(output)
    with plainly(), transaction() as session:
        noting.note(
            session,
            claim,
            sha256=written.sha256,
            size=written.size,
            internal=internal,
            actor=conversation.SERVER,
            at=clock.now(),
            account=_account(),
        )
    click.echo(f"{output}: {len(found.lines)} entries, {len(found.pieces)} files, sha256 {written.sha256}")


def _account() -> str:
    """Who is logged in to the machine, as far as it says."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # no name for this number
        return "?"


COMMANDS = (bundle,)
