"""Files that are to prove something: from mail and from the buyer's page alike, each once per claim.

What a file is, its first bytes say. A file that is also on another claim is marked on both of them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actions import claim_steps, claims, conversation, merging
from helpdesk.blobs import BlobStore, MissingBlobError
from helpdesk.desk import Desk
from helpdesk.models import Attachment, Claim, Entry, Evidence, Ticket
from helpdesk.rules import evidence, evidence_files
from helpdesk.rules.claim_terms import EvidenceKind
from helpdesk.rules.claims import ClaimState, Event
from helpdesk.rules.evidence import EvidenceState, Missing
from helpdesk.rules.states import EntryKind
from mail import types

MAIL, PAGE = "mail", "page"
MOST_TWINS = 5  # other claims with the same file that are named, and told


@dataclass(frozen=True, slots=True)
class File:
    """A file of an entry with its bytes."""

    row: Attachment
    content: bytes


def from_mail(
    session: Session,
    desk: Desk,
    ticket: Ticket,
    claim: Claim,
    entry: Entry,
    files: Sequence[types.Attachment],
    *,
    opened: bool,
    at: datetime,
) -> list[Evidence]:
    """A person's mail on a held ticket is about this claim, or has just `opened` it: its files are evidence.

    `files` are those of the entry, in its order, with their bytes: the store may not have them yet. Moves of
    the claim, and what the policy says now, are for the caller.
    """
    contents = {row.sha256: file.content for row, file in zip(entry.attachments, files, strict=True)}
    if opened:
        return gather(session, desk.blobs, ticket, claim, fresh=contents, at=at)
    return take(session, ticket, claim, entry, contents, way=MAIL, at=at)


def gather(
    session: Session,
    blobs: BlobStore,
    ticket: Ticket,
    claim: Claim,
    *,
    at: datetime,
    fresh: Mapping[str, bytes] | None = None,
    told: Mapping[str, EvidenceKind] | None = None,
) -> list[Evidence]:
    """A claim was opened: what the buyer has sent in this matter so far is its evidence.

    `fresh` are bytes by SHA-256 that the store does not have yet, `told` what the buyer says of
    files. Bytes that are lost are passed over.
    """
    mails = session.scalars(
        select(Entry)
        .where(Entry.ticket_id.in_(merging.numbers(ticket)), Entry.kind == EntryKind.RECEIVED)
        .order_by(Entry.id)
    ).all()
    taken: list[Evidence] = []
    for entry in mails:
        contents = {row.sha256: _bytes(blobs, row.sha256, fresh or {}) for row in entry.attachments}
        way = MAIL if entry.verb == "received" else PAGE
        taken += take(session, ticket, claim, entry, contents, way=way, at=at, told=told)
    return taken


def take(
    session: Session,
    ticket: Ticket,
    claim: Claim,
    entry: Entry,
    contents: Mapping[str, bytes],
    *,
    way: str,
    at: datetime,
    told: Mapping[str, EvidenceKind] | None = None,
) -> list[Evidence]:
    """Make evidence of the files of an entry of a held ticket; one entry says which.

    `told` is what the buyer says that they show, by SHA-256; of others only the type is known.
    """
    if not entry.attachments:
        return []
    there = set(session.scalars(select(Evidence.sha256).where(Evidence.claim_id == claim.id)))
    rows: list[Evidence] = []
    for file in _fitting(entry.attachments, contents):
        if file.row.sha256 in there:
            continue
        there.add(file.row.sha256)
        kind = evidence.kind_by_type(evidence_files.content_type(file.content), claim.reason)
        if kind is None:
            continue
        kind = (told or {}).get(file.row.sha256, kind)
        rows.append(
            Evidence(
                claim_id=claim.id,
                entry_id=entry.id,
                attachment_id=file.row.id,
                sha256=file.row.sha256,
                kind=kind,
                way=way,
                by=entry.actor,
                at=at,
                state=EvidenceState.GIVEN,
            )
        )
    if not rows:
        return []
    session.add_all(rows)
    session.flush()
    names = {row.sha256: row.filename for row in entry.attachments}
    claims.change_claim(
        session,
        ticket,
        claim,
        "evidence_given",
        actor=claims.buyer(ticket),
        at=at,
        facts={
            "way": way,
            "files": [
                {"evidence": row.id, "name": names[row.sha256], "kind": row.kind, "sha256": row.sha256}
                for row in rows
            ],
        },
    )
    for row in rows:
        _mark_twins(session, ticket, claim, row, names[row.sha256], at=at)
    return rows


def note_told(
    session: Session, ticket: Ticket, claim: Claim, told: Mapping[str, EvidenceKind], *, at: datetime
) -> bool:
    """The buyer says of files that are there what they show; whether that is news. What was judged stays."""
    rows = session.execute(
        select(Evidence, Attachment.filename)
        .join(Attachment, Attachment.id == Evidence.attachment_id)
        .where(
            Evidence.claim_id == claim.id, Evidence.sha256.in_(told), Evidence.state == EvidenceState.GIVEN
        )
    ).all()
    news = [(row, name) for row, name in rows if row.kind is not told[row.sha256]]
    for row, name in news:
        before, row.kind = row.kind, told[row.sha256]
        facts = {"evidence": row.id, "name": name, "kind": row.kind, "before": before, "after": row.kind}
        actor = claims.buyer(ticket)
        claims.change_claim(session, ticket, claim, "evidence_kind_changed", actor=actor, at=at, facts=facts)
    return bool(news)


def note_answer(session: Session, ticket: Ticket, claim: Claim, *, at: datetime) -> None:
    """The buyer has answered what we asked: it is our turn. Nothing when we had asked nothing."""
    if claim.state is ClaimState.AWAITING_BUYER:
        claim_steps.move(session, ticket, claim, Event.BUYER_REPLIES, actor=claims.buyer(ticket), at=at)


def kinds(session: Session, claim: Claim) -> list[EvidenceKind]:
    """What is there and was not refused."""
    return list(
        session.scalars(
            select(Evidence.kind).where(
                Evidence.claim_id == claim.id, Evidence.state != EvidenceState.REFUSED
            )
        )
    )


def missing(session: Session, claim: Claim) -> Missing:
    """What its reason needs and nobody has given, or what was given was refused."""
    return evidence.missing(claim.reason, kinds(session, claim))


def _fitting(rows: Iterable[Attachment], contents: Mapping[str, bytes]) -> Iterable[File]:
    """Files that can be evidence; a refusal is for a page, in a mail they are simply attachments."""
    for row in rows:
        content = contents.get(row.sha256, b"")
        if evidence_files.refused(row.filename, content) is None and not evidence_files.is_trifle(
            content, inline=row.inline or bool(row.content_id)
        ):
            yield File(row, content)


def _mark_twins(
    session: Session, ticket: Ticket, claim: Claim, row: Evidence, filename: str, *, at: datetime
) -> None:
    """The same bytes on another claim: both say so, and a person judges.

    A few of them are enough: the picture under somebody's signature may stand on each claim of hers.
    """
    newest = session.scalars(
        select(Evidence)
        .where(Evidence.sha256 == row.sha256, Evidence.claim_id != claim.id)
        .order_by(Evidence.claim_id.desc())
        .limit(MOST_TWINS)
    ).all()
    twins = sorted(newest, key=lambda twin: twin.claim_id)
    for twin in twins:
        other, elsewhere = (
            claims.hold(session, twin.claim_id)
            if session.get_one(Claim, twin.claim_id).ticket_id != ticket.id
            else (session.get_one(Claim, twin.claim_id), ticket)
        )
        row.seen_elsewhere = twin.seen_elsewhere = True
        _say_twin(session, ticket, row, filename, other, at=at)
        if elsewhere is not ticket:
            _say_twin(session, elsewhere, twin, filename, claim, at=at)
    session.flush()


def _say_twin(
    session: Session, ticket: Ticket, row: Evidence, filename: str, other: Claim, *, at: datetime
) -> None:
    conversation.record(
        session,
        ticket,
        EntryKind.EVENT,
        "evidence_seen_elsewhere",
        actor=conversation.CLOCK,
        at=at,
        facts={
            "claim": row.claim_id,
            "evidence": row.id,
            "name": filename,
            "other": other.id,
            "ticket": other.ticket_id,
        },
    )


def _bytes(blobs: BlobStore, sha256: str, fresh: Mapping[str, bytes]) -> bytes:
    try:
        return fresh[sha256] if sha256 in fresh else blobs.get(sha256)
    except MissingBlobError:
        return b""
