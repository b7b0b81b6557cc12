"""What the page of an offer shows: its options and what became of it, nothing about the person."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk.errors import NotFoundError
from helpdesk.models import Claim, Offer, Order, Ticket
from helpdesk.rules.offers import OfferState
from helpdesk.rules.proposals import Part, part_of


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferPage:
    offer: int
    claim: int
    locale: str
    tag: str
    order: str
    currency: str
    parts: tuple[Part, ...]
    words: str
    state: OfferState
    chosen: int | None
    expires_at: datetime
    digest: str
    is_open: bool  # may be answered now

    @property
    def taken(self) -> tuple[Part, ...]:
        return tuple(part for part in self.parts if part.option == self.chosen)


def one(session: Session, offer_id: int, *, at: datetime) -> OfferPage:
    """Raises NotFoundError, also for a proposal that never left the house."""
    offer = session.get(Offer, offer_id, populate_existing=True)
    if offer is None or offer.state is OfferState.PROPOSED or offer.entry_id is None:
        raise NotFoundError("there is no such offer")
    claim = session.get_one(Claim, offer.claim_id)
    ticket = session.get_one(Ticket, claim.ticket_id)
    return OfferPage(
        offer=offer.id,
        claim=claim.id,
        locale=ticket.locale,
        tag=ticket.tag,
        order=session.get_one(Order, claim.order_id).external_no,
        currency=offer.parts[0].currency,
        parts=tuple(part_of(row.option, row.remedy, row.amount_minor, row.goods) for row in offer.parts),
        words=offer.words,
        state=offer.state,
        chosen=offer.chosen,
        expires_at=offer.expires_at,
        digest=offer.digest,
        is_open=offer.state is OfferState.OPEN and at < offer.expires_at,
    )
