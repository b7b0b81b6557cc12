"""`helpdesk import`: mail from files through the same intake, quietly."""

import json
import mailbox as stdlib_mailbox
import secrets
import sys
from collections.abc import Iterator
from pathlib import Path

import click
from flask.cli import with_appcontext
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk import clock
from helpdesk.actions import importing
from helpdesk.cli.refusing import FAILED, check_schema, plainly
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.models import ReceivedMessage
from helpdesk.workers.filing import file_stored

BATCH = 50


@click.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--mailbox", "name", help="Whose mail this is; may be left out while there is only one.")
@click.option("--answer", is_flag=True, help="Acknowledge them like new mail. Otherwise nothing is sent.")
@click.option("--archive", is_flag=True, help="Old conversations of your own server; see above.")
@click.option("--json", "as_json", is_flag=True, help="The table at the end as one JSON object.")
@with_appcontext
def import_files(
    paths: tuple[Path, ...], name: str | None, answer: bool, archive: bool, as_json: bool
) -> None:
    """Take mail from files: .eml, mbox, Maildir, or a folder of .eml files, through the usual intake.

    A file is one mail or an mbox, by its look; a folder is a Maildir, else every .eml below it. Running it
    twice is safe: what is known already is ignored as a copy. Exit 1 when a message could not be filed.

    Tickets stand at the time of their mail and wait for an answer like any other. With --archive, one whose
    newest mail is older than 14 days is solved at once, and senders whom no server has checked are believed,
    so that an answer joins by the buyer's own Message-IDs: for mail that comes from your own server.
    """
    check_schema()
    if archive and answer:
        raise click.UsageError("an archive is not answered: leave out --archive or --answer")
    with plainly(), transaction() as session:
        mailbox_id = importing.choose_mailbox(session, current_desk(), name, at=clock.now()).id
    run = f"import:{secrets.token_hex(6)}"
    unreadable: list[str] = []
    sources = [file for path in paths for file in _files(path)]
    with click.progressbar(
        sources, label="importing", file=sys.stderr, hidden=not sys.stderr.isatty()
    ) as bar:
        position = 0
        for source in bar:
            try:
                for batch in _batches(_messages(source)):
                    position = _import(mailbox_id, run, batch, position, answer=answer, archive=archive)
            except OSError as error:
                unreadable.append(f"{source}: {error.strerror or error}")
    table = _table(mailbox_id, run, unreadable)
    click.echo(json.dumps(table, ensure_ascii=False) if as_json else _as_text(table))
    if table["failed"]:
        raise SystemExit(FAILED)


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    if (path / "cur").is_dir() or (path / "new").is_dir():
        found = [file for part in ("cur", "new") for file in (path / part).glob("*") if file.is_file()]
        return sorted(found, key=lambda file: file.name)
    # A link to nowhere is no file, and is listed as unreadable rather than passed over.
    return sorted(file for file in path.rglob("*.eml") if file.is_file() or file.is_symlink())


def _messages(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        looks_like_mbox = file.read(5) == b"From "
    if not looks_like_mbox:
        yield path.read_bytes()
        return
    box = stdlib_mailbox.mbox(path, create=False)
    try:
        for key in box.iterkeys():
            yield box.get_bytes(key)
    finally:
        box.close()


def _batches(messages: Iterator[bytes]) -> Iterator[list[bytes]]:
    batch: list[bytes] = []
    for raw in messages:
        batch.append(raw)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _import(
    mailbox_id: int, run: str, batch: list[bytes], position: int, *, answer: bool, archive: bool
) -> int:
    """Store and file a batch; the position after it."""
    blobs = current_desk().blobs
    with blobs.together():
        rows = [(blobs.put(raw), len(raw)) for raw in batch]
    with transaction() as session:
        importing.store(
            session,
            mailbox_id,
            rows,
            run=run,
            position=position,
            quiet=not answer,
            archived=archive,
            at=clock.now(),
        )
    file_stored(mailbox_id)
    return position + len(batch)


def _table(mailbox_id: int, run: str, unreadable: list[str]) -> dict[str, object]:
    with reading() as session:
        ignored = _count(session, mailbox_id, run, "ignored", ReceivedMessage.ignored_because)
        parked = _count(session, mailbox_id, run, "parked", ReceivedMessage.problem)
        filed = sum(_count(session, mailbox_id, run, "filed", ReceivedMessage.state).values())
        joined = sum(_count(session, mailbox_id, run, "joined", ReceivedMessage.state).values())
    for reason in unreadable:
        parked[reason] = parked.get(reason, 0) + 1
    return {
        "filed": filed,
        "joined": joined,
        "ignored": sum(ignored.values()),
        "failed": sum(parked.values()),
        "ignored_because": ignored,
        "failed_because": parked,
    }


def _count(session: Session, mailbox_id: int, run: str, state: str, column: object) -> dict[str, int]:
    rows = session.execute(
        select(column, func.count())  # type: ignore[call-overload]  # any column of the row
        .where(
            ReceivedMessage.mailbox_id == mailbox_id,
            ReceivedMessage.folder == run,
            ReceivedMessage.state == state,
        )
        .group_by(column)
    )
    counts: dict[str, int] = {}
    for reason, count in rows:
        word = "copy" if str(reason).startswith("copy_of_") else str(reason)
        counts[word] = counts.get(word, 0) + count
    return counts


def _as_text(table: dict[str, object]) -> str:
    lines = [f"{word:<8} {table[word]:>7}" for word in ("filed", "joined", "ignored", "failed")]
    for word in ("ignored", "failed"):
        reasons = table[f"{word}_because"]
        assert isinstance(reasons, dict)
        lines += [f"  {word}: {count} x {reason}" for reason, count in sorted(reasons.items())]
    return "\n".join(lines)


COMMANDS = (import_files,)
