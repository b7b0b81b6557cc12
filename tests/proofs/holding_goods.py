"""What has to be true of returns and disputes at every moment, and of what was refused or taken back."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actions.return_rows import PLANS
from helpdesk.models import AgreedRemedy, Claim, PlatformCase, Reminder, ReturnShipment
from helpdesk.rules import returns
from helpdesk.rules.claims import ClaimState
from helpdesk.rules.offers import RemedyState
from helpdesk.rules.platforms import PlatformState
from helpdesk.rules.states import ReminderState


def no_return_is_forgotten(session: Session, vouched: set[int]) -> Iterator[str]:
    """Each that runs has a moment at which somebody looks; once it has come, the claim's own time tells."""
    for row in session.scalars(select(ReturnShipment).where(ReturnShipment.state.in_(returns.LIVE))):
        plans = session.scalars(
            select(Reminder).where(
                Reminder.claim_id == row.claim_id, Reminder.state != ReminderState.WITHDRAWN
            )
        )
        if not [
            plan for plan in plans if plan.facts.get("id") == row.id and plan.facts.get("about") in PLANS
        ]:
            yield f"return {row.id} is {row.state}, and nobody was ever to look at it"
    for row in session.scalars(select(ReturnShipment).where(ReturnShipment.outcome == "as_agreed")):
        if {line.reception for line in row.lines} - {returns.Reception.RECEIVED}:
            yield f"return {row.id} is as agreed, with lines that are not"


def a_dispute_is_open_where_the_claim_says_so(session: Session, vouched: set[int]) -> Iterator[str]:
    """A disputed claim has one case that is not decided; any other has none."""
    for claim in session.scalars(select(Claim)):
        cases = session.scalars(
            select(PlatformCase).where(
                PlatformCase.claim_id == claim.id, PlatformCase.state == PlatformState.OPEN
            )
        ).all()
        if len(cases) != (claim.state is ClaimState.DISPUTED):
            yield f"claim {claim.id} is {claim.state} with {len(cases)} open disputes"


def nothing_is_promised_on_what_was_refused(session: Session, vouched: set[int]) -> Iterator[str]:
    """What was refused or taken back holds no money of the order."""
    rows = session.execute(
        select(AgreedRemedy.id, Claim.state)
        .join(Claim, Claim.id == AgreedRemedy.claim_id)
        .where(
            AgreedRemedy.state == RemedyState.AGREED,
            Claim.state.in_((ClaimState.REJECTED, ClaimState.WITHDRAWN)),
        )
    )
    yield from (f"remedy {remedy} is promised on a claim that is {state}" for remedy, state in rows)
