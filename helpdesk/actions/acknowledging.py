"""Answer at once: one acknowledgement per ticket, or an entry that says why there is none."""

from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk import letters, links
from helpdesk.actions import conversation, directory, sending, suppressions
from helpdesk.actions.order_proofs import NO_LINK
from helpdesk.desk import Desk
from helpdesk.models import Claim, Entry, Mailbox, ReceivedMessage, Ticket
from helpdesk.rules.answering import Circumstances, withheld_because
from helpdesk.rules.claims import ClaimState
from helpdesk.rules.states import EntryKind
from mail.compose import can_be_written_to
from mail.types import Incoming, Verdict


def acknowledge(
    session: Session,
    desk: Desk,
    ticket: Ticket,
    received: ReceivedMessage,
    incoming: Incoming,
    entry: Entry,
    *,
    verdict: Verdict,
    at: datetime,
    forwarded: bool = False,
    order_words: bool = False,
    claim: Claim | None = None,
) -> None:
    """Acknowledge the message that opened this ticket, if it may be answered by a machine.

    `entry` is that message in the conversation.
    `forwarded`: a colleague passed it on, and will answer for herself. `order_words`: say with whom we speak
    about orders, see rules/linking.py.
    """
    if received.quiet:
        return  # an archive says nothing about each of its mails
    circumstances = _circumstances(
        session, ticket, received, incoming, verdict=verdict, forwarded=forwarded, at=at
    )
    because = withheld_because(incoming, circumstances)
    if because is not None:
        conversation.record(
            session,
            ticket,
            EntryKind.EVENT,
            "not_acknowledged",
            actor=conversation.CLOCK,
            at=at,
            facts={"because": because},
        )
        return
    asks, link = _question(desk, ticket, None if order_words else claim, at=at)
    proof = links.passing_url(desk, links.Passing.PROOF, ticket.id, at=at) if order_words else ""
    letter = letters.render(
        "acknowledgement",
        ticket.locale,
        subject=ticket.subject or ticket.tag,
        name=ticket.buyer.name,
        tag=ticket.tag,
        shop=desk.shop_name,
        order_words=order_words,
        asks=asks,
        link=link,
        proof=proof,
    )
    sending.send(
        session,
        desk,
        ticket,
        letter,
        verb="acknowledged",
        actor=conversation.CLOCK,
        at=at,
        due_at=at,
        reason=f"acknowledgement:{ticket.id}",
        automatic="auto-replied",
        facts={"text": _unlinked(letter.text, link, proof), **({"asks": asks} if asks else {})},
        before=entry,
    )


def _question(desk: Desk, ticket: Ticket, claim: Claim | None, *, at: datetime) -> tuple[str, str]:
    """What the claim still has to be told, and the page on which to tell it: one letter instead of two."""
    if claim is None:
        return "", ""
    if claim.state is ClaimState.NEEDS_LINK:
        return "order", links.passing_url(desk, links.Passing.CLAIM, ticket.id, at=at)
    if claim.state is ClaimState.AWAITING_DECISION and not claim.reason:
        return "reason", links.passing_url(desk, links.Passing.REASON, claim.id, at=at)
    return "", ""


def _unlinked(text: str, *pages: str) -> str:
    """What stands in the conversation: no colleague may fill a page in for the buyer."""
    for page in filter(None, pages):
        text = text.replace(page, NO_LINK)
    return text


def _circumstances(
    session: Session,
    ticket: Ticket,
    received: ReceivedMessage,
    incoming: Incoming,
    *,
    verdict: Verdict,
    forwarded: bool,
    at: datetime,
) -> Circumstances:
    address = incoming.sender.email if incoming.sender else ""
    written_to = suppressions.standing(session, sending.buyer_address(ticket).email, at=at)
    return Circumstances(
        quiet=received.quiet,
        forwarded=forwarded,
        spam=ticket.spam,
        mailbox_removed=session.get_one(Mailbox, ticket.mailbox_id).removed_at is not None,
        names_sender=bool(incoming.header("From").strip()),
        received_at=received.internal_at,
        at=at,
        can_be_written_to=can_be_written_to(address),
        our_addresses=directory.all_addresses(session),
        suppressed=written_to.stops_all,
        automatic_mail_today=written_to.automatic_today,
        automatic_mail_this_hour=suppressions.automatic_this_hour(session, at=at),
        verdict=verdict,
    )
