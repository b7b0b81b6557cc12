"""Masking with knowledge: what looks like a bank card and is the number of an order stays readable."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.models.orders import Order
from helpdesk.rules import masking


class Mask:
    """Shows buyers' words to staff, see rules/masking.py."""

    def __init__(self, known: frozenset[str]) -> None:
        self.known = known

    @classmethod
    def over(cls, session: Session, texts: Iterable[str]) -> "Mask":
        """A mask for these texts; the orders are asked only when something looks like a bank card."""
        perhaps = {digits for text in texts for digits in masking.perhaps_cards(text)}
        if not perhaps:
            return cls(frozenset())
        query = select(Order.external_no_norm).where(Order.external_no_norm.in_(sorted(perhaps)[:500]))
        return cls(frozenset(session.scalars(query)))

    def __call__(self, text: str) -> str:
        return masking.masked(text, known=self.known)
