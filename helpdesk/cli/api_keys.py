"""`helpdesk api-keys ...`: let another program tell of orders, and stop it."""

import json

import click
from flask.cli import AppGroup, with_appcontext

from helpdesk import clock
from helpdesk.actions import api_keys as actions
from helpdesk.cli.refusing import check_schema
from helpdesk.db import reading, transaction
from helpdesk.rules.scopes import Scope

api_keys = AppGroup("api-keys", help="Keys by which other programs speak to the API.")


@api_keys.command("add")
@click.argument("name")
@click.option(
    "--scope", type=click.Choice(list(map(str, Scope))), default=str(Scope.WRITE_ORDERS), show_default=True
)
@with_appcontext
def add(name: str, scope: str) -> None:
    """Make a key and print it: this once. Only its hash is kept."""
    check_schema()
    with transaction() as session:
        token = actions.add(session, name, Scope(scope), at=clock.now())
    click.echo(token)
    click.echo("This key is not shown again: keep it where the other program reads it.", err=True)


@api_keys.command("list")
@click.option("--json", "as_json", is_flag=True, help="Machine-readable, one key per line.")
@with_appcontext
def show(as_json: bool) -> None:
    """List the keys: name, scope, when it was used last, whether it is revoked."""
    check_schema()
    with reading() as session:
        found = [
            {
                "name": row.name,
                "scope": str(row.scope),
                "created_at": row.created_at.isoformat(),
                "used_at": row.used_at.isoformat() if row.used_at else None,
                "revoked_at": row.revoked_at.isoformat() if row.revoked_at else None,
            }
            for row in actions.every(session)
        ]
    for row in found:
        if as_json:
            click.echo(json.dumps(row))
            continue
        state = f"revoked {str(row['revoked_at'])[:10]}" if row["revoked_at"] else "open"
        used = f"used {str(row['used_at'])[:16]}" if row["used_at"] else "never used"
        click.echo(f"{row['name']:<24} {row['scope']:<14} {state:<20} {used}")


@api_keys.command("revoke")
@click.argument("name")
@with_appcontext
def revoke(name: str) -> None:
    """Shut a key at once."""
    check_schema()
    with transaction() as session:
        actions.revoke(session, name, at=clock.now())
    click.echo(f"{name} opens nothing any more")


COMMANDS = (api_keys,)
