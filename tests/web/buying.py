"""A buyer with an order, and the links of her pages."""

import re
from datetime import datetime
from io import BytesIO
from typing import Any

from sqlalchemy import select

from helpdesk import clock, links
from helpdesk.actions import claim_progress, claims, order_links, policies, tickets
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.links import Passing
from helpdesk.models import Claim, Entry, Evidence, Order, OutboxMessage, ReasonCorrection, Ticket
from helpdesk.rules.claim_terms import LinkLevel, OrderState
from helpdesk.rules.linking import How, Link
from mail.parse import parse
from mail.types import Incoming
from tests import files
from tests.actions.sold import LI, given, line, sell
from tests.web.conftest import Desk, Visitor, letter

NUMBER = "2398471029384756102"
ONCE = re.compile(r'name="once" value="([^"]+)"')


def address(purpose: Passing, subject_id: int = 1, *, at: datetime | None = None) -> str:
    """A path as it stands in our letters."""
    desk = current_desk()
    return links.passing_url(desk, purpose, subject_id, at=at or clock.now()).removeprefix(desk.base_url)


def bought(desk: Desk, **changes: Any) -> int:
    """Li has bought two cups and a pot, and has written once; the number of her ticket."""
    lines = (line(), line(sku="POT-1", title="茶壶", quantity=1, unit_paid_minor=5000, line_paid_minor=5000))
    usual = {"lines": lines, "state": OrderState.DELIVERED, "delivered_at": clock.now()}
    sell(given(NUMBER, **usual | changes))
    with transaction() as session:
        policies.start_with(session, "cn-shop", by=None, at=clock.now())
    return desk.receive(letter("您好，我有个问题。", subject="问题", sender=f"李梅 <{LI}>"))


def claimed(desk: Desk, reason: str = "damaged") -> int:
    """She has a claim on it, and is known to speak for the order; its id."""
    number = bought(desk)
    with transaction() as session:
        ticket = tickets.hold(session, number)
        order = session.scalars(select(Order)).one()
        sure = Link(order_id=order.id, level=LinkLevel.VERIFIED, how=How.LINK, other_address=False)
        order_links.link(session, ticket, order, sure, actor="server", at=clock.now())
        asked = claims.Asked(reason=reason, reason_source="rule" if reason else "")
        claim = claims.open_claim(
            session, ticket, order=order, lines=None, asked=asked, actor=claims.buyer(ticket), at=clock.now()
        )
        claim_progress.go_on(session, current_desk(), ticket, claim, at=clock.now())
        return claim.id


def once(page: str) -> str:
    found = ONCE.search(page)
    assert found is not None
    return found.group(1)


def filled(**changes: Any) -> dict[str, Any]:
    """The form as Li fills it in: one of her two cups has arrived broken."""
    usual = {
        "order": "1",
        "line-1": "1",
        "line-2": "0",
        "reason": "damaged",
        "wish": "refund",
        "words": "杯子碎了",
        "files": [upload("杯子.jpg"), upload("parcel.heic", files.HEIC)],
        "once": "a",
    }
    return usual | changes


def upload(name: str = "IMG_0001.jpg", content: bytes = files.JPEG) -> tuple[BytesIO, str]:
    return BytesIO(content), name


def post(visitor: Visitor, path: str, **form: Any) -> Any:
    return visitor.client.post(path, data=form, content_type="multipart/form-data")


def everything() -> object:
    """All that a buyer's page could have changed."""
    with reading() as session:
        return (
            session.execute(select(Claim.state, Claim.version, Claim.reason)).all(),
            session.scalars(select(Ticket.head_hash)).all(),
            session.scalars(select(Evidence.sha256)).all(),
            session.scalars(select(OutboxMessage.id)).all(),
        )


def letters() -> list[Incoming]:
    """All that is on its way to buyers, oldest first."""
    with reading() as session:
        rows = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
        return [parse(current_desk().blobs.get(row.sha256)) for row in rows]


def claim(number: int = 1) -> dict[str, Any]:
    with reading() as session:
        row = session.get_one(Claim, number)
        return {
            "state": str(row.state),
            "reason": row.reason,
            "source": row.reason_source,
            "wish": str(row.wish),
            "order": row.order_id,
            "lines": [(each.order_line_id, each.quantity) for each in row.lines],
        }


def count(model: Any) -> int:
    with reading() as session:
        return len(session.scalars(select(model)).all())


def labels() -> list[tuple[str, str, str]]:
    """(suggested, chosen, source) of every choice of a reason."""
    with reading() as session:
        rows = session.scalars(select(ReasonCorrection).order_by(ReasonCorrection.id))
        return [(row.suggested, row.chosen, row.source) for row in rows]


def verbs(number: int = 1) -> list[str]:
    with reading() as session:
        return list(session.scalars(select(Entry.verb).where(Entry.ticket_id == number).order_by(Entry.seq)))
