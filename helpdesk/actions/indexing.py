"""Keep the index of words: with every entry that is written, and for those that wait for it.

A new entry is indexed in its own transaction, so it is found as soon as it is there, and a crash leaves
neither of them. What is masked on the page goes into the index masked.
"""

from collections.abc import Callable, Iterable, Sequence

from sqlalchemy import delete, func, insert, or_, select, text
from sqlalchemy.orm import Session

from helpdesk.models import Buyer, BuyerAddress, Entry, EntryPayload, SearchDue, Ticket
from helpdesk.models.masking import Mask
from helpdesk.models.searching import INDEX, place
from helpdesk.rules import search_documents
from helpdesk.rules.search_documents import EVENTS, Document
from helpdesk.rules.states import EntryKind

BATCH = 200  # entries in one transaction: some 40 ms of the one writer that SQLite has


def index(session: Session, ticket: Ticket, entry: Entry) -> None:
    """Index an entry that was just written. About 0.15 ms where somebody wrote, else nothing."""
    found = search_documents.document(entry.kind, entry.verb, entry.actor, entry.facts)
    if found is None:
        return
    opens = entry.seq == 1 and not found.people
    words = search_documents.line(_as_read(session, [found])[0], owner=_named(ticket.buyer) if opens else "")
    _insert(session, [(place(entry.ticket_id, entry.seq), words)])


def put_in_line(session: Session) -> int:
    """Every entry that has words is indexed again; how many those are. For rows that no action wrote."""
    waits = select(SearchDue.entry_id)
    wanted = select(Entry.id).where(
        or_(Entry.kind != EntryKind.EVENT, Entry.verb.in_(EVENTS)), Entry.id.not_in(waits)
    )
    session.execute(insert(SearchDue).from_select(["entry_id"], wanted))
    return waiting(session)


def waiting(session: Session) -> int:
    """How many entries are not indexed yet."""
    return session.scalar(select(func.count()).select_from(SearchDue)) or 0


def index_waiting(session: Session, most: int = BATCH) -> int:
    """Index the newest of those that wait; how many it were. 0: nothing waits that nobody else has."""
    query = select(SearchDue.entry_id).order_by(SearchDue.entry_id.desc()).limit(most)
    ids = session.scalars(query.with_for_update(skip_locked=True)).all()
    if not ids:
        return 0
    rows = session.execute(
        select(
            Entry.ticket_id, Entry.seq, Entry.kind, Entry.verb, Entry.actor,
            EntryPayload.facts, Ticket.buyer_id,
        )
        .join(Ticket, Ticket.id == Entry.ticket_id)
        .outerjoin(EntryPayload, EntryPayload.entry_id == Entry.id)
        .where(Entry.id.in_(ids))
    ).all()  # fmt: skip
    found = [search_documents.document(row.kind, row.verb, row.actor, row.facts or {}) for row in rows]
    written = [(row, each) for row, each in zip(rows, found, strict=True) if each is not None]
    owners = _owners(session, {row.buyer_id for row, each in written if row.seq == 1 and not each.people})
    read = _as_read(session, [each for _, each in written])
    _forget(session, [place(row.ticket_id, row.seq) for row in rows])
    _insert(
        session,
        [
            (
                place(row.ticket_id, row.seq),
                search_documents.line(each, owner=owners.get(row.buyer_id, "") if row.seq == 1 else ""),
            )
            for (row, _), each in zip(written, read, strict=True)
        ],
    )
    session.execute(delete(SearchDue).where(SearchDue.entry_id.in_(ids)))
    return len(ids)


def settle(session: Session) -> None:
    """Make the index as small and fast as it can be, after many were indexed."""
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text(f"INSERT INTO {INDEX} ({INDEX}) VALUES ('optimize')"))  # noqa: S608  # no input


def _as_read(session: Session, found: Sequence[Document]) -> list[Document]:
    """As staff read them."""
    mask = Mask.over(session, (part for each in found if each.buyers for part in each.shown))
    return [each.masked(mask) for each in found]


def _named(buyer: Buyer) -> str:
    return " ".join((buyer.name, *(address.email for address in buyer.addresses)))


def _owners(session: Session, buyers: set[int]) -> dict[int, str]:
    """Names and addresses of these buyers."""
    rows = session.execute(
        select(Buyer.id, Buyer.name, BuyerAddress.email)
        .join(BuyerAddress, BuyerAddress.buyer_id == Buyer.id)
        .where(Buyer.id.in_(buyers))
    )
    said: dict[int, str] = {}
    for row in rows:
        said[row.id] = f"{said.get(row.id) or row.name} {row.email}"
    return said


def _forget(session: Session, places: Iterable[int]) -> None:
    key = "rowid" if session.get_bind().dialect.name == "sqlite" else "place"
    session.connection().execute(
        text(f"DELETE FROM {INDEX} WHERE {key} = :place"),  # noqa: S608  # one of two words of ours
        [{"place": each} for each in places],
    )


def _insert(session: Session, lines: Sequence[tuple[int, list[str]]]) -> None:
    if not lines:
        return
    sqlite = session.get_bind().dialect.name == "sqlite"
    written: Callable[[list[str]], str] = " ".join if sqlite else _vector
    statement = _TO_SQLITE if sqlite else _TO_POSTGRESQL
    session.connection().execute(
        statement, [{"place": where, "words": written(words)} for where, words in lines]
    )


# The name of the table and nothing else is put into these.
_TO_SQLITE = text(f"INSERT INTO {INDEX} (rowid, words) VALUES (:place, :words)")  # noqa: S608
_TO_POSTGRESQL = text(f"INSERT INTO {INDEX} (place, words) VALUES (:place, CAST(:words AS tsvector))")  # noqa: S608


def _vector(words: list[str]) -> str:
    """The words with their places, as PostgreSQL writes a tsvector. No word has a quote in it."""
    places: dict[str, list[int]] = {}
    for number, word in enumerate(words, 1):
        places.setdefault(word, []).append(number)
    return " ".join(f"'{word}':{','.join(map(str, at))}" for word, at in places.items())
