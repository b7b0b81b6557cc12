"""What a buyer's mail does to claims: it opens one, answers one, or takes one up again.

A wish for money or goods opens a claim; what only asks, thanks or complains stays a plain ticket. A desk that
knows no order yet opens none by itself: nothing could be linked, and buyers would be reminded of what nobody
can use. Whatever goes wrong here is noted in the log and undone: no mail is parked for it.
"""

import logging
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actions import (
    claim_circumstances,
    claim_evidence,
    claim_lines,
    claim_orders,
    claim_progress,
    claim_steps,
    claims,
    directory,
    merging,
)
from helpdesk.db import is_passing
from helpdesk.desk import Desk
from helpdesk.errors import ConflictError
from helpdesk.models import Claim, Entry, Order, ReceivedMessage, Ticket
from helpdesk.rules.claim_moves import find, objections
from helpdesk.rules.claim_terms import REASONS, Wish
from helpdesk.rules.claims import ClaimState, Event, Who
from helpdesk.rules.money import Money
from helpdesk.rules.reasons import Facts
from helpdesk.rules.states import EntryKind, IllegalMoveError
from helpdesk.rules.thanks import says_only_thanks
from helpdesk.rules.wishes import Hints, hints, of_order
from mail.types import Incoming, Kind

OPENS = frozenset({Wish.REFUND, Wish.RETURN, Wish.EXCHANGE, Wish.RESEND, Wish.CANCEL, Wish.PARTIAL})
# A buyer's word opens these again: a refusal that they object to, a silence that they end.
TAKEN_UP = frozenset({ClaimState.REJECTED, ClaimState.CLOSED, ClaimState.WITHDRAWN})
LEGAL = "legal"

log = logging.getLogger(__name__)


def note_mail(
    session: Session,
    desk: Desk,
    ticket: Ticket,
    entry: Entry,
    received: ReceivedMessage,
    incoming: Incoming,
    *,
    at: datetime,
    opened: bool = False,
) -> Claim | None:
    """Look at a mail that has just been recorded on a held ticket; the claim that it is about.

    `opened`: the ticket is new, so it has no claim. A mail that asks for nothing costs no statement then.
    """
    if ticket.spam or received.quiet or (incoming.kind is not Kind.HUMAN and not received.insisted):
        return None
    said = str(entry.facts.get("new") or entry.facts.get("text") or "")
    if says_only_thanks(said, files=len(incoming.attachments)):
        return None
    heard = heard_in(desk, entry)
    if opened and not _asks_for_something(heard):
        return None
    try:
        with session.begin_nested():
            return _note(session, desk, ticket, entry, received, incoming, heard, opened=opened, at=at)
    except Exception as error:  # whatever it is, the mail itself is filed
        if is_passing(error):
            raise
        log.exception("the claim of ticket %s could not be looked at", ticket.id)
        session.refresh(ticket)
        return None


def catch_up(session: Session, desk: Desk, ticket: Ticket, entry: Entry, *, at: datetime) -> Claim | None:
    """An order was told of after the mail that names it: the claim that this mail would have opened then.

    None for a matter that has, or had, a claim.
    """
    if session.scalar(select(Claim.id).where(Claim.ticket_id == ticket.id).limit(1)) is not None:
        return None
    heard = heard_in(desk, entry)
    if not _asks_for_something(heard):
        return None
    verified = claim_progress.verified_orders(session, ticket)
    actor = claims.buyer(ticket)
    claim = open_from_mail(session, ticket, heard, verified, actor=actor, asked_at=entry.at, at=at)
    if claim is not None:
        claim_evidence.gather(session, desk.blobs, ticket, claim, at=at)
        claim_progress.go_on(session, desk, ticket, claim, at=at)
    return claim


def heard_in(desk: Desk, entry: Entry) -> Hints:
    """What the buyer's own words in a mail may mean."""
    said = str(entry.facts.get("new") or entry.facts.get("text") or "")
    files = entry.facts.get("attachments", ())
    photos = sum(str(file["type"]).startswith("image/") for file in files)
    return hints(f"{entry.facts.get('subject', '')}\n\n{said}", desk.phrases, Facts(photos=photos))


def _note(
    session: Session,
    desk: Desk,
    ticket: Ticket,
    entry: Entry,
    received: ReceivedMessage,
    incoming: Incoming,
    heard: Hints,
    *,
    opened: bool,
    at: datetime,
) -> Claim | None:
    claim = None if opened else claims.live_of(session, ticket) or _take_up(session, ticket, at=at)
    is_new = claim is None
    verified: list[Order] | None = None
    if is_new and _asks_for_something(heard) and _knows_orders(session):
        verified = claim_progress.verified_orders(session, ticket)
        claim = open_from_mail(
            session,
            ticket,
            heard,
            verified,
            actor=claims.buyer(ticket),
            asked_at=_came_at(received, at=at),
            at=at,
        )
    elif is_new and not opened:
        claim = _ask_again(session, ticket, at=at)
    if claim is None:
        return None
    if not is_new:
        _mark_urgent(session, ticket, claim, heard, at=at)
    files = incoming.attachments
    earlier = is_new and not opened  # mails of the ticket that came before its claim
    claim_evidence.from_mail(session, desk, ticket, claim, entry, files, opened=earlier, at=at)
    claim_evidence.note_answer(session, ticket, claim, at=at)
    claim_progress.go_on(session, desk, ticket, claim, at=at, verified=verified)
    return claim


def _asks_for_something(heard: Hints) -> bool:
    return heard.wished is not None and heard.wished.wish in OPENS


def _knows_orders(session: Session) -> bool:
    return directory.kept(
        session, "knows_orders", lambda: session.scalar(select(Order.id).limit(1)) is not None
    )


def open_from_mail(
    session: Session,
    ticket: Ticket,
    heard: Hints,
    orders: Sequence[Order],
    *,
    actor: claims.Actor,
    asked_at: datetime,
    at: datetime,
) -> Claim | None:
    """A claim of what was heard; None when the same items are being looked at elsewhere, which is said.

    `orders` are those that the buyer surely speaks for: one of them is what it is about, of several none.
    `asked_at` is when the mail came: days are counted to it, however long it lay in the mailbox.
    """
    order = orders[0] if len(orders) == 1 else None
    if order is not None:
        heard = of_order(heard, claim_lines.wholes(order))
    asked = asked_for(heard, asked_at=asked_at)
    if order is None:  # then it is about no items, and comes too late for none
        return claims.open_claim(session, ticket, order=None, lines=None, asked=asked, actor=actor, at=at)
    try:
        with session.begin_nested():  # of one that came too late nothing stays, its entry neither
            return claims.open_claim(
                session, ticket, order=order, lines=None, asked=asked, actor=actor, at=at
            )
    except (IllegalMoveError, ConflictError):
        other = claim_lines.about_the_same(session, ticket, order, asked.reason)
        if other is None:
            raise
        claim_orders.point_at(session, ticket, other, actor=claims.DESK, at=at)
        return None


def asked_for(heard: Hints, *, asked_at: datetime) -> claims.Asked:
    """What a claim begins with: the reason is a guess, and says so."""
    suggested = heard.suggestion.code
    return claims.Asked(
        reason=suggested if suggested in REASONS else "",
        reason_source="rule" if suggested in REASONS else "",
        may_be=heard.may_be,
        wish=heard.wished.wish if heard.wished else None,
        amount=heard.amount.money if heard.amount else None,
        urgent=LEGAL if _speaks_of_law(heard) else "",
        requested_at=asked_at,
    )


def last_asked_at(session: Session, ticket: Ticket, *, at: datetime) -> datetime:
    """When the buyer last wrote in this matter, for a claim that an agent opens; `at` when never."""
    entry = session.scalar(
        select(Entry)
        .where(Entry.ticket_id.in_(merging.numbers(ticket)), Entry.kind == EntryKind.RECEIVED)
        .order_by(Entry.id.desc())
        .limit(1)
    )
    if entry is None:
        return at
    mail = select(ReceivedMessage).where(
        ReceivedMessage.ticket_id == entry.ticket_id, ReceivedMessage.entry_id == entry.id
    )
    received = session.scalar(mail.limit(1))
    return _came_at(received, at=entry.at) if received is not None else entry.at


def _came_at(received: ReceivedMessage, *, at: datetime) -> datetime:
    """When the mail was there for us to read: by its server, or by whoever kept it. Never after `at`."""
    return min(received.came_at or received.internal_at or at, at)


def _mark_urgent(session: Session, ticket: Ticket, claim: Claim, heard: Hints, *, at: datetime) -> None:
    """A later mail speaks of law: from here on nothing is granted without a person."""
    if claim.urgent != LEGAL and _speaks_of_law(heard):
        claims.change_claim(
            session,
            ticket,
            claim,
            "claim_marked_urgent",
            actor=claims.DESK,
            at=at,
            facts={"urgent": LEGAL, "before": claim.urgent},
            urgent=LEGAL,
        )


def _speaks_of_law(heard: Hints) -> bool:
    return any(flag.code == LEGAL for flag in heard.flags)


def _take_up(session: Session, ticket: Ticket, *, at: datetime) -> Claim | None:
    """The newest ended claim of the ticket, open again, if a buyer's word is enough for that.

    Not one of which something was paid or sent: what comes after that is another matter.
    """
    newest = _newest(session, ticket)
    if newest is None or newest.state not in TAKEN_UP:
        return None
    given = claim_circumstances.gather(session, ticket, newest, at=at)
    if given.remedies_done or objections(find(Event.REOPEN, newest.state), Who.BUYER, given):
        return None
    actor = claims.buyer(ticket)
    claim_steps.move(session, ticket, newest, Event.REOPEN, actor=actor, at=at)
    return newest


def _ask_again(session: Session, ticket: Ticket, *, at: datetime) -> Claim | None:
    """Of a claim that was closed because nobody told its order: what was asked then is asked anew.

    The letter said that any answer opens it again; but to be decided it needs an order first.
    """
    newest = _newest(session, ticket)
    if newest is None or newest.state is not ClaimState.CLOSED or newest.order_id is not None:
        return None
    until = claim_circumstances.reopen_until(newest)
    if until is None or at > until:
        return None
    asked = claims.Asked(
        reason=newest.reason,
        reason_source=newest.reason_source,
        wish=newest.wish,
        amount=Money(newest.wish_minor, newest.wish_currency) if newest.wish_minor is not None else None,
        urgent=newest.urgent if newest.urgent == LEGAL else "",
        requested_at=newest.requested_at,
    )
    actor = claims.buyer(ticket)
    return claims.open_claim(session, ticket, order=None, lines=None, asked=asked, actor=actor, at=at)


def _newest(session: Session, ticket: Ticket) -> Claim | None:
    return session.scalar(
        select(Claim).where(Claim.ticket_id == ticket.id).order_by(Claim.id.desc()).limit(1)
    )
