"""What the phrases behind reasons may learn: every reason that a person chose, beside what was suggested."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.models import Claim, Entry, ReasonCorrection
from helpdesk.rules.phrasebook import Book
from helpdesk.rules.reason_lessons import Lessons, Sample, learn
from helpdesk.rules.states import EntryKind

MOST = 2_000  # newest choices that are looked at


def lessons(session: Session, book: Book, *, since: datetime) -> Lessons:
    """Coverage, agreement, confusions and candidate phrases of the choices since a moment."""
    return learn(samples(session, since=since), book)


def samples(session: Session, *, since: datetime) -> list[Sample]:
    """Each choice with the words that the claim was opened from; the last choice on a claim is the one."""
    rows = session.execute(
        select(ReasonCorrection, Claim.ticket_id, Claim.entry_id)
        .join(Claim, Claim.id == ReasonCorrection.claim_id)
        .where(ReasonCorrection.at >= since)
        .order_by(ReasonCorrection.id.desc())
        .limit(MOST)
    ).all()
    last: dict[int, tuple[ReasonCorrection, int, int]] = {}
    for choice, ticket_id, entry_id in rows:
        last.setdefault(choice.claim_id, (choice, ticket_id, entry_id))
    return [
        Sample(text=_words(session, ticket_id, entry_id), suggested=choice.suggested, decided=choice.chosen)
        for choice, ticket_id, entry_id in last.values()
    ]


def _words(session: Session, ticket_id: int, entry_id: int) -> str:
    """Subject and new words of the mail before the claim."""
    entry = session.scalar(
        select(Entry)
        .where(Entry.ticket_id == ticket_id, Entry.kind == EntryKind.RECEIVED, Entry.id < entry_id)
        .order_by(Entry.id.desc())
        .limit(1)
    )
    facts = entry.facts if entry else {}
    return f"{facts.get('subject', '')}\n\n{facts.get('new') or facts.get('text') or ''}"
