"""Ask the buyer: for the order, the reason, what is missing as evidence; and mail the link to a page again.

These letters hold nothing that the buyer has not told us, so they may go to whoever wrote the ticket.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from helpdesk import letters, links
from helpdesk.actions import (
    claim_evidence,
    claim_steps,
    claim_timers,
    claims,
    conversation,
    merging,
    sending,
    tickets,
)
from helpdesk.actions.claims import Actor
from helpdesk.actions.order_proofs import NO_LINK
from helpdesk.desk import Desk
from helpdesk.errors import ConflictError
from helpdesk.letters import Letter, claim_words, words
from helpdesk.links import Passing
from helpdesk.models import Claim, Entry, Evidence, EvidenceAsked, Ticket
from helpdesk.rules.claim_terms import EvidenceKind
from helpdesk.rules.claims import Event, Who
from helpdesk.rules.evidence import EvidenceState
from helpdesk.rules.states import EntryKind, TicketState, WaitingOn

ANSWER_WITHIN = timedelta(days=7)  # before a timer says otherwise


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be asked for, and what the buyer has to hear about files that were refused."""

    kinds: tuple[EvidenceKind, ...]
    refused: tuple[str, ...]  # the agent's words, in the order of the files


def wanted(session: Session, claim: Claim) -> Wanted:
    """What is missing and was not asked for yet, or was refused since it was."""
    asked = {
        row.kind: row.at
        for row in session.scalars(select(EvidenceAsked).where(EvidenceAsked.claim_id == claim.id))
    }
    refused = session.scalars(
        select(Evidence)
        .where(Evidence.claim_id == claim.id, Evidence.state == EvidenceState.REFUSED)
        .order_by(Evidence.id)
    ).all()
    missing = claim_evidence.missing(session, claim).from_buyer
    kinds = tuple(
        kind
        for kind in missing
        if kind not in asked
        or any(row.kind is kind and row.judged_at and row.judged_at > asked[kind] for row in refused)
    )
    return Wanted(kinds=kinds, refused=tuple(row.why for row in refused if row.kind in kinds))


def ask_evidence(
    session: Session,
    desk: Desk,
    ticket: Ticket,
    claim: Claim,
    *,
    actor: Actor,
    at: datetime,
) -> Entry:
    """Write once, in the buyer's language, for all that is missing and was not asked for before.

    Raises ConflictError when there is nothing to ask, IllegalMoveError when the claim is not at that point.
    """
    chosen = wanted(session, claim)
    if not chosen.kinds:
        raise ConflictError("nothing is missing that the buyer was not asked for already")
    facts: dict[str, object] = {"kinds": list(chosen.kinds)}
    claim_steps.move(
        session, ticket, claim, Event.ASK, actor=actor, at=at, facts=facts, asked=tuple(chosen.kinds)
    )
    due_at = claim_timers.due_of(session, claim) or at + ANSWER_WITHIN
    facts["due_at"] = due_at.isoformat()
    link = _page(desk, Passing.EVIDENCE, claim.id, at=at)
    letter = evidence_letter(desk, ticket, chosen, link=link, due_at=due_at)
    entry = _send(session, desk, ticket, letter, "evidence_asked", actor=actor, at=at, link=link, facts=facts)
    session.execute(
        delete(EvidenceAsked).where(EvidenceAsked.claim_id == claim.id, EvidenceAsked.kind.in_(chosen.kinds))
    )
    session.add_all(
        EvidenceAsked(claim_id=claim.id, kind=kind, entry_id=entry.id, at=at) for kind in chosen.kinds
    )
    session.flush()
    return entry


def evidence_letter(desk: Desk, ticket: Ticket, chosen: Wanted, *, link: str, due_at: datetime) -> Letter:
    """E4; also what the agent sees before it is sent."""
    spoken = [claim_words.say(claim_words.EVIDENCE, kind, ticket.locale) for kind in chosen.kinds]
    return letters.render(
        "ask_evidence",
        ticket.locale,
        **_common(desk, ticket),
        count=len(spoken),
        wanted="\n".join(f"- {each}" for each in spoken),
        refused=chosen.refused,
        link=link,
        due=words.day(due_at, ticket.locale, desk.zone),
    )


def ask_reason(
    session: Session, desk: Desk, ticket: Ticket, claim: Claim, *, actor: Actor, at: datetime
) -> Entry:
    """E3: a page with the reasons to choose from."""
    return _send_link(
        session, desk, ticket, "ask_reason", "reason_asked", Passing.REASON, claim.id, actor=actor, at=at
    )


def ask_order(session: Session, desk: Desk, ticket: Ticket, *, actor: Actor, at: datetime) -> Entry:
    """E2: the form, which shows the reader's own orders to choose from."""
    return _send_link(
        session, desk, ticket, "ask_order", "order_asked", Passing.CLAIM, ticket.id, actor=actor, at=at
    )


def invite(session: Session, desk: Desk, ticket: Ticket, *, actor: Actor, at: datetime) -> Entry:
    """The link to the claim form."""
    return _send_link(
        session, desk, ticket, "claim_form", "form_offered", Passing.CLAIM, ticket.id, actor=actor, at=at
    )


def send_again(session: Session, desk: Desk, purpose: Passing, subject_id: int, *, at: datetime) -> Entry:
    """A new link to the page of one that has expired, to the address that the first one went to.

    Raises NotFoundError when there is no such matter any more.
    """
    if purpose.of_ticket:
        ticket = merging.final(session, subject_id)
    else:
        _, ticket = claims.hold(session, subject_id)
    actor = claims.buyer(ticket)
    return _send_link(
        session, desk, ticket, "new_link", "link_sent_again", purpose, subject_id, actor=actor, at=at
    )


def _send_link(
    session: Session,
    desk: Desk,
    ticket: Ticket,
    letter: str,
    verb: str,
    purpose: Passing,
    subject_id: int,
    *,
    actor: Actor,
    at: datetime,
) -> Entry:
    link = _page(desk, purpose, subject_id, at=at)
    rendered = letters.render(
        letter,
        ticket.locale,
        **_common(desk, ticket),
        link=link,
        until=words.day(at + links.LASTS[purpose], ticket.locale, desk.zone),
    )
    return _send(session, desk, ticket, rendered, verb, actor=actor, at=at, link=link, facts={})


def _send(
    session: Session,
    desk: Desk,
    ticket: Ticket,
    letter: Letter,
    verb: str,
    *,
    actor: Actor,
    at: datetime,
    link: str,
    facts: Mapping[str, object],
) -> Entry:
    """Letters that an agent asked for wait for the undo time, as replies do; then it is the buyer's turn.

    What a page sends because somebody asked there answers nothing: a mail that waits for us goes on waiting.
    """
    by_hand = actor.who not in (Who.DESK, Who.BUYER)
    entry = sending.send(
        session,
        desk,
        ticket,
        letter,
        verb=verb,
        actor=actor.name if by_hand else conversation.CLOCK,
        at=at,
        due_at=at + desk.hold if by_hand else at,
        automatic="" if by_hand else "auto-generated",
        facts={**facts, "text": letter.text.replace(link, NO_LINK)},
    )
    asked_by_page = actor.who is Who.BUYER and not _is_empty(session, ticket)
    if entry.kind is EntryKind.SENT and ticket.state is not TicketState.CLOSED and not asked_by_page:
        tickets.wait(session, ticket, WaitingOn.BUYER, actor=actor.name, at=at)
    return entry


def _is_empty(session: Session, ticket: Ticket) -> bool:
    """Nothing was ever said to us on it: it was opened for this letter."""
    said = Entry.kind.in_((EntryKind.RECEIVED, EntryKind.CALL))
    return session.scalar(select(Entry.id).where(Entry.ticket_id == ticket.id, said).limit(1)) is None


def _common(desk: Desk, ticket: Ticket) -> dict[str, str]:
    return {"name": ticket.buyer.name, "tag": ticket.tag, "shop": desk.shop_name}


def _page(desk: Desk, purpose: Passing, subject_id: int, *, at: datetime) -> str:
    return links.passing_url(desk, purpose, subject_id, at=at)
