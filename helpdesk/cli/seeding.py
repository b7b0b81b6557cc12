"""`helpdesk seed`: a database full of believable tickets, for trying the desk out at its real size."""

import json
import secrets
import sys
import time
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

import click
from flask.cli import with_appcontext

from helpdesk import clock, create_app
from helpdesk.cli.refusing import check_schema
from helpdesk.cli.showing import as_json
from helpdesk.current import current_desk, current_settings
from helpdesk.demo import seeding
from helpdesk.demo.seeding import Seeded

SHOWN = {
    "ticket": "tickets",
    "received_message": "messages received",
    "outbox_message": "messages sent",
    "entry": "entries",
    "shop_order": "orders",
    "claim": "claims",
    "refund": "refunds",
}


@click.command("seed")
@click.option("--tickets", type=click.IntRange(1, 1_000_000), required=True, help="How many.")
@click.option("--seed", type=click.IntRange(0, 2**31), default=1, show_default=True,
              help="Another number gives other people, goods and days.")  # fmt: skip
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day before which everything happened; today when not given.",
)
@as_json
@with_appcontext
def seed(tickets: int, seed: int, until: datetime | None, as_json: bool) -> None:
    """Fill an empty database with tickets, claims, orders and refunds that could have happened.

    For trying the desk out at its real size, and for measuring it. Some fifty stories in Chinese and English
    are played by the desk's own code, then copied with other people, numbers and days, as often as it takes:
    a hundred tickets a day, two years at most. The same --tickets, --seed and --until give the same rows.

    Nothing of it can reach anybody: the mailbox of the seed is paused, its servers and all addresses are
    under .example, nothing waits in the outbox. A database with tickets, orders or a mailbox in use is
    refused, and so is a desk with gateways for real money.

    \b
    HELPDESK_DATA_DIR=var-seeded helpdesk init --email you@shop.example
    HELPDESK_DATA_DIR=var-seeded helpdesk seed --tickets 100000
    HELPDESK_DATA_DIR=var-seeded helpdesk up
    """
    check_schema()
    began = time.monotonic()
    day = until.date() if until else clock.now().astimezone(current_desk().zone).date()
    made = seeding.seed(
        create_app, current_settings(), tickets, seed=seed, until=day,
        password=secrets.token_urlsafe(12), watch=_watched,
    )  # fmt: skip
    _tell(made, day, time.monotonic() - began, as_json)


def _tell(made: Seeded, day: date, seconds: float, as_json: bool) -> None:
    counts = {said: made.rows.get(name, 0) for name, said in SHOWN.items()}
    if as_json:
        told = {
            "until": day.isoformat(),
            "seconds": round(seconds, 1),
            **counts,
            "rows": sum(made.rows.values()),
            "email": made.email,
            "password": made.password,
        }
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    for said, count in counts.items():
        click.echo(f"{said:<18} {count:>12,}")
    click.echo(f"{'rows in all':<18} {sum(made.rows.values()):>12,}")
    click.echo(f"{'seconds':<18} {seconds:>12,.1f}")
    click.echo(f"log in as {made.email} with {made.password} (shown once; all people of the seed have it)")
    click.echo("its mailbox is paused: nothing of this is ever sent")
    click.echo("next: `helpdesk search-index`, then `helpdesk up`")


def _watched(each: Iterable[Any], length: int, label: str) -> Iterator[Any]:
    """With a progress bar on a terminal."""
    hidden = not sys.stderr.isatty()
    with click.progressbar(each, length=length, label=label, file=sys.stderr, hidden=hidden) as bar:
        yield from bar


COMMANDS = (seed,)
