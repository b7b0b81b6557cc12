"""Entries of a conversation as values: who, what, which files, and what became of the message."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from helpdesk.errors import NotFoundError
from helpdesk.models import Agent, Attachment, Buyer, Contact, Entry, OutboxMessage, Refund, Ticket
from helpdesk.models.masking import Mask
from helpdesk.rules.money import Money
from helpdesk.rules.states import EntryKind, OutboxState
from mail.types import key_of

MASKED = ("new", "text", "quoted", "subject")  # facts with a buyer's words
FILES = ("attachments", "files")  # facts with files that a buyer sent
BUYERS_VERBS = ("survey_answered", "withdrawal_receipt")  # of ours, with her words in them


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who did it: "agent", "buyer", "contact", "clock" or "server", with a name for people."""

    kind: str
    name: str
    id: int = 0  # of an agent, a buyer, a contact


@dataclass(frozen=True, slots=True, kw_only=True)
class FileView:
    id: int
    filename: str
    content_type: str  # as claimed by whoever sent it
    size: int  # bytes
    sha256: str
    content_id: str
    inline: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What has become of a message to the buyer so far."""

    id: int
    state: OutboxState
    due_at: datetime
    attempts: int
    answer: str  # the server's last words
    automatic: bool
    recipient: str
    sent_at: datetime | None

    @property
    def delayed(self) -> bool:
        """Tried and refused for now."""
        return self.state is OutboxState.QUEUED and self.attempts > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryView:
    id: int
    number: int  # of the ticket it was written on
    seq: int
    kind: EntryKind
    verb: str
    actor: Actor
    at: datetime
    facts: Mapping[str, Any]  # empty when it was erased
    files: tuple[FileView, ...]
    delivery: Delivery | None
    money: Money | None  # of the refund it is about

    @property
    def version(self) -> str:
        """Changes when what the page shows of this entry changes."""
        sent = self.delivery
        return f"{self.id}-{sent.state}-{sent.attempts}" if sent else str(self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """A mail as it came: where its bytes are, and which files came with it."""

    number: int
    seq: int
    sha256: str
    files: tuple[FileView, ...]


def views(session: Session, tickets: Sequence[Ticket], entries: Sequence[Entry]) -> tuple[EntryView, ...]:
    """The entries of one matter, loaded with payload and attachments by the caller.

    `tickets` are the one that the page is about and those that were merged into it.
    """
    names = {f"agent:{row.id}": row.name for row in session.execute(select(Agent.id, Agent.name))}
    if any(entry.actor.startswith("contact:") for entry in entries):
        names |= {f"contact:{row.id}": row.name for row in session.execute(select(Contact.id, Contact.name))}
    buyers = {f"buyer:{buyer.id}": buyer for buyer in _buyers(session, entries)}
    numbers = [ticket.id for ticket in tickets]
    sent = {row.entry_id: _delivery(row) for row in _outbox(session, numbers)}
    money = {
        row.id: Money(row.amount_minor, row.currency)
        for row in session.scalars(select(Refund).where(Refund.ticket_id.in_(numbers)))
    }
    mask = Mask.over(session, (text for entry in entries for text in _buyers_words(entry)))
    return tuple(
        EntryView(
            id=entry.id,
            number=entry.ticket_id,
            seq=entry.seq,
            kind=entry.kind,
            verb=entry.verb,
            actor=_actor(entry, names, buyers),
            at=entry.at,
            facts=_masked(entry, mask),
            files=tuple(_shown(file, mask) for file in entry.attachments),
            delivery=sent.get(entry.id),
            money=_money(entry.facts, money),
        )
        for entry in entries
    )


def original(session: Session, entry_id: int) -> Original:
    """Where the bytes of a received mail are. Raises NotFoundError for any other entry."""
    entry = session.get(Entry, entry_id, options=[joinedload(Entry.payload)])
    sha256 = str(entry.facts.get("raw_sha256", "")) if entry else ""
    if entry is None or not sha256:
        raise NotFoundError("there is no received mail behind this entry")
    return Original(
        number=entry.ticket_id,
        seq=entry.seq,
        sha256=sha256,
        files=tuple(file_view(file) for file in entry.attachments),
    )


def attachment(session: Session, attachment_id: int) -> FileView:
    """One file. Raises NotFoundError."""
    row = session.get(Attachment, attachment_id)
    if row is None:
        raise NotFoundError("there is no such file")
    return file_view(row)


def _buyers_words(entry: Entry) -> Iterator[str]:
    """What a buyer wrote in it, names of files too; nothing of ours, and nothing of a colleague's."""
    facts = entry.facts
    yield from (str(facts[name]) for name in _fields(entry) if facts.get(name))
    if _is_the_buyers(entry):
        yield from map(str, (facts.get("previews") or {}).values())
        yield from (str(file.get("name", "")) for key in FILES for file in facts.get(key) or ())


def _is_the_buyers(entry: Entry) -> bool:
    by_page = entry.actor.startswith("buyer:")
    return entry.kind is EntryKind.RECEIVED or by_page or entry.verb in BUYERS_VERBS


def _fields(entry: Entry) -> tuple[str, ...]:
    """Which facts may hold such a number: what was typed for an order, too, as long as we know none."""
    if not _is_the_buyers(entry):
        return ("name",) if entry.verb.startswith("evidence_") else ()  # of her file, whoever judges it
    return MASKED if entry.facts.get("order_id") or "order" not in entry.facts else (*MASKED, "order")


def _masked(entry: Entry, mask: Mask) -> Mapping[str, Any]:
    """The facts as staff read them; the entry itself, and the mail as it came, stay what they are."""
    facts = entry.facts
    if not any(mask(text) != text for text in _buyers_words(entry)):
        return facts
    shown = {**facts, **{name: mask(str(facts[name])) for name in _fields(entry) if facts.get(name)}}
    if facts.get("previews"):
        shown["previews"] = {place: mask(str(text)) for place, text in facts["previews"].items()}
    for key in FILES:
        if facts.get(key):
            shown[key] = [{**file, "name": mask(str(file.get("name", "")))} for file in facts[key]]
    return shown


def _outbox(session: Session, numbers: Sequence[int]) -> Sequence[OutboxMessage]:
    return session.scalars(select(OutboxMessage).where(OutboxMessage.ticket_id.in_(numbers))).all()


def _delivery(row: OutboxMessage) -> Delivery:
    return Delivery(
        id=row.id,
        state=row.state,
        due_at=row.due_at,
        attempts=row.attempts,
        answer=row.answer,
        automatic=row.automatic,
        recipient=row.recipient,
        sent_at=row.sent_at,
    )


def file_view(row: Attachment) -> FileView:
    """A file as pages and exports show it."""
    return FileView(
        id=row.id,
        filename=row.filename,
        content_type=row.content_type,
        size=row.size,
        sha256=row.sha256,
        content_id=row.content_id,
        inline=row.inline,
    )


def _shown(row: Attachment, mask: Mask) -> FileView:
    return replace(file_view(row), filename=mask(row.filename))


def _buyers(session: Session, entries: Sequence[Entry]) -> Sequence[Buyer]:
    """Those of the entries: whoever wrote on a matter need not be the buyer of one of its tickets."""
    wrote = {entry.actor.partition(":")[2] for entry in entries if entry.actor.startswith("buyer:")}
    wanted = select(Buyer).where(Buyer.id.in_({int(number) for number in wrote}))
    return session.scalars(wanted.options(selectinload(Buyer.addresses))).all()


def _actor(entry: Entry, names: Mapping[str, str], buyers: Mapping[str, Buyer]) -> Actor:
    kind, _, number = entry.actor.partition(":")
    buyer = buyers.get(entry.actor)
    key = int(number) if number.isdigit() else 0
    if buyer is None:
        return Actor(kind=kind, name=names.get(entry.actor, number), id=key)
    return Actor(kind=kind, name=_who_wrote(entry, buyer), id=key)


def _who_wrote(entry: Entry, buyer: Buyer) -> str:
    """The buyer; of mail from another address than hers (a colleague's), the name that stands beside that.

    Older versions gave mail that joined a merged ticket to the buyer of the other one: its address says who.
    """
    email = buyer.addresses[0].email if buyer.addresses else ""
    said = str(entry.facts.get("from") or "") if entry.kind is EntryKind.RECEIVED else ""
    if said and key_of(said) != key_of(email):
        return str(entry.facts.get("from_name") or said)
    return buyer.name or email


def _money(facts: Mapping[str, Any], refunds: Mapping[int, Money]) -> Money | None:
    if facts.get("amount_minor") is not None:
        return Money(int(facts["amount_minor"]), str(facts["currency"]))
    return refunds.get(facts.get("refund", 0))
