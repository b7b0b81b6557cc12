"""`helpdesk search-index`: everything can be found now, not when the worker comes to it."""

import sys
from collections.abc import Iterator
from itertools import repeat

import click
from flask.cli import with_appcontext

from helpdesk.actions import indexing
from helpdesk.cli.refusing import check_schema
from helpdesk.db import reading, transaction

BATCH = 1_000


@click.command("search-index")
@click.option("--rebuild", is_flag=True, help="Index all entries again, not only those that wait.")
@with_appcontext
def search_index(rebuild: bool) -> None:
    """Index what cannot be found yet: old entries after an upgrade, or everything again.

    About a minute for 300,000 messages; the desk may be in use meanwhile. It can be stopped and started
    again: what is done is done. A worker does the same by itself, more slowly.
    """
    check_schema()
    if rebuild:
        with transaction() as session:
            indexing.put_in_line(session)
    with reading() as session:
        waiting = indexing.waiting(session)
    done = 0
    with click.progressbar(
        length=waiting, label="entries", file=sys.stderr, hidden=not sys.stderr.isatty()
    ) as bar:
        for count in _batches():
            done += count
            bar.update(count)
    with transaction() as session:
        indexing.settle(session)
    click.echo(f"{done} entries indexed")


def _batches() -> Iterator[int]:
    """Each in a transaction of its own, until nothing waits."""
    for _ in repeat(None):
        with transaction() as session:
            count = indexing.index_waiting(session, BATCH)
        if not count:
            return
        yield count


COMMANDS = (search_index,)
