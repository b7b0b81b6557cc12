"""`helpdesk claims`: the table of a claim's moves, as the desk itself reads it."""

import json

import click

from helpdesk.cli import claim_tables
from helpdesk.cli.showing import as_json


@click.group("claims")
def claims() -> None:
    """What claims are, and how they move."""


@claims.command("moves")
@as_json
@click.option("--diagram", is_flag=True, help="Only the diagram, for a program that draws Mermaid.")
@click.option("--document", is_flag=True, help="All of docs/claims.md.")
def moves(as_json: bool, diagram: bool, document: bool) -> None:
    """Print every move: from where to where, who may make it, what has to be true, which letter goes."""
    if document:
        click.echo(claim_tables.document(), nl=False)
    elif diagram:
        click.echo(claim_tables.claim_diagram())
    elif as_json:
        for row in claim_tables.rows():
            click.echo(json.dumps(row, ensure_ascii=False))
    else:
        click.echo("\n".join(claim_tables.as_text()))


COMMANDS = (claims,)
