"""The claim form: what a buyer fills in opens a claim, or joins the one that is about the same items.

Whoever holds the form's link reads the mail of the ticket's address. So the orders of that address, and those
that the ticket is linked to for sure, may be shown and chosen, and choosing one links it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from helpdesk.actions import (
    claim_evidence,
    claim_lines,
    claim_orders,
    claim_progress,
    claim_reasons,
    claim_steps,
    claims,
    conversation,
    late_orders,
    merging,
    order_links,
    proving,
    sending,
    uploading,
)
from helpdesk.actions.claims import Actor, Asked
from helpdesk.db import first_comes, wait_for_names
from helpdesk.desk import Desk
from helpdesk.errors import InvalidError, NotFoundError
from helpdesk.models import Claim, ClaimLine, Entry, Order, Ticket
from helpdesk.rules.claim_terms import REASONS, EvidenceKind, LinkLevel, OrderState, Wish
from helpdesk.rules.claims import ClaimState
from helpdesk.rules.linking import How, Link
from mail import types

LONGEST = 4000
MOST_ORDERS = 20
UNDECIDED = (ClaimState.NEW, ClaimState.NEEDS_LINK, ClaimState.AWAITING_BUYER, ClaimState.AWAITING_DECISION)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """What stood in the form when it was sent."""

    order_id: int | None  # None: none of those shown
    order_no: str = ""  # then perhaps as typed
    lines: Mapping[int, int] = field(default_factory=dict)  # order line to quantity
    reason: str
    wish: Wish | None
    words: str = ""
    told: Mapping[str, EvidenceKind] = field(default_factory=dict)  # what files show, by SHA-256


def own_orders(session: Session, ticket: Ticket) -> list[Order]:
    """What the reader of the ticket's address may choose from, the newest first."""
    by_address = proving.orders_of(session, sending.buyer_address(ticket).email)
    by_link = [row.order for row in order_links.verified(session, ticket)]
    found = {
        order.id: order
        for order in (*by_link, *by_address)
        if order.state is not OrderState.UNPAID and any(line.quantity for line in order.lines)
    }
    return list(found.values())[:MOST_ORDERS]


def submit(
    session: Session,
    desk: Desk,
    ticket_id: int,
    filled: Filled,
    files: Sequence[types.Attachment],
    *,
    at: datetime,
) -> tuple[Claim, Entry]:
    """Open or join a claim, with an entry of what was filled in and its files as evidence.

    Raises InvalidError naming the field; what is not the reader's own order is as good as none.
    """
    _check(filled, files)
    if filled.order_id is not None:  # before anything is held: two forms about one order come one by one
        wait_for_names(session, [f"claims of order {filled.order_id}"])
    merging.final(session, ticket_id)
    ticket = still_hers(session, ticket_id)
    order = _chosen_order(session, ticket, filled)
    lines = _chosen_lines(order, filled)
    claim, ticket = _there(session, ticket, order, lines, filled)
    entry = _record(session, desk, ticket, order, lines, filled, files, at=at)
    if order is not None:
        link(session, ticket, order, at=at)
    if claim is None:
        claim = _open(session, ticket, order, lines, filled, at=at)
    else:
        _join(session, ticket, claim, order, lines, filled, at=at)
    fresh = {
        row.sha256: file.content
        for row, file in zip(entry.attachments, uploading.once_each(files), strict=True)
    }
    claim_evidence.gather(session, desk.blobs, ticket, claim, fresh=fresh, told=filled.told, at=at)
    claim_evidence.note_answer(session, ticket, claim, at=at)
    if order is None:
        late_orders.look_up(session, desk, ticket, entry, filled.order_no, at=at)
    claim_progress.go_on(session, desk, ticket, claim, at=at)
    return claim, entry


def still_hers(session: Session, ticket_id: int) -> Ticket:
    """The ticket of a form's link, or the one of the same buyer that it was merged into.

    Raises NotFoundError where that is of another buyer: the orders and the claim there are not for whoever
    holds this link.
    """
    ticket = session.get(Ticket, ticket_id)
    into = session.get(Ticket, ticket.merged_into_id) if ticket and ticket.merged_into_id else ticket
    if ticket is None or into is None or ticket.buyer_id != into.buyer_id:
        raise NotFoundError(f"there is no ticket {ticket_id} of this buyer")
    return into


def link(session: Session, ticket: Ticket, order: Order, *, at: datetime) -> None:
    """The reader of the address on file has chosen this order: the ticket is about it, for sure."""
    asker = {address.key for address in ticket.buyer.addresses}
    found = Link(
        order_id=order.id,
        level=LinkLevel.VERIFIED,
        how=How.PICKER,
        other_address=not asker & {address.key for address in order.addresses},
    )
    order_links.link(session, ticket, order, found, actor=conversation.buyer(ticket.buyer_id), at=at)


def _check(filled: Filled, files: Sequence[types.Attachment]) -> None:
    if filled.reason not in REASONS:
        raise InvalidError("choose one of the reasons", field="reason")
    if filled.wish is None:
        raise InvalidError("choose what you would like", field="wish")
    if len(filled.words) > LONGEST:
        raise InvalidError(f"at most {LONGEST} characters fit here", field="words")
    uploading.check_files(files)


def _chosen_order(session: Session, ticket: Ticket, filled: Filled) -> Order | None:
    orders = {order.id: order for order in own_orders(session, ticket)}
    if filled.order_id in orders:
        return orders[filled.order_id]
    if filled.order_id is not None or (orders and not filled.order_no.strip()):
        raise InvalidError("choose the order first", field="order")
    if not filled.order_no.strip():
        raise InvalidError("give the number of the order", field="order_no")
    return None


def _chosen_lines(order: Order | None, filled: Filled) -> dict[int, int]:
    """Of the chosen order alone: what was typed for another one does not count. One item needs no choice."""
    if order is None:
        return {}
    bought = [line for line in order.lines if line.quantity]
    if len(bought) == 1 and bought[0].quantity == 1:
        return {bought[0].id: 1}
    chosen = {line.id: filled.lines[line.id] for line in bought if filled.lines.get(line.id)}
    if not chosen:
        raise InvalidError("choose at least one item", field="lines")
    for line in bought:
        if not 0 <= chosen.get(line.id, 0) <= line.quantity:
            raise InvalidError(f"choose between 1 and {line.quantity} of this item", field="lines")
    return chosen


def _there(
    session: Session, ticket: Ticket, order: Order | None, lines: Mapping[int, int], filled: Filled
) -> tuple[Claim | None, Ticket]:
    """The claim that this form is about already, and its held ticket."""
    same = claim_lines.other_claim(session, ticket, order, lines, filled.reason)
    if same is not None:
        return claims.hold(session, same)
    if order is None:
        return None, ticket
    # One that waits for its order, or whose reason nobody has confirmed: this form says which.
    vague = session.scalar(
        select(Claim)
        .where(
            Claim.ticket_id == ticket.id,
            Claim.live,
            Claim.state.in_(UNDECIDED),
            or_(
                Claim.order_id.is_(None),
                (Claim.order_id == order.id)
                & ((Claim.reason == "") | (Claim.reason_source == claim_reasons.RULE)),
            ),
        )
        .order_by(Claim.id.desc())
        .limit(1)
    )
    return vague, ticket


def _record(
    session: Session,
    desk: Desk,
    ticket: Ticket,
    order: Order | None,
    lines: Mapping[int, int],
    filled: Filled,
    files: Sequence[types.Attachment],
    *,
    at: datetime,
) -> Entry:
    titles = {line.id: line.title or line.sku for line in order.lines} if order else {}
    return uploading.record(
        session,
        ticket,
        "form_sent",
        conversation.keep(desk.blobs, uploading.once_each(files)),
        words=filled.words,
        facts={
            "order": order.external_no if order else filled.order_no.strip()[:64],
            "order_id": order.id if order else None,
            "items": [[titles.get(line, ""), quantity] for line, quantity in lines.items()],
            "reason": filled.reason,
            "wish": filled.wish,
        },
        at=at,
    )


def _open(
    session: Session,
    ticket: Ticket,
    order: Order | None,
    lines: Mapping[int, int],
    filled: Filled,
    *,
    at: datetime,
) -> Claim:
    actor = claims.buyer(ticket)
    asked = Asked(reason=filled.reason, reason_source=claim_reasons.BUYER, wish=filled.wish)
    claim = claims.open_claim(
        session, ticket, order=order, lines=dict(lines) if order else None, asked=asked, actor=actor, at=at
    )
    claim_reasons.note(session, claim, filled.reason, source=claim_reasons.BUYER, actor=actor, at=at)
    return claim


def _join(
    session: Session,
    ticket: Ticket,
    claim: Claim,
    order: Order | None,
    lines: Mapping[int, int],
    filled: Filled,
    *,
    at: datetime,
) -> None:
    """What the form knows better than the claim: reason, order, items and wish."""
    actor = claims.buyer(ticket)
    if order is not None and claim.order_id is not None and claim.state in UNDECIDED:
        _put_lines(session, ticket, claim, lines, matter=filled.reason, actor=actor, at=at)
    if claim.reason_source != claim_reasons.AGENT:
        claim_reasons.choose(
            session, ticket, claim, filled.reason, source=claim_reasons.BUYER, actor=actor, at=at
        )
    if order is not None and claim.order_id is None:
        claim_orders.attach(session, ticket, claim, order, lines=lines, actor=actor, at=at)
        claim_steps.settle_ticket(session, ticket, claim, actor=actor, at=at)
    if claim.state in UNDECIDED and claim.wish is not filled.wish:
        facts = {"before": claim.wish, "after": filled.wish}
        claims.change_claim(
            session, ticket, claim, "wish_changed", actor=actor, at=at, facts=facts, wish=filled.wish
        )


def _put_lines(
    session: Session,
    ticket: Ticket,
    claim: Claim,
    lines: Mapping[int, int],
    *,
    matter: str,
    actor: Actor,
    at: datetime,
) -> None:
    """What is not decided yet is about the items of the newest form."""
    before = {line.order_line_id: line.quantity for line in claim.lines}
    if before == lines and claim.reason == matter:
        return
    session.execute(delete(ClaimLine).where(ClaimLine.claim_id == claim.id))
    session.expire(claim, ["lines"])
    with first_comes(session, claims.ITEMS_TAKEN):
        session.add_all(
            ClaimLine(claim_id=claim.id, order_line_id=line, quantity=quantity, matter=matter, live=True)
            for line, quantity in lines.items()
        )
    facts = {
        "before": [list(each) for each in before.items()],
        "after": [list(each) for each in lines.items()],
    }
    claims.change_claim(session, ticket, claim, "claim_lines", actor=actor, at=at, facts=facts)
