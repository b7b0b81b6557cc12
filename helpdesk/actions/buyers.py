"""Who wrote: find the buyer behind an address, or make one."""

from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, joinedload

from helpdesk.db import insert_missing
from helpdesk.models import Buyer, BuyerAddress
from mail.types import Address

# Asked for every message that opens a ticket, so built once; where to write to is wanted right after.
_OWNER = (
    select(Buyer)
    .where(
        Buyer.id
        == select(BuyerAddress.buyer_id).where(BuyerAddress.key == bindparam("key")).scalar_subquery()
    )
    .options(joinedload(Buyer.addresses))
    .execution_options(populate_existing=True)
)


def of_address(
    session: Session, address: Address | None, *, locale: str, at: datetime, else_key: str
) -> Buyer:
    """The buyer who owns this address, known or new."""
    known = owner(session, address.key) if address else None
    return known or new(session, address, locale=locale, at=at, else_key=else_key)


def new(session: Session, address: Address | None, *, locale: str, at: datetime, else_key: str) -> Buyer:
    """A buyer with this address, which was nobody's when it was asked for.

    A mail without a sender gets a buyer of its own, by `else_key`.
    """
    key = address.key if address else f"{else_key}@unknown.invalid"
    buyer = Buyer(name=address.name[:200] if address else "", locale=locale, created_at=at)
    session.add(buyer)
    session.flush()
    row = {"buyer_id": buyer.id, "email": address.email if address else "", "key": key, "created_at": at}
    if insert_missing(session, BuyerAddress, [row]):
        return buyer
    session.delete(buyer)  # another mailbox's worker was faster by a moment
    return owner(session, key) or _gone(key)


def other_address(buyer: Buyer, address: Address | None) -> str | None:
    """The address, when it is another than the first of the buyer: who acted there is answered there."""
    if address is None or address.key == buyer.addresses[0].key:
        return None
    return address.email


def owner(session: Session, key: str) -> Buyer | None:
    """The buyer who has this address (`Address.key`), or None."""
    return session.execute(_OWNER, {"key": key}).unique().scalar_one_or_none()


def _gone(key: str) -> Buyer:
    raise RuntimeError(f"the buyer of {len(key)} characters was there a moment ago")
