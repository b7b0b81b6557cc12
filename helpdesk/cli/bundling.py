"""helpdesk bundle: all that a dispute is about, as one ZIP with a manifest of hashes."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from helpdesk.cli.refusing import check_schema, plainly
from helpdesk.db import reading
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
    draft = output.with_name(f".{output.name}.part")
    with current_app.test_request_context(), draft.open("wb") as file:  # pages are made inside a request
        for piece in bundles.stream(found, language or found.locale):
            file.write(piece)
    draft.replace(output)
    click.echo(f"{output}: {len(found.lines)} entries, {len(found.pieces)} files")


COMMANDS = (bundle,)
