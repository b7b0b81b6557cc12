"""Letters about goods on their way back or out, and about coupons: only to who may speak for the order."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import letters, links
from helpdesk.actions import sending, telling
from helpdesk.actions.claims import Actor
from helpdesk.desk import Desk
from helpdesk.letters import remedies, words
from helpdesk.models import (
    Claim,
    Coupon,
    Entry,
    Order,
    OrderLine,
    Replacement,
    ReturnAddress,
    ReturnShipment,
    Ticket,
)
from helpdesk.rules import carriers
from helpdesk.rules.claims import Who
from helpdesk.rules.money import Money
from mail.types import Attachment

INSPECTION_DAYS = 2  # working days that the letter names


def items(session: Session, units: Sequence[tuple[int, int]]) -> list[tuple[int, str]]:
    """(how many, title) of order lines, for a letter."""
    titles = {
        row.id: row.title or row.sku
        for row in session.scalars(select(OrderLine).where(OrderLine.id.in_([line for line, _ in units])))
    }
    return [(count, titles.get(line, "?")) for line, count in units]


def instructions(
    session: Session,
    desk: Desk,
    ticket: Ticket,
    claim: Claim,
    shipment: ReturnShipment,
    *,
    actor: Actor,
    at: datetime,
    files: Sequence[Attachment] = (),
    note: str = "",
) -> Entry:
    """E7: where to, by when, what to write on the parcel, who pays; a label may be enclosed."""
    address = session.get_one(ReturnAddress, shipment.address_id)
    letter = letters.render(
        "return_instructions",
        ticket.locale,
        name=ticket.buyer.name,
        order=_order(session, claim),
        items=items(session, [(line.order_line_id, line.quantity) for line in shipment.lines]),
        address=address.text,
        number=shipment.number,
        send_by=words.day(shipment.send_by, ticket.locale, desk.zone),
        buyer_pays=shipment.payer == "buyer",
        label=bool(files),
        note=note,
        link=links.url(desk, links.Purpose.RETURN, shipment.id),
        shop=desk.shop_name,
    )
    facts = {
        "return": shipment.id,
        "number": shipment.number,
        "address": address.id,
        "address_version": address.version,
        "send_by": shipment.send_by.isoformat(),
        "payer": shipment.payer,
        "lines": [[line.order_line_id, line.quantity] for line in shipment.lines],
    }
    return _send(
        session, desk, ticket, claim, letter, "return_started", actor=actor, at=at, facts=facts, files=files
    )


def return_reminder(
    session: Session,
    desk: Desk,
    ticket: Ticket,
    claim: Claim,
    shipment: ReturnShipment,
    *,
    actor: Actor,
    at: datetime,
) -> Entry:
    """The goods have not been sent yet, and the time runs out."""
    letter = letters.render(
        "return_reminder",
        ticket.locale,
        name=ticket.buyer.name,
        order=_order(session, claim),
        number=shipment.number,
        address=session.get_one(ReturnAddress, shipment.address_id).text,
        send_by=words.day(shipment.send_by, ticket.locale, desk.zone),
        link=links.url(desk, links.Purpose.RETURN, shipment.id),
        shop=desk.shop_name,
    )
    facts = {"return": shipment.id, "number": shipment.number}
    return _send(session, desk, ticket, claim, letter, "return_reminded", actor=actor, at=at, facts=facts)


def received(
    session: Session,
    desk: Desk,
    ticket: Ticket,
    claim: Claim,
    shipment: ReturnShipment,
    *,
    actor: Actor,
    at: datetime,
) -> Entry:
    """E7b: the parcel is here; when it will have been looked at."""
    counted = [(line.order_line_id, line.received_quantity) for line in shipment.lines]
    letter = letters.render(
        "return_received",
        ticket.locale,
        name=ticket.buyer.name,
        order=_order(session, claim),
        number=shipment.number,
        items=items(session, [each for each in counted if each[1]]),
        days=INSPECTION_DAYS,
        shop=desk.shop_name,
    )
    facts = {"return": shipment.id, "number": shipment.number, "lines": [list(each) for each in counted]}
    return _send(
        session, desk, ticket, claim, letter, "return_received_told", actor=actor, at=at, facts=facts
    )


def shipped(
    session: Session,
    desk: Desk,
    ticket: Ticket,
    claim: Claim,
    replacement: Replacement,
    *,
    actor: Actor,
    at: datetime,
) -> Entry:
    """E13: it is on its way, with which carrier and number."""
    letter = letters.render(
        "replacement_shipped",
        ticket.locale,
        name=ticket.buyer.name,
        order=_order(session, claim),
        kind=replacement.kind,
        items=items(session, [(line.order_line_id, line.quantity) for line in replacement.lines]),
        words=replacement.words,
        carrier=carriers.name(replacement.carrier),
        tracking=replacement.tracking,
        shop=desk.shop_name,
    )
    facts = _of_replacement(replacement)
    return _send(session, desk, ticket, claim, letter, "replacement_told", actor=actor, at=at, facts=facts)


def promised(
    session: Session,
    desk: Desk,
    ticket: Ticket,
    claim: Claim,
    replacement: Replacement,
    *,
    actor: Actor,
    at: datetime,
) -> Entry:
    """By which day it leaves; also when that day changes."""
    letter = letters.render(
        "replacement_promised",
        ticket.locale,
        name=ticket.buyer.name,
        order=_order(session, claim),
        kind=replacement.kind,
        items=items(session, [(line.order_line_id, line.quantity) for line in replacement.lines]),
        words=replacement.words,
        day=remedies.day(replacement.promised_on, ticket.locale),
        shop=desk.shop_name,
    )
    facts = {**_of_replacement(replacement), "promised_on": replacement.promised_on.isoformat()}
    return _send(session, desk, ticket, claim, letter, "promise_told", actor=actor, at=at, facts=facts)


def coupon(
    session: Session, desk: Desk, ticket: Ticket, claim: Claim, issued: Coupon, *, actor: Actor, at: datetime
) -> Entry:
    """E13: code, face and last day. The code stands in the letter; facts hold only its end."""
    letter = letters.render(
        "coupon",
        ticket.locale,
        name=ticket.buyer.name,
        order=_order(session, claim),
        code=issued.code,
        amount=words.amount(Money(issued.face_minor, issued.currency), ticket.locale),
        valid_until=remedies.day(issued.valid_until, ticket.locale),
        shop=desk.shop_name,
    )
    facts = {
        "code_end": issued.code[-4:],
        "amount_minor": issued.face_minor,
        "currency": issued.currency,
        "valid_until": issued.valid_until.isoformat(),
    }
    return _send(session, desk, ticket, claim, letter, "coupon_told", actor=actor, at=at, facts=facts)


def inspected(
    session: Session,
    desk: Desk,
    ticket: Ticket,
    claim: Claim,
    shipment: ReturnShipment,
    *,
    currency: str,
    total: str,
    terms: Sequence[str],
    actor: Actor,
    at: datetime,
) -> Entry:
    """What the goods have lost in value, and why; how the refund is made up now, and by when it is made."""
    lines = [line for line in shipment.lines if line.deduction_minor]
    titles = items(session, [(line.order_line_id, line.quantity) for line in lines])
    letter = letters.render(
        "return_inspected",
        ticket.locale,
        name=ticket.buyer.name,
        order=_order(session, claim),
        number=shipment.number,
        deductions=[
            (title, words.amount(Money(line.deduction_minor, currency), ticket.locale), line.why)
            for (_, title), line in zip(titles, lines, strict=True)
        ],
        total=total,
        terms=terms,
        shop=desk.shop_name,
    )
    facts = {"return": shipment.id, "number": shipment.number}
    return _send(session, desk, ticket, claim, letter, "deduction_told", actor=actor, at=at, facts=facts)


def _of_replacement(replacement: Replacement) -> dict[str, Any]:
    return {
        "replacement": replacement.id,
        "what": str(replacement.kind),
        "carrier": replacement.carrier,
        "tracking": replacement.tracking,
    }


def _order(session: Session, claim: Claim) -> str:
    return session.get_one(Order, claim.order_id).external_no


def _send(
    session: Session,
    desk: Desk,
    ticket: Ticket,
    claim: Claim,
    letter: letters.Letter,
    verb: str,
    *,
    actor: Actor,
    at: datetime,
    facts: Mapping[str, Any],
    files: Sequence[Attachment] = (),
) -> Entry:
    telling.check(session, ticket, claim.order_id)
    by_clock = actor.who is Who.DESK
    return sending.send(
        session,
        desk,
        ticket,
        letter,
        verb=verb,
        actor=actor.name,
        at=at,
        due_at=at if by_clock else at + desk.hold,
        automatic="auto-generated" if by_clock else "",
        files=files,
        facts={"claim": claim.id, **facts},
    )
