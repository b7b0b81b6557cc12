"""Commands that only look: tickets, ticket, export, verify. `--json` for scripts."""

import json
import sys
from collections import Counter
from collections.abc import Iterator

import click
from flask.cli import with_appcontext

from helpdesk.cli.refusing import FAILED, check_schema, plainly
from helpdesk.cli.saying import in_english
from helpdesk.current import current_desk
from helpdesk.db import reading
from helpdesk.queries import export, proof
from helpdesk.queries import tickets as lookups
from helpdesk.queries.entries import EntryView
from helpdesk.queries.tickets import TicketView
from helpdesk.rules.states import EntryKind
from helpdesk.web import sentences, wording

as_json = click.option("--json", "as_json", is_flag=True, help="Machine-readable, one value per line.")


@click.command("tickets")
@as_json
@with_appcontext
def tickets(as_json: bool) -> None:
    """List all tickets, oldest first."""
    check_schema()
    with reading() as session:
        for row in export.tickets(session):
            if as_json:
                click.echo(_json(row))
            else:
                click.echo(f"{row['number']:>6}  {row['state']:<8} {row['buyer']:<32.32} {row['subject']}")


@click.command("ticket")
@click.argument("number", type=int)
@as_json
@with_appcontext
def ticket(number: int, as_json: bool) -> None:
    """Show one ticket with its whole conversation."""
    check_schema()
    with plainly(), reading() as session:
        found = export.ticket(session, number)
        shown = lookups.show(session, number, whole=True)
    if as_json:
        click.echo(_json(found))
        return
    with in_english():
        click.echo("\n".join(_ticket(shown)))


@click.command("export")
@click.option("--json", "as_json", is_flag=True, help="As it is anyway: it is the only form there is.")
@with_appcontext
def export_all(as_json: bool) -> None:
    """Every entry of every ticket, one JSON object per line."""
    check_schema()
    with reading() as session:
        for entry in export.entries(session):
            click.echo(_json(entry))


@click.command("verify")
@as_json
@with_appcontext
def verify(as_json: bool) -> None:
    """Check every conversation's hash chain and every blob. Exit 1 and the first bad entry when one fails."""
    check_schema()
    with reading() as session:
        names = proof.blob_names(session)
        checked = _watched(proof.check_tickets(session), proof.count_tickets(session), "tickets")
    checked += _watched(proof.check_blobs(names, current_desk().blobs), len(names), "blobs")
    problems = [each.problem for each in checked if each.problem]
    counts = Counter(each.what for each in checked)
    if as_json:
        click.echo(_json({"tickets": counts["ticket"], "blobs": counts["blob"], "problems": problems}))
    else:
        click.echo(f"{counts['ticket']} tickets and {counts['blob']} blobs checked: {len(problems)} problems")
        for problem in problems:
            click.echo(f"  {problem}", err=True)
    if problems:
        raise SystemExit(FAILED)


def _ticket(ticket: TicketView) -> Iterator[str]:
    """The ticket page, as lines."""
    yield f"#{ticket.number}  {ticket.subject}"
    buyer = f"{ticket.buyer} <{', '.join(ticket.addresses)}>".strip()
    yield f"{wording.state_of(ticket)} · {buyer} · {ticket.assignee or 'nobody has it'} · {ticket.mailbox}"
    for refund in ticket.refunds:
        yield (
            f"refund of {wording.money(refund.money)} by {wording.word(refund.method)}, reference "
            f"{refund.reference}: {wording.word(refund.state)}"
        )
    for entry in ticket.lines:
        yield ""
        yield from _entry(entry)
    for plan in ticket.plans:
        yield f"\n      {wording.plan_sentence(plan)}"


def _entry(entry: EntryView) -> Iterator[str]:
    facts = entry.facts
    marks = [str(facts.get("from", "")), str(wording.VERIFIED.get(facts.get("verified", ""), ""))]
    marks += [wording.delivery(entry.delivery)] if entry.delivery else []
    yield " · ".join(
        filter(None, (f"{entry.seq:>4}  {wording.moment(entry.at)}  {sentences.sentence(entry)}", *marks))
    )
    if entry.kind is not EntryKind.EVENT:
        yield from (f"      {line}" for line in sentences.words(entry).splitlines())
    for file in entry.files:
        yield f"      + {file.filename} ({file.content_type}, {wording.size(file.size)})"


def _watched(checks: Iterator[proof.Checked], length: int, label: str) -> list[proof.Checked]:
    """All of them, with a progress bar on a terminal."""
    hidden = not sys.stderr.isatty()
    with click.progressbar(checks, length=length, label=label, file=sys.stderr, hidden=hidden) as bar:
        return list(bar)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


COMMANDS = (tickets, ticket, export_all, verify)
