"""A replacement as its rows: held, moved by the table with an entry, and looked at when its day is over."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from helpdesk.actions import claims, conversation, tasks
from helpdesk.actions.claims import Actor
from helpdesk.desk import Desk
from helpdesk.errors import ConflictError, NotFoundError
from helpdesk.models import AgreedRemedy, Claim, Entry, Replacement, Ticket
from helpdesk.rules.replacements import ReplacementState, check_replacement_move
from helpdesk.rules.states import EntryKind


def hold(
    session: Session, replacement_id: int, *, seen: int | None = None
) -> tuple[Replacement, Claim, Ticket]:
    """Held with its ticket. Raises NotFoundError; ConflictError when the page showed an older version."""
    replacement = session.get(Replacement, replacement_id)
    if replacement is None:
        raise NotFoundError("there is no such replacement")
    claim, ticket = claims.hold(session, replacement.claim_id)
    session.refresh(replacement)
    if seen is not None and replacement.version != seen:
        raise ConflictError("this replacement has moved on: look again")
    return replacement, claim, ticket


def move(
    session: Session,
    ticket: Ticket,
    replacement: Replacement,
    to: ReplacementState,
    verb: str,
    *,
    actor: Actor,
    at: datetime,
    facts: Mapping[str, Any],
    **values: Any,
) -> Entry:
    """State, version and entry together. Raises IllegalMoveError, ConflictError."""
    check_replacement_move(replacement.state, to)
    before = replacement.state
    won = session.execute(
        update(Replacement)
        .where(Replacement.id == replacement.id, Replacement.version == replacement.version)
        .values(state=to, version=replacement.version + 1, **values)
        .execution_options(synchronize_session=False)
    )
    if getattr(won, "rowcount", 0) != 1:
        raise ConflictError("this replacement has moved on: look again")
    session.refresh(replacement)
    return record(session, ticket, replacement, verb, actor=actor, at=at, facts={"before": before, **facts})


def record(
    session: Session,
    ticket: Ticket,
    replacement: Replacement,
    verb: str,
    *,
    actor: Actor,
    at: datetime,
    facts: Mapping[str, Any],
) -> Entry:
    about = {"claim": replacement.claim_id, "replacement": replacement.id, "what": replacement.kind}
    return conversation.record(
        session, ticket, EntryKind.EVENT, verb, actor=actor.name, at=at, facts={**about, **facts}
    )


def plan(
    session: Session, desk: Desk, ticket: Ticket, replacement: Replacement, *, actor: Actor, at: datetime
) -> None:
    """It is looked at when the promised day is over, where the shop is."""
    due_at = datetime.combine(replacement.promised_on + timedelta(days=1), time(), tzinfo=desk.zone)
    tasks.plan(
        session,
        ticket,
        tasks.PROMISE,
        replacement.id,
        due_at=max(due_at, at),
        actor=actor.name,
        at=at,
        claim_id=replacement.claim_id,
    )


def live(session: Session, remedy_id: int) -> Replacement | None:
    return session.scalar(
        select(Replacement).where(
            Replacement.remedy_id == remedy_id, Replacement.state != ReplacementState.CANCELED
        )
    )


def units_of(claim: Claim, remedy: AgreedRemedy) -> Sequence[tuple[int, int]]:
    """Which goods: as agreed; else what was taken from the order for it; else all that is claimed."""
    for kept in (remedy.goods.get("lines"), remedy.shares.get("goods")):
        if isinstance(kept, list) and kept:
            return [(int(line), int(units)) for line, units in kept]
    return [(line.order_line_id, line.quantity) for line in claim.lines]
