"""How Alembic reaches the database: through the app, on the application's own engine."""

from typing import Any

from alembic import context
from alembic.util import CommandError
from flask import current_app
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from helpdesk.db import Base, Moment, unusable
from helpdesk.models.searching import INDEX


def render_item(kind: str, item: Any, autogen_context: Any) -> str | bool:
    """Migrations must not import our column types: they outlive them."""
    if kind == "type" and isinstance(item, Moment):
        return "sa.DateTime(timezone=True)"
    return False


def include_name(name: str | None, kind: str, parent: object) -> bool:
    """Not the index of words, which is another kind of table on each database."""
    return not (kind == "table" and str(name).startswith(INDEX))


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_item=render_item,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        include_name=include_name,
    )
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    raise SystemExit("write the SQL out with --sql is not supported: some steps ask which database it is")

try:
    connection = current_app.extensions["migrate"].db.engine.connect()
except OperationalError as error:  # said in one sentence by whatever command asked for the migration
    raise CommandError(unusable(error) or str(error)) from error
with connection:
    run(connection)
    connection.commit()
