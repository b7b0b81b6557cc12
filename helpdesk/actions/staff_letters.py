"""Letters to colleagues that belong to no ticket: planned by a page, written and handed over by the clock.

Each is written at the moment of its hand-over, with a link that is made then: so no secret of a link stands
in the database. Handed over twice does no harm; the newer link is the good one.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from helpdesk import letters
from helpdesk.actions import directory, outbox, pacing, staff_links
from helpdesk.desk import Desk
from helpdesk.models import Agent, Invitation, Mailbox, StaffLetter
from helpdesk.rules import retry
from helpdesk.rules.access import OPEN_FOR, Door, Told
from mail.compose import can_be_written_to, html_of
from mail.types import Address, Outgoing, key_of

LEASE = timedelta(minutes=5)
NO_MAILBOX = "there is no mailbox yet by which it could be sent"
KEPT = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A letter in the hand of one worker."""

    letter_id: int
    mailbox_id: int
    outgoing: Outgoing


def plan(
    session: Session,
    told: Told,
    recipient: str,
    *,
    at: datetime,
    invitation: Invitation | None = None,
    facts: dict[str, Any] | None = None,
) -> None:
    """Let it be written; one that still waits for the same reason is replaced."""
    drop(session, told, recipient)
    session.add(
        StaffLetter(
            told=told,
            recipient=recipient,
            invitation_id=invitation.id if invitation else None,
            facts=facts or {},
            due_at=at,
            attempts=0,
            problem="",
            created_at=at,
        )
    )


def drop(session: Session, told: Told, recipient: str) -> None:
    """Nothing of this kind goes to this address any more."""
    session.execute(delete(StaffLetter).where(StaffLetter.told == told, StaffLetter.recipient == recipient))


def next_post(session: Session, desk: Desk, *, at: datetime) -> Post | None:
    """Take the next letter that can be handed over now; None when there is none."""
    free = or_(StaffLetter.leased_until.is_(None), StaffLetter.leased_until <= at)
    due = select(StaffLetter).where(StaffLetter.due_at <= at, free)
    rows = session.scalars(due.order_by(StaffLetter.due_at, StaffLetter.id).limit(20))
    for row in rows.all():
        if row.created_at < at - KEPT or (letter := _written(session, desk, row, at=at)) is None:
            session.delete(row)
            continue
        mailbox = _mailbox(session, at=at)
        if mailbox is None:
            row.due_at, row.problem = at + retry.SERVER_AGAIN, NO_MAILBOX
            continue
        if not _taken(session, row, free, at=at):
            continue
        pacing.take(mailbox, at=at)
        return Post(
            letter_id=row.id,
            mailbox_id=mailbox.id,
            outgoing=_outgoing(desk, mailbox, row.recipient, letter, at=at),
        )
    return None


def mark_sent(session: Session, post: Post, *, at: datetime) -> None:
    row = session.get(StaffLetter, post.letter_id)
    if row is None:
        return
    if row.invitation_id is not None:
        session.get_one(Invitation, row.invitation_id).sent_at = at
    session.delete(row)


def put_back(session: Session, post: Post, problem: str, *, at: datetime) -> None:
    """Later again, for some days; what went wrong stands beside it."""
    row = session.get(StaffLetter, post.letter_id)
    if row is not None:
        row.due_at = retry.next_send(row.attempts, at=at) or at + KEPT
        row.leased_until, row.problem = None, problem[:500]


def _taken(session: Session, row: StaffLetter, free: Any, *, at: datetime) -> bool:
    won = session.execute(
        update(StaffLetter)
        .where(StaffLetter.id == row.id, free)
        .values(leased_until=at + LEASE, attempts=StaffLetter.attempts + 1)
        .execution_options(synchronize_session=False)
    )
    return bool(getattr(won, "rowcount", 0) == 1)


def _mailbox(session: Session, *, at: datetime) -> Mailbox | None:
    """The first one by which something can leave now; one in trouble only when there is no other."""
    active = select(Mailbox).where(Mailbox.active, Mailbox.removed_at.is_(None)).with_for_update()
    rows = session.scalars(active.order_by(Mailbox.sending_problem != "", Mailbox.id))
    return next((each for each in rows if pacing.free_at(session, each, at=at) <= at), None)


def _written(session: Session, desk: Desk, row: StaffLetter, *, at: datetime) -> letters.Letter | None:
    """The letter as it stands now; None when there is nothing to say any more, or nobody to say it to."""
    if not can_be_written_to(row.recipient) or key_of(row.recipient) in directory.all_addresses(session):
        return None
    if row.told is Told.INVITATION:
        return _invitation(session, desk, row, at=at)
    agent = session.scalar(select(Agent).where(Agent.email == row.recipient, Agent.active))
    if agent is None:
        return None
    locale = agent.locale or "en"
    if row.told is Told.PASSWORD:
        if row.created_at < at - OPEN_FOR[Door.PASSWORD]:
            return None  # she has asked again, or does not wait any more
        token = staff_links.make(session, desk, Door.PASSWORD, agent=agent, at=at)
        link = f"{desk.base_url}/new-password/{token}"
        return letters.render(f"staff_{row.told}", locale, name=agent.name, link=link, shop=desk.shop_name)
    link = f"{desk.base_url}/profile"
    return letters.render(
        f"staff_{row.told}", locale, name=agent.name, link=link, shop=desk.shop_name, **row.facts
    )


def _invitation(session: Session, desk: Desk, row: StaffLetter, *, at: datetime) -> letters.Letter | None:
    invitation = session.get_one(Invitation, row.invitation_id)
    if invitation.agent_id is not None or invitation.withdrawn_at is not None:
        return None
    token = staff_links.make(session, desk, Door.INVITATION, invitation=invitation, at=at)
    return letters.render(
        "staff_invitation",
        invitation.locale,
        by=session.get_one(Agent, invitation.invited_by_id).name,
        shop=desk.shop_name,
        link=f"{desk.base_url}/join/{token}",
        days=OPEN_FOR[Door.INVITATION].days,
    )


def _outgoing(
    desk: Desk, mailbox: Mailbox, recipient: str, letter: letters.Letter, *, at: datetime
) -> Outgoing:
    return Outgoing(
        message_id=f"staff.{uuid4().hex}@{outbox.domain_of(mailbox)}",
        sender=Address(email=mailbox.address, name=desk.shop_name),
        to=Address(email=recipient),
        subject=letter.subject,
        text=letter.text,
        html=html_of(letter.text),
        automatic="auto-generated",
        sent_at=at,
    )
