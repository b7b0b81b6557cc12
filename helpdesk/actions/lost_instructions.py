"""An instruction that a gateway never heard of: whether it is given once more."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actions import refund_rows, switches
from helpdesk.models import PlatformCase, Refund
from helpdesk.rules.claims import ClaimState
from helpdesk.rules.platforms import PlatformState

NOT_OWED = (ClaimState.DISPUTED, ClaimState.REJECTED, ClaimState.WITHDRAWN)


def may_be_given_again(session: Session, refund: Refund) -> bool:
    """Whether what the gateway never heard of is still to be paid, and nobody else has paid it meanwhile.

    What a lead has closed is carried on; what was disputed, or refused after all, waits for a person.
    """
    if switches.is_off(session, switches.MONEY) or refund_rows.told_otherwise(session, [refund.payment_id]):
        return False
    claim = refund_rows.claim_of(session, refund)
    if claim is None:
        return True
    lost = PlatformCase.claim_id == claim.id, PlatformCase.state == PlatformState.LOST
    return claim.state not in NOT_OWED and session.scalar(select(PlatformCase.id).where(*lost)) is None
