"""Statements of banks and platforms: a line that agrees with a refund settles it, any other is kept.

`look` says what lines come to and changes nothing; `settle` and `keep` do it, each again from what is true
then, so that the same file a second time changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from helpdesk.actions import calendars, claims, refund_plans, refund_rows, remedy_money
from helpdesk.db import insert_missing
from helpdesk.models import Entry, Refund, StatementLine, Ticket
from helpdesk.rules.money import Money
from helpdesk.rules.refunds import BY_HAND, LEFT
from helpdesk.rules.statements import LISTED, Candidate, Fate, Judged, Line, judge
from helpdesk.rules.states import RefundState

SHOWN = "refund_shown"  # verb of the entry
AT_ONCE = 200  # lines that are looked up together


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where lines come from."""

    name: str  # of the map: "alipay"
    file_sha256: str


def look(session: Session, lines: Sequence[Line]) -> list[Judged]:
    """What each line comes to, by what is true now."""
    return [
        each
        for start in range(0, len(lines), AT_ONCE)
        for each in _look(session, lines[start : start + AT_ONCE])
    ]


def settle(session: Session, line: Line, refund_id: int, *, actor: str, at: datetime) -> Judged:
    """The statement shows that this refund was paid: it is noted so, with reference and day.

    What became of it, as somebody else may have noted it, or changed it, since it was looked up.
    """
    refund, ticket = refund_rows.hold(session, refund_id)
    judged = judge(line, _candidates(session, [line]))
    if judged.fate is not Fate.SETTLED or judged.refund_id != refund_id:
        return judged
    before = refund.state
    try:
        with session.begin_nested():  # all of it or nothing: a refund that is half moved is nobody's
            _move(session, ticket, refund, line, actor=actor, at=at)
    except IntegrityError:
        says = f"another refund is noted with the reference {line.reference} already"
        return Judged(fate=Fate.SEVERAL, refund_id=refund_id, says=says)
    remedy_money.follow(session, ticket, refund, before, actor=claims.named(actor), at=at)
    refund_plans.note_left(session, ticket, refund, actor=actor, at=at)
    return judged


def keep(session: Session, source: Source, told: Sequence[tuple[Line, Judged]], *, at: datetime) -> int:
    """Keep what a person has to look at; how many of them were not kept before."""
    rows = [
        {
            "source": source.name,
            "file_sha256": source.file_sha256,
            "line": line.line,
            "key": line.key,
            "reference": line.reference,
            "payment": line.payment,
            "amount_minor": line.amount.minor,
            "currency": line.amount.currency,
            "happened_at": line.happened_at,
            "remark": line.remark,
            "fate": judged.fate,
            "says": judged.says,
            "came_at": at,
        }
        for line, judged in told
        if judged.fate in LISTED
    ]
    return insert_missing(session, StatementLine, rows)


def clear(session: Session, source: Source, told: Sequence[tuple[Line, Judged]], *, at: datetime) -> None:
    """What was kept from an earlier reading, and agrees with a refund by now, waits for nobody any more."""
    for line, judged in told:
        if judged.fate not in (Fate.SETTLED, Fate.KNOWN):
            continue
        same = StatementLine.file_sha256 == source.file_sha256, StatementLine.line == line.line
        by_reference = StatementLine.source == source.name, StatementLine.reference == line.reference
        found = or_(same[0] & same[1], by_reference[0] & by_reference[1] & (StatementLine.reference != ""))
        session.execute(
            update(StatementLine)
            .where(found, StatementLine.settled_at.is_(None))
            .values(settled_at=at, refund_id=judged.refund_id)
            .execution_options(synchronize_session=False)
        )


def kept(session: Session, source: Source, lines: Sequence[Line]) -> bool:
    """Whether anything of this source waits for a person, so that there is something to clear."""
    waiting = select(StatementLine.id).where(
        StatementLine.source == source.name, StatementLine.settled_at.is_(None)
    )
    return bool(lines) and session.scalar(waiting.limit(1)) is not None


def has_shown(session: Session, refund: Refund) -> bool:
    """Whether a statement has shown that a person paid it."""
    return refund.id in _shown(session, [refund])


def _look(session: Session, lines: Sequence[Line]) -> list[Judged]:
    known = _candidates(session, lines)
    return [
        judge(
            line,
            [
                each
                for each in known
                if each.key in line.keys or (line.reference and each.reference == line.reference)
            ],
        )
        for line in lines
    ]


def _candidates(session: Session, lines: Sequence[Line]) -> list[Candidate]:
    keys = {key for line in lines for key in line.keys}
    references = {line.reference for line in lines if line.reference}
    if not keys and not references:
        return []
    found = session.scalars(
        select(Refund)
        .where(or_(Refund.key.in_(keys), Refund.reference.in_(references)), Refund.mistaken.is_(False))
        .order_by(Refund.id)
        .execution_options(populate_existing=True)
    )
    rows = found.all()
    shown = _shown(session, rows)
    return [
        Candidate(
            id=row.id,
            key=row.key,
            reference=row.reference,
            amount=Money(row.amount_minor, row.currency),
            state=row.state,
            shown=row.id in shown,
        )
        for row in rows
    ]


def _shown(session: Session, refunds: Sequence[Refund]) -> set[object]:
    """Those that a person paid and a statement has shown: no gateway sees to it that they are paid once."""
    numbers = {row.ticket_id for row in refunds if row.gateway == BY_HAND and row.state in LEFT}
    if not numbers:
        return set()
    entries = session.scalars(select(Entry).where(Entry.ticket_id.in_(numbers), Entry.verb == SHOWN))
    by_hand = {row.id for row in refunds if row.gateway == BY_HAND and row.state in LEFT}
    return {entry.facts.get("refund") for entry in entries} & by_hand


def _move(session: Session, ticket: Ticket, refund: Refund, line: Line, *, actor: str, at: datetime) -> None:
    if refund.state is RefundState.RESERVED:  # somebody paid it before the clock gave it to anybody
        told = {"gateway": BY_HAND, "submitted_at": at, "submissions": 1}
        refund_rows.move(session, ticket, refund, RefundState.SUBMITTED, actor=actor, at=at, values=told)
    paid_at = min(line.happened_at or at, at)
    expected = calendars.expected_arrival(session, refund.method, paid_at)
    reference = refund.reference or line.reference
    refund_rows.move(
        session,
        ticket,
        refund,
        RefundState.SUCCEEDED,
        actor=actor,
        at=at,
        verb=SHOWN,
        facts={"reference": reference, "expected_at": expected.isoformat(), "line": line.line},
        values={"reference": reference, "paid_at": paid_at, "expected_at": expected, "look_at": None},
    )
