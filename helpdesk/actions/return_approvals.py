"""The letter that says what was agreed; for goods that come back, with the address and the number at once.

A shop with one address for returns has nothing to choose: the return begins with the approval. With none, or
with several, a colleague sends the address afterwards: actions/returns.py.
"""

from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk import links
from helpdesk.actions import (
    agreeing,
    claim_letters,
    claim_steps,
    claim_waits,
    deciding,
    goods_letters,
    remedy_goods,
    remedy_terms,
    return_rows,
)
from helpdesk.actions.claims import Actor
from helpdesk.desk import Desk
from helpdesk.letters import words as letter_words
from helpdesk.models import (
    AgreedRemedy,
    Claim,
    Offer,
    ReturnAddress,
    ReturnLine,
    ReturnShipment,
    Ticket,
)
from helpdesk.rules.offers import RemedyState
from helpdesk.rules.proposals import part_of
from helpdesk.rules.returns import USUAL_TIME, Payer, Reception, ReturnState
from helpdesk.rules.states import WaitingOn

END_OF_DAY = time(23, 59)


def tell(
    session: Session,
    desk: Desk,
    ticket: Ticket,
    claim: Claim,
    offer: Offer,
    option: int,
    *,
    actor: Actor,
    at: datetime,
    words: str = "",
) -> None:
    """Write what was agreed by this option of an offer, and let the ticket follow."""
    parts = [part for part in agreeing.parts_of(offer) if part.option == option]
    back = _begin(session, desk, claim, offer, at=at)
    entry = claim_letters.approved(
        session,
        desk,
        ticket,
        claim,
        parts,
        actor=actor,
        at=at,
        words=words,
        back=_said(session, desk, ticket, back) if back is not None else None,
    )
    claim_steps.settle_ticket(session, ticket, claim, actor=actor, at=at)
    if back is not None:
        back.entry_id = entry.id
        remedy_goods.move(session, ticket, claim, back.remedy_id, RemedyState.UNDER_WAY, actor=actor, at=at)
        return_rows.plan_deadline(session, ticket, back, actor=actor, at=at)
        return_rows.wait_for(session, ticket, WaitingOn.BUYER, actor=actor, at=at)


def _said(session: Session, desk: Desk, ticket: Ticket, shipment: ReturnShipment) -> dict[str, Any]:
    """What the letter says of the way back."""
    return {
        "id": shipment.id,
        "number": shipment.number,
        "address": session.get_one(ReturnAddress, shipment.address_id).text,
        "items": goods_letters.items(
            session, [(line.order_line_id, line.quantity) for line in shipment.lines]
        ),
        "send_by": letter_words.day(shipment.send_by, ticket.locale, desk.zone),
        "buyer_pays": shipment.payer == Payer.BUYER,
        "link": links.url(desk, links.Purpose.RETURN, shipment.id),
    }


def _begin(
    session: Session, desk: Desk, claim: Claim, offer: Offer, *, at: datetime
) -> ReturnShipment | None:
    """A return of what this claim's money waits for; None where there is nothing to begin, or to choose."""
    addresses = session.scalars(select(ReturnAddress).where(ReturnAddress.is_current).limit(2)).all()
    remedy = _waiting_for_goods(session, claim)
    if len(addresses) != 1 or remedy is None or offer.made_by_id is None:
        return None
    count = session.scalar(select(func.count()).where(ReturnShipment.claim_id == claim.id)) or 0
    outcome = (decision.outcome if (decision := deciding.newest(session, claim)) else None) or {}
    units = dict(part_of(1, remedy.remedy, 0, remedy.goods).lines) or {
        line.order_line_id: line.quantity for line in claim.lines
    }
    shipment = ReturnShipment(
        claim_id=claim.id,
        remedy_id=remedy.id,
        number=f"RT-{claim.id}-{count + 1}",
        address_id=addresses[0].id,
        state=ReturnState.AWAITING,
        version=1,
        since=at,
        payer=Payer.SELLER if outcome.get("return_shipping") == "seller" else Payer.BUYER,
        send_by=_send_by(session, desk, claim, at=at),
        created_by_id=offer.made_by_id,
        created_at=at,
        entry_id=claim.entry_id,  # until the letter is written, which names the return
        lines=[
            ReturnLine(order_line_id=line, quantity=quantity, reception=Reception.AWAITING)
            for line, quantity in units.items()
        ],
    )
    session.add(shipment)
    session.flush()
    return shipment


def _waiting_for_goods(session: Session, claim: Claim) -> AgreedRemedy | None:
    """The agreed remedy whose money waits for goods; None where they were asked for, or came, already."""
    asked = select(ReturnShipment.id).where(
        ReturnShipment.claim_id == claim.id, ReturnShipment.state != ReturnState.CANCELED
    )
    if session.scalar(asked.limit(1)) is not None:
        return None
    agreed = [each for each in agreeing.of_claim(session, claim) if each.state is RemedyState.AGREED]
    return next(
        (each for each in agreed if remedy_terms.of(session, each).wants_goods(each.remedy)),
        None,
    )


def _send_by(session: Session, desk: Desk, claim: Claim, *, at: datetime) -> datetime:
    """The end of the last day that the policy gives."""
    late = claim_waits.look_at(session, claim, "awaiting_return", USUAL_TIME, since=at)
    day = (late - timedelta(seconds=1)).astimezone(desk.zone).date()  # business days end at midnight
    return datetime.combine(day, END_OF_DAY, desk.zone)
