"""Fill an empty database with believable tickets, claims and orders: `helpdesk seed`.

The stories are played once by the desk's own actions (`telling`), made into plates (`printing`), and copied
as often as it takes, each with its own people, numbers and days (`varied`, `placing`). What cannot be copied
is made anew: the hash chain of each conversation. The mailbox is paused, and nothing lies in the outbox.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from flask import Flask
from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from config import Settings
from helpdesk import vault
from helpdesk.actions import indexing
from helpdesk.blobs import BlobStore
from helpdesk.current import current_desk
from helpdesk.db import Base, Moment, reading, transaction
from helpdesk.demo import telling
from helpdesk.demo.cast import STAFF
from helpdesk.demo.placing import Placed, days_for, place
from helpdesk.demo.printing import ID, New, Plate, plate
from helpdesk.demo.scratch import key_of, numbered, tables
from helpdesk.demo.telling import Telling, Told
from helpdesk.demo.varied import Copy
from helpdesk.errors import ConflictError
from helpdesk.models import Mailbox, MailboxFolder, Order, OrderShape, PolicyVersion, ReceivedMessage, Ticket
from helpdesk.rules import chain

BATCH = 500  # stories in one transaction
BEFORE = timedelta(days=60)  # the shop opened so long before its first ticket
TOKEN = re.compile(rb"\b(h[a-z](?:\.[0-9]+){1,2})\.([0-9a-f]{16})\.([0-9a-f]+)")  # see mail/references.py
_FOURTH_LAST = func.length(Order.external_no_norm) - 3
ROOMY = "PRAGMA cache_size=-262144"  # kB: the indexes, which are written everywhere at once
UNMOVED = "effective_from"  # of the policy: what its text says
T = TypeVar("T")
Watch = Callable[[Iterable[Any], int, str], Iterator[Any]]  # what, how many, of what


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeded:
    """What was written: rows by table, and who may log in."""

    rows: dict[str, int]
    email: str
    password: str


def unwatched(each: Iterable[Any], length: int, label: str) -> Iterator[Any]:
    return iter(each)


def check_empty(session: Session, settings: Settings) -> None:
    """Raises ConflictError when made-up mail could be taken for real, or real money could move."""
    if session.scalar(select(Ticket.id).limit(1)) or session.scalar(select(Order.id).limit(1)):
        raise ConflictError(
            "this database has tickets or orders already: seed an empty one, for example with "
            "HELPDESK_DATA_DIR=var-seeded"
        )
    mailbox = session.scalar(
        select(Mailbox.address).where(Mailbox.active, Mailbox.removed_at.is_(None)).limit(1)
    )
    if mailbox is not None:
        raise ConflictError(f"{mailbox} is read and written from here: seed a database that no shop uses")
    if settings.gateways:
        raise ConflictError(
            f"this desk moves real money ({', '.join(sorted(settings.gateways))}): seed one without gateways"
        )


def seed(
    compose: Callable[[Settings], Flask], settings: Settings, tickets: int, *, seed: int, until: date,
    password: str, watch: Watch = unwatched,
) -> Seeded:  # fmt: skip
    """So many tickets up to the beginning of this day. The same numbers give the same rows, but for
    passwords. Raises ConflictError; what was written before something went wrong stays.
    """
    with reading() as session:
        check_empty(session, settings)
    with TemporaryDirectory(prefix="helpdesk-stories-") as folder:
        played = telling.tell(
            compose, settings, Path(folder), password=password,
            watch=lambda wanted: watch(wanted, len(wanted), "stories"),
        )  # fmt: skip
        return fill(played, tickets, seed=seed, until=until, password=password, watch=watch)


def fill(
    played: Telling, tickets: int, *, seed: int, until: date, password: str, watch: Watch = unwatched
) -> Seeded:
    """The same with stories that have been played, while their folder is there."""
    plates = list(_plates(played, current_desk().blobs))
    days, ends = days_for(tickets), datetime.combine(until, time(), current_desk().zone)
    opened = ends - timedelta(days=days) - BEFORE
    with transaction() as session:
        shop = _open_shop(session, played, opened, password)
        printer = _Printer(plates, seed, played, shop, last=_last_ids(session))
    placed = place(played.told, tickets, days=days, until=ends, seed=seed)
    for number in watch(range(0, len(placed), BATCH), -(-len(placed) // BATCH), "tickets"):
        with transaction() as session:
            printer.print(session, placed[number : number + BATCH], number)
    with transaction() as session:
        _finish(session)
    return Seeded(rows=dict(printer.counts), email=STAFF[0][0], password=password)


def _plates(played: Telling, blobs: BlobStore) -> Iterator[Plate]:
    """With all their bytes in the desk's own store."""
    for told in played.told:
        same_bytes: dict[str, str] = {}
        with blobs.together():
            for sha in _hashes(told):
                kept = _without_chance(played.blobs.get(sha), f"{told.story.name}-{told.voice.locale}")
                same_bytes[sha] = blobs.put(kept)
        yield plate(played, told, {sha: kept for sha, kept in same_bytes.items() if sha != kept})


def _hashes(told: Told) -> list[str]:
    found = {row.get("sha256") for rows in told.rows.values() for row in rows}
    return sorted(each for each in found if each)


def _without_chance(raw: bytes, story: str) -> bytes:
    """The tokens of our own Message-IDs are drawn by lot: here they follow from the story."""

    def fixed(found: re.Match[bytes]) -> bytes:
        drawn = sha256(f"{story}-{found[1].decode()}".encode()).hexdigest() * 2
        return found[1] + b"." + drawn[:16].encode() + b"." + drawn[16 : 16 + len(found[3])].encode()

    return TOKEN.sub(fixed, raw)


def _open_shop(session: Session, played: Telling, at: datetime, password: str) -> New:
    """People, mailbox and policy: their ids here, by those of the stories."""
    new: New = {}
    by = at - min(row["created_at"] for row in played.shop["agent"])
    in_force = session.scalar(select(PolicyVersion).where(PolicyVersion.is_current.is_(True)))
    last = _last_ids(session)
    for table in tables():
        name, rows = table.name, played.shop.get(table.name, ())
        if name in last:
            new |= {row[key_of(table).name]: last[name] + place for place, row in enumerate(rows, 1)}
        for row in rows:
            values = {column: _moved(table.columns[column], value, new, by) for column, value in row.items()}
            if name == "mailbox":
                values |= {"password_sealed": vault.seal(current_desk().secret, password), "active": False}
            if name == "policy_version" and in_force is not None:
                values |= {"is_current": None, "retired_at": in_force.begins_at}
            session.execute(insert(table).values(values))
    session.execute(insert(OrderShape), list(played.shapes))
    return new


def _last_ids(session: Session) -> dict[str, int]:
    """The highest id of each table that counts its rows."""
    keys = {name: key_of(Base.metadata.tables[name]) for name in numbered()}
    return {name: session.scalar(select(func.max(key))) or 0 for name, key in keys.items()}


def _moved(column: Any, value: Any, new: New, by: timedelta) -> Any:
    """A value of the stories' shop in this one."""
    if column.primary_key or column.foreign_keys:
        return new.get(value, value)
    if isinstance(column.type, Moment) and value is not None:
        return value if column.name == UNMOVED else value + by
    if isinstance(value, str):
        return re.sub(ID, lambda found: str(new.get(int(found[0]), found[0])), value)
    return value


class _Printer:
    """Writes copies; counts ids and rows."""

    def __init__(
        self, plates: Sequence[Plate], seed: int, played: Telling, shop: New, *, last: dict[str, int]
    ) -> None:
        self.plates, self.seed, self.shop, self.last = plates, seed, shop, last
        self.agents = played.cast.agents
        self.names = {row["id"]: row["name"] for row in played.shop["agent"]}
        self.counts: Counter[str] = Counter()
        self.uid = 0

    def print(self, session: Session, placed: Sequence[Placed], number: int) -> None:
        """Copies of these, from this number on."""
        rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for counted, each in enumerate(placed, number):
            plate = self.plates[each.told]
            copy = Copy.of(self.seed, counted)
            new, names = self._ids(plate, copy)
            made = plate.copy(copy, new, names, each.by)
            for name, values in made.items():
                columns = plate.columns[name]
                rows[name] += [dict(zip(columns, row, strict=True)) for row in values]
        _chain(rows, self.seed)
        connection = session.connection()
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(ROOMY)
        for table in tables():
            if table.name in rows:
                connection.execute(insert(table), rows[table.name])
                self.counts[table.name] += len(rows[table.name])

    def _ids(self, plate: Plate, copy: Copy) -> tuple[New, dict[str, str]]:
        """New ids for every row, and other colleagues in the place of those of the story."""
        new, turn = dict(self.shop), copy.chance.randrange(len(self.agents))
        turned = (*self.agents[turn:], *self.agents[:turn])
        names = {name: name for name in self.names.values()}
        for agent, other in zip(self.agents, turned, strict=True):
            new[agent] = self.shop[other]
            names[self.names[agent]] = self.names[other]
        for name, ids in plate.ids.items():
            first = self.last[name] + 1
            new |= dict(zip(ids, range(first, first + len(ids)), strict=True))
            self.last[name] += len(ids)
        for uid in plate.uids:
            self.uid += 1
            new[uid] = self.uid
        return new, names


def _chain(rows: dict[str, list[dict[str, Any]]], seed: int) -> None:
    """The hashes of these conversations, whole ones all of them."""
    facts = {payload["entry_id"]: payload for payload in rows["entry_payload"]}
    heads: dict[int, str] = {}
    for entry in sorted(rows["entry"], key=lambda row: (row["ticket_id"], row["seq"])):
        payload = facts[entry["id"]]
        payload["salt"] = sha256(f"{seed}-{entry['id']}".encode()).digest()[: chain.SALT_BYTES]
        entry["payload_commit"] = chain.commitment(payload["salt"], payload["facts"])
        entry["prev_hash"] = heads.get(entry["ticket_id"]) or chain.genesis(entry["ticket_id"])
        link = chain.Link(**{name: entry[name] for name in chain.Link.__slots__ if name != "hash"})
        entry["hash"] = heads[entry["ticket_id"]] = chain.digest(link)
    for ticket in rows["ticket"]:
        ticket["head_hash"] = heads[ticket["id"]]


def _finish(session: Session) -> None:
    """The mailbox has seen what it holds, everything waits to be indexed, and the database counts on."""
    indexing.put_in_line(session)
    session.execute(update(Order).values(number_end=func.substr(Order.external_no_norm, _FOURTH_LAST)))
    held = session.execute(
        select(ReceivedMessage.mailbox_id, func.count(), func.max(ReceivedMessage.uid)).group_by(
            ReceivedMessage.mailbox_id
        )
    ).all()
    for mailbox, count, uid in held:
        session.execute(update(Mailbox).where(Mailbox.id == mailbox).values(seen=count, kept=count))
        session.execute(
            update(MailboxFolder)
            .where(MailboxFolder.mailbox_id == mailbox)
            .values(last_uid=uid, epoch=1, uidvalidity=1)
        )
    if session.get_bind().dialect.name != "postgresql":
        return
    for name, last in _last_ids(session).items():
        counter = session.scalar(
            select(func.pg_get_serial_sequence(name, key_of(Base.metadata.tables[name]).name))
        )
        if counter and last:
            session.execute(select(func.setval(counter, last)))
