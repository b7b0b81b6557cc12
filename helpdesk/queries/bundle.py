"""All that a dispute is about, gathered in one look: mails, evidence, decisions, entries with their chain.

What is for colleagues only is left out unless it is asked for: notes, side mail, events that nobody outside
has a use for. Their links of the chain stay, so that the chain can be checked without them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from helpdesk.errors import NotFoundError
from helpdesk.models import (
    AgreedRemedy,
    Attachment,
    Buyer,
    Claim,
    Decision,
    Entry,
    Evidence,
    Order,
    OrderLine,
    OutboxMessage,
    PlatformCase,
    Refund,
    Ticket,
)
from helpdesk.queries import bundle_links, bundle_rows
from helpdesk.queries.entries import EntryView, views
from helpdesk.rules.states import EntryKind, OutboxState

SPOKEN = (EntryKind.RECEIVED, EntryKind.SENT, EntryKind.CALL)
# A letter to whoever reads the mail of an order, with a link that proves it: not for whoever gets the bundle.
TO_THE_OWNER = "order_link_sent"
# Events that may be shown to a platform with all that they say; any other one only as a link of the chain.
SHOWN = frozenset(
    {
        "claim_opened",
        "claim_withdraw",
        "handed_over",
        "bounced",
        "failed",
        "refunded",
        "arrived",
        "not_arrived",
        "return_sent",
        "return_received",
        "return_expired",
        "return_lost",
        "replacement_shipped",
        "replacement_delivered",
        "coupon_issued",
        "coupon_redeemed",
        "coupon_expired",
    }
)


@dataclass(frozen=True, slots=True)
class Piece:
    """One file of a bundle: bytes by their hash in the blob store."""

    path: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One entry: how it reads, and its line in the chain."""

    view: EntryView
    shown: bool
    json: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """What goes into the ZIP besides what is rendered from it."""

    claim: dict[str, Any]
    decisions: tuple[dict[str, Any], ...]  # newest last
    evidence: tuple[dict[str, Any], ...]
    lines: tuple[Line, ...]
    pieces: tuple[Piece, ...]
    name: str  # of the file, without ending
    locale: str
    internal: bool


def gather(session: Session, claim_id: int, *, internal: bool = False) -> Bundle:
    """Raises NotFoundError. With `internal`, what colleagues wrote among themselves is in it, too."""
    claim = session.get(Claim, claim_id) if claim_id < 2**31 else None
    if claim is None:
        raise NotFoundError("there is no such claim")
    matter = _matter(session, claim)
    entries = session.scalars(
        select(Entry)
        .where(Entry.ticket_id.in_([ticket.id for ticket in matter]))
        .options(joinedload(Entry.payload), selectinload(Entry.attachments))
        .order_by(Entry.ticket_id, Entry.seq)
    ).all()
    shown = views(session, matter, entries)
    lines = tuple(_line(entry, view, internal) for entry, view in zip(entries, shown, strict=True))
    proof = _evidence(session, claim)
    return Bundle(
        claim=_claim(session, claim, matter),
        decisions=_decisions(session, claim),
        evidence=tuple(row for row, _ in proof),
        lines=lines,
        pieces=(
            *_mails(session, entries, internal),
            *(piece for _, piece in proof),
            *_files(entries, internal),
        ),
        name=f"claim-{claim.id}",
        locale=matter[0].locale,
        internal=internal,
    )


def _matter(session: Session, claim: Claim) -> Sequence[Ticket]:
    return session.scalars(
        select(Ticket)
        .where(or_(Ticket.id == claim.ticket_id, Ticket.merged_into_id == claim.ticket_id))
        .options(joinedload(Ticket.buyer).selectinload(Buyer.addresses))
        .order_by(Ticket.merged_into_id.is_not(None), Ticket.id)
    ).all()


def is_shown(entry: Entry, internal: bool) -> bool:
    """Whether somebody outside the shop may read it. What a colleague passed on has her words above it."""
    if internal:
        return True
    if entry.verb == TO_THE_OWNER:
        return False
    return entry.kind in SPOKEN or (entry.kind is EntryKind.EVENT and entry.verb in SHOWN)


def _line(entry: Entry, view: EntryView, internal: bool) -> Line:
    shown = is_shown(entry, internal)
    link = {
        "ticket": entry.ticket_id,
        "seq": entry.seq,
        "kind": str(entry.kind),
        "verb": entry.verb,
        "actor": entry.actor,
        "at": entry.at.isoformat(),
        "payload_commit": entry.payload_commit,
        "prev_hash": entry.prev_hash,
        "hash": entry.hash,
    }
    by_staff = not internal and ("forwarded_by" in entry.facts or "by_mail" in entry.facts)  # own addresses
    if shown and entry.payload is not None and not by_staff:
        payload = bundle_links.removed_within(entry.facts)
        if payload == entry.facts:
            link |= {"salt": entry.payload.salt.hex(), "payload": payload}
        else:  # its commitment can be checked where the original is, in the desk
            link |= {"links_removed": True, "payload": payload}
    else:
        link["withheld"] = True
    return Line(view=view, shown=shown, json=link)


def _mails(session: Session, entries: Sequence[Entry], internal: bool) -> Iterator[Piece]:
    """Received mails as they came, and what was handed over to the buyer, byte for byte."""
    sent = {
        row.entry_id: row.sha256
        for row in session.scalars(
            select(OutboxMessage).where(
                OutboxMessage.ticket_id.in_({entry.ticket_id for entry in entries}),
                OutboxMessage.agent_id.is_(None),
                OutboxMessage.inquiry_id.is_(None),
                OutboxMessage.state == OutboxState.SENT,
            )
        )
    }
    for entry in entries:
        name = f"mails/{entry.ticket_id}-{entry.seq:04d}"
        raw = str(entry.facts.get("raw_sha256", ""))
        if entry.kind is EntryKind.RECEIVED and raw and (internal or "forwarded_by" not in entry.facts):
            yield Piece(f"{name}-received.eml", raw)
        elif entry.kind is EntryKind.SENT and entry.id in sent and is_shown(entry, internal):
            yield Piece(f"{name}-sent.eml", sent[entry.id])
        elif internal and raw and entry.kind is EntryKind.NOTE:
            yield Piece(f"internal/{entry.ticket_id}-{entry.seq:04d}-received.eml", raw)


def _files(entries: Sequence[Entry], internal: bool) -> Iterator[Piece]:
    """Recordings and papers of calls, photos of inspections; with `internal` also what notes hold."""
    for entry in entries:
        inspected = entry.verb == "return_inspected"
        noted = internal and entry.kind is EntryKind.NOTE
        if entry.kind is EntryKind.CALL or inspected or noted:
            folder = "internal" if noted else "returns" if inspected else "calls"
            for file in entry.attachments:
                name = f"{entry.ticket_id}-{entry.seq:04d}-{file.position + 1}-{_plain(file.filename)}"
                yield Piece(f"{folder}/{name}", file.sha256)


def _evidence(session: Session, claim: Claim) -> list[tuple[dict[str, Any], Piece]]:
    rows = session.execute(
        select(Evidence, Attachment)
        .join(Attachment, Attachment.id == Evidence.attachment_id)
        .where(Evidence.claim_id == claim.id)
        .order_by(Evidence.id)
    )
    found = []
    for row, file in rows:
        path = f"evidence/{row.id:03d}-{row.kind}-{_plain(file.filename)}"
        said = {
            "file": path,
            "sha256": row.sha256,
            "kind": str(row.kind),
            "way": row.way,
            "by": row.by.partition(":")[0],
            "at": row.at.isoformat(),
            "state": str(row.state),
        }
        found.append((said, Piece(path, row.sha256)))
    return found


def _claim(session: Session, claim: Claim, matter: Sequence[Ticket]) -> dict[str, Any]:
    order = session.get(Order, claim.order_id) if claim.order_id else None
    titles = {
        row.id: row.title or row.sku
        for row in session.scalars(
            select(OrderLine).where(OrderLine.id.in_([line.order_line_id for line in claim.lines]))
        )
    }
    remedies = session.scalars(
        select(AgreedRemedy).where(AgreedRemedy.claim_id == claim.id).order_by(AgreedRemedy.id)
    ).all()
    refunds = session.scalars(
        select(Refund).where(Refund.ticket_id.in_([ticket.id for ticket in matter])).order_by(Refund.id)
    )
    cases = session.scalars(
        select(PlatformCase).where(PlatformCase.claim_id == claim.id).order_by(PlatformCase.id)
    )
    return {
        "claim": claim.id,
        "tickets": [ticket.id for ticket in matter],
        "state": str(claim.state),
        "reason": claim.reason,
        "wish": str(claim.wish) if claim.wish else None,
        "requested_at": claim.requested_at.isoformat(),
        "order": order.external_no if order else None,
        "source": order.source if order else None,
        "items": [
            {"title": titles.get(line.order_line_id, ""), "quantity": line.quantity} for line in claim.lines
        ],
        "remedies": [bundle_rows.remedy(row) for row in remedies],
        "refunds": [bundle_rows.refund(row) for row in refunds],
        "platform_cases": [bundle_rows.platform_case(row) for row in cases],
    }


def _decisions(session: Session, claim: Claim) -> tuple[dict[str, Any], ...]:
    rows = session.scalars(select(Decision).where(Decision.claim_id == claim.id).order_by(Decision.id))
    return tuple(
        {
            "verdict": row.verdict,
            "clause": row.clause,
            "at": row.at.isoformat(),
            "outcome": row.outcome,
        }
        for row in rows
    )


def _plain(name: str) -> str:
    """A file's name as every unpacker takes it."""
    kept = "".join(char if char.isalnum() or char in "._-" else "_" for char in name)
    return kept.strip("._")[-80:] or "file"
