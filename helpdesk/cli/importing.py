"""`helpdesk import`: mail from files through the same intake, quietly."""

import json
import mailbox as stdlib_mailbox
import secrets
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk import clock
from helpdesk.actions import importing
from helpdesk.cli.refusing import FAILED, check_schema, plainly
from helpdesk.cli.saying import in_english
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.models import ReceivedMessage
from helpdesk.rules.states import ReceivedState
from helpdesk.web import settings_words
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
    places: list[Place] = []  # of each message that was read, by its position
    unreadable: list[Failure] = []
    found = {path: _files(path) for path in paths}
    for path in (path for path, files in found.items() if not files):
        unreadable.append(Failure(Place(path), "no mail is there: neither a Maildir nor .eml files below it"))
    sources = [file for files in found.values() for file in files]
    with click.progressbar(
        sources, label="importing", file=sys.stderr, hidden=not sys.stderr.isatty()
    ) as bar:
        for source in bar:
            try:
                for batch in _batches(_messages(source)):
                    raws = [raw for _, raw in batch]
                    _import(mailbox_id, run, raws, len(places), answer=answer, archive=archive)
                    places += [place for place, _ in batch]
            except OSError as error:
                unreadable.append(Failure(Place(source), str(error.strerror or error)))
    table = _table(mailbox_id, run, places, unreadable)
    click.echo(json.dumps(table, ensure_ascii=False) if as_json else _as_text(table))
    if table["failed"]:
        raise SystemExit(FAILED)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message stands: a file, and which of the messages in it, from 1; None when it has only one."""

    file: Path
    message: int | None = None

    def __str__(self) -> str:
        return str(self.file) if self.message is None else f"{self.file}, message {self.message}"


@dataclass(frozen=True, slots=True)
class Failure:
    place: Place
    because: str


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    if (path / "cur").is_dir() or (path / "new").is_dir():
        found = [file for part in ("cur", "new") for file in (path / part).glob("*") if file.is_file()]
        return sorted(found, key=lambda file: file.name)
    # A link to nowhere is no file, and is listed as unreadable rather than passed over.
    return sorted(file for file in path.rglob("*.eml") if file.is_file() or file.is_symlink())


def _messages(path: Path) -> Iterator[tuple[Place, bytes]]:
    with path.open("rb") as file:
        looks_like_mbox = file.read(5) == b"From "
    if not looks_like_mbox:
        yield Place(path), path.read_bytes()
        return
    box = stdlib_mailbox.mbox(path, create=False)
    try:
        for number, key in enumerate(box.iterkeys(), 1):
            yield Place(path, number), box.get_bytes(key)
    finally:
        box.close()


def _batches(messages: Iterator[tuple[Place, bytes]]) -> Iterator[list[tuple[Place, bytes]]]:
    batch: list[tuple[Place, bytes]] = []
    for message in messages:
        batch.append(message)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _import(
    mailbox_id: int, run: str, batch: list[bytes], position: int, *, answer: bool, archive: bool
) -> None:
    """Store and file a batch that stands at this position of the run."""
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


def _table(mailbox_id: int, run: str, places: list[Place], unreadable: list[Failure]) -> dict[str, object]:
    with reading() as session:
        ignored = _count(session, mailbox_id, run, "ignored", ReceivedMessage.ignored_because)
        failures = [*unreadable, *_parked(session, mailbox_id, run, places)]
        filed = sum(_count(session, mailbox_id, run, "filed", ReceivedMessage.state).values())
        joined = sum(_count(session, mailbox_id, run, "joined", ReceivedMessage.state).values())
    return {
        "filed": filed,
        "joined": joined,
        "ignored": sum(ignored.values()),
        "failed": len(failures),
        "ignored_because": ignored,
        "failed_because": dict(Counter(failure.because for failure in failures)),
        "failed_files": [
            {"file": str(each.place.file), "message": each.place.message, "because": each.because}
            for each in failures
        ],
    }


def _parked(session: Session, mailbox_id: int, run: str, places: list[Place]) -> list[Failure]:
    rows = session.execute(
        select(ReceivedMessage.uid, ReceivedMessage.problem)
        .where(
            ReceivedMessage.mailbox_id == mailbox_id,
            ReceivedMessage.folder == run,
            ReceivedMessage.state == ReceivedState.PARKED,
        )
        .order_by(ReceivedMessage.uid)
    )
    return [Failure(places[row.uid], row.problem) for row in rows]


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


def _as_text(table: dict[str, Any]) -> str:
    lines = [f"{word:<8} {table[word]:>7}" for word in ("filed", "joined", "ignored", "failed")]
    with in_english():
        for reason, count in sorted(table["ignored_because"].items()):
            lines.append(f"  ignored: {count} x {settings_words.IGNORED.get(reason, reason)}")
    for each in table["failed_files"]:
        place = Place(Path(each["file"]), each["message"])
        lines.append(f"  failed: {place}: {each['because']}")
    return "\n".join(lines)


COMMANDS = (import_files,)
