"""What a search finds: a page of rows, newest activity first, each with the words that were found."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo

from sqlalchemy import literal, or_, select, tuple_
from sqlalchemy.orm import Session

from helpdesk.db import Moment
from helpdesk.models import Entry, EntryPayload, SearchDue, Ticket
from helpdesk.models.masking import Mask
from helpdesk.queries import queue_rows, search_conditions
from helpdesk.queries.queue import Position, Reader
from helpdesk.queries.queue_rows import Row
from helpdesk.rules import search_documents, segmenting
from helpdesk.rules.search_documents import EVENTS, Document
from helpdesk.rules.search_terms import Search
from helpdesk.rules.segmenting import Phrase
from helpdesk.rules.states import EntryKind

ROWS = 50
LOOKED_AT = 1_000  # entries of one page, in which the words are looked for
_SPACE = re.compile(r"\s")
BEFORE, LENGTH = 24, 160  # characters of a piece: so much stands before what was found


@dataclass(frozen=True, slots=True, kw_only=True)
class Snippet:
    """The piece of an entry in which the words stand: text, and whether it was asked for, by turns."""

    seq: int
    pieces: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    rows: tuple[Row, ...]
    snippets: Mapping[int, Snippet]  # by number of the ticket
    next: Position | None  # None: this was the last page
    waiting: bool  # some entries are not indexed yet


def page(
    session: Session,
    search: Search,
    *,
    reader: Reader,
    zone: tzinfo,
    after: Position | None = None,
) -> Found:
    """One page of what was asked for. A search with troubles finds nothing."""
    if search.troubles or not search.terms:
        return Found(rows=(), snippets={}, next=None, waiting=False)
    query = select(Ticket.id, Ticket.updated_at).where(
        search_conditions.of(session, search, reader_id=reader.agent_id, zone=zone)
    )
    if after is not None:
        here = tuple_(literal(after.at, Moment()), literal(after.number))
        query = query.where(tuple_(Ticket.updated_at, Ticket.id) < here)
    found = session.execute(query.order_by(Ticket.updated_at.desc(), Ticket.id.desc()).limit(ROWS + 1)).all()
    numbers = [row.id for row in found[:ROWS]]
    return Found(
        rows=_rows(session, numbers, reader),
        snippets=_snippets(session, numbers, search_conditions.phrases(search)),
        next=Position(at=found[ROWS - 1].updated_at, number=numbers[-1]) if len(found) > ROWS else None,
        waiting=session.scalar(select(SearchDue.entry_id).limit(1)) is not None,
    )


def _rows(session: Session, numbers: list[int], reader: Reader) -> tuple[Row, ...]:
    """As the queues show them."""
    if not numbers:
        return ()
    wanted = queue_rows.tickets(Ticket.updated_at).where(Ticket.id.in_(numbers))
    found = session.execute(wanted.order_by(Ticket.updated_at.desc(), Ticket.id.desc())).all()
    return queue_rows.rows(session, found, reader.approver, stopped=reader.stopped, at=reader.at)


def _snippets(session: Session, numbers: list[int], wanted: Sequence[Phrase]) -> dict[int, Snippet]:
    """For each ticket the piece with most of what was asked for, of its newest entry that has it."""
    if not wanted or not numbers:
        return {}
    best: dict[int, tuple[int, int, Document]] = {}
    for number, seq, document in _documents(session, numbers):
        most = best[number][0] if number in best else 0
        if most < len(wanted) and (count := _count(document, wanted)) > most:
            best[number] = (count, seq, document)
    mask = Mask.over(session, (part for _, _, each in best.values() if each.buyers for part in each.shown))
    found = {
        number: Snippet(seq=seq, pieces=tuple(_piece(document.masked(mask), wanted)))
        for number, (_, seq, document) in best.items()
    }
    return {number: snippet for number, snippet in found.items() if snippet.pieces}


def _documents(session: Session, numbers: list[int]) -> Iterator[tuple[int, int, Document]]:
    """The searched entries of these tickets, newest first; of what was sent only what people wrote."""
    is_event, is_letter = Entry.kind == EntryKind.EVENT, Entry.kind == EntryKind.SENT
    rows = session.execute(
        select(Entry.ticket_id, Entry.seq, Entry.kind, Entry.verb, Entry.actor, EntryPayload.facts)
        .join(EntryPayload, EntryPayload.entry_id == Entry.id)
        .where(
            Entry.ticket_id.in_(numbers),
            or_(~is_event, Entry.verb.in_(EVENTS)),
            or_(~is_letter, Entry.actor.startswith("agent:")),
        )
        .order_by(Entry.id.desc())
        .limit(LOOKED_AT)
    )
    for row in rows:
        found = search_documents.document(row.kind, row.verb, row.actor, row.facts)
        if found is not None:
            yield row.ticket_id, row.seq, found


def _count(document: Document, wanted: Sequence[Phrase]) -> int:
    """How many of the phrases it has."""
    return sum(any(segmenting.places(part, each) for part in document.shown) for each in wanted)


def _piece(document: Document, wanted: Sequence[Phrase]) -> Iterator[tuple[str, bool]]:
    """A stretch of the part with most of the phrases; of what staff read, so what is masked has none."""
    most, chosen, places = 0, "", list[tuple[int, int]]()
    for part in document.shown:
        hits = [segmenting.places(part, phrase) for phrase in wanted]
        if sum(map(bool, hits)) > most:
            most, chosen = sum(map(bool, hits)), part
            places = sorted(place for each in hits for place in each)
    return _stretch(chosen, places) if chosen else iter(())


def _stretch(text: str, places: Sequence[tuple[int, int]]) -> Iterator[tuple[str, bool]]:
    """What stands around the first place, on one line."""
    begins = max(0, places[0][0] - BEFORE)
    ends = min(len(text), begins + LENGTH)
    at = begins
    if begins:
        yield "…", False
    for start, end in places:
        if start >= ends or end <= at:
            continue
        start = max(start, at)
        yield from ((_SPACE.sub(" ", text[at:start]), False), (_SPACE.sub(" ", text[start:end]), True))
        at = end
    yield _SPACE.sub(" ", text[at:ends]) + ("…" if ends < len(text) else ""), False
