"""The one refund of a ticket that its row in a queue speaks of: what needs us first, else the newest."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from helpdesk.models import AgreedRemedy, Refund
from helpdesk.queries import refunds
from helpdesk.queries.refunds import RefundView
from helpdesk.rules.offers import RemedyState
from helpdesk.rules.refunds import Shown
from helpdesk.rules.states import RefundState

ENDED = (Shown.FAILED, Shown.REVERSED)
OPEN = (RemedyState.AGREED, RemedyState.UNDER_WAY)


def telling(session: Session, numbers: Sequence[int]) -> dict[int, RefundView]:
    """By ticket. What was taken back or noted by mistake says nothing, nor a failure that was made good."""
    rows = session.execute(
        select(Refund, AgreedRemedy.state)
        .outerjoin(AgreedRemedy, AgreedRemedy.id == Refund.remedy_id)
        .where(
            Refund.ticket_id.in_(numbers),
            Refund.state != RefundState.CANCELED,
            Refund.mistaken.is_(False),
        )
        .order_by(Refund.id)
        .options(joinedload(Refund.held_by))
    )
    of_ticket: dict[int, list[RefundView]] = defaultdict(list)
    open_remedies = set()
    for row, remedy_state in rows:
        of_ticket[row.ticket_id].append(refunds.view(row))
        if remedy_state in OPEN:
            open_remedies.add(row.remedy_id)
    chosen = {number: _choose(found, open_remedies) for number, found in of_ticket.items()}
    return {number: refund for number, refund in chosen.items() if refund is not None}


def needs_us(refund: RefundView) -> bool:
    """Whether somebody in the shop has to do something, or should know that nobody knows."""
    return refund.state in (Shown.NEEDS_ACTION, Shown.UNKNOWN, Shown.NOT_ARRIVED) or refund.state in ENDED


def _choose(found: Sequence[RefundView], open_remedies: set[int | None]) -> RefundView | None:
    live = {(each.remedy_id, each.part) for each in found if each.state not in ENDED}
    telling = [
        each
        for each in found
        if each.state not in ENDED
        or (each.remedy_id in open_remedies and (each.remedy_id, each.part) not in live)
    ]
    return next((each for each in reversed(telling) if needs_us(each)), telling[-1] if telling else None)
