"""What the shop's own row says."""

from sqlalchemy.orm import Session

from helpdesk.db import insert_missing
from helpdesk.models import Shop
from helpdesk.models.shop import ONLY


def row(session: Session) -> Shop:
    """The row, held until the transaction ends; made when it is missing."""
    insert_missing(session, Shop, [{"id": ONLY}])
    return session.get_one(Shop, ONLY, with_for_update=True, populate_existing=True)
