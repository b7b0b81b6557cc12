"""Claims of tickets that become one matter, and apart again: a claim is where its matter is answered.

It belongs to the ticket whose conversation says that it was opened, so there it goes back to. Its plans are
carried over by who calls this.
"""

from collections.abc import Iterable

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from helpdesk.errors import ConflictError
from helpdesk.models import Claim, ClaimLine, Entry, Ticket
from helpdesk.rules.claims import ENDED


def check(session: Session, ticket: Ticket, target: Ticket) -> None:
    """Raises ConflictError when their claims cannot be of one matter.

    A matter has one claim at most that knows no order yet, and none asks twice for the same item.
    """
    of_both = Claim.ticket_id.in_((ticket.id, target.id)), Claim.live
    unlinked = select(func.count(Claim.id)).where(*of_both, Claim.order_id.is_(None))
    if (session.scalar(unlinked) or 0) > 1:
        raise ConflictError("both tickets have a claim without an order: link or withdraw one of them first")
    twice = (
        select(func.min(ClaimLine.claim_id), func.max(ClaimLine.claim_id))
        .join(Claim, Claim.id == ClaimLine.claim_id)
        .where(*of_both, ClaimLine.live)
        .group_by(ClaimLine.order_line_id)
        .having(func.count(func.distinct(Claim.ticket_id)) > 1)
        .limit(1)
    )
    if (found := session.execute(twice).first()) is not None:
        raise ConflictError(
            f"claims {found[0]} and {found[1]} are about the same item: end one of them first"
        )


def carry(session: Session, ticket: Ticket, target: Ticket) -> bool:
    """A held ticket is merged into another one: its claims, which were checked, go on there; whether there
    are any that do."""
    carried = session.scalars(
        update(Claim)
        .where(Claim.ticket_id == ticket.id)
        .values(ticket_id=target.id)
        .returning(Claim.state)
        .execution_options(synchronize_session="fetch")
    ).all()
    return any(state not in ENDED for state in carried)


def give_back(session: Session, target: Ticket, ticket: Ticket, along: Iterable[int]) -> list[int]:
    """A ticket is taken out of a matter: what was opened in its conversation comes along; the claims' ids.

    `along` are the tickets that come with it.
    """
    opened_there = select(Entry.id).where(Entry.ticket_id.in_((ticket.id, *along)))
    claims = session.scalars(
        update(Claim)
        .where(Claim.ticket_id == target.id, Claim.entry_id.in_(opened_there))
        .values(ticket_id=ticket.id)
        .returning(Claim.id)
        .execution_options(synchronize_session="fetch")
    )
    return list(claims)
