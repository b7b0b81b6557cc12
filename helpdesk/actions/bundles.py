"""That a bundle for a dispute was made: by whom, when, and the hash of its bytes, on the ticket."""

from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk.actions import claims, conversation
from helpdesk.models import Entry
from helpdesk.rules.states import EntryKind


def note(
    session: Session,
    claim_id: int,
    *,
    sha256: str,
    size: int,
    internal: bool,
    actor: str,
    at: datetime,
    account: str = "",
) -> Entry:
    """`sha256` and `size` are of the ZIP; `account` is who gave the command, where that was no colleague.

    Raises NotFoundError.
    """
    claim, ticket = claims.hold(session, claim_id)
    facts = {"claim": claim.id, "sha256": sha256, "size": size, "internal": internal}
    if account:
        facts["account"] = account
    return conversation.record(
        session, ticket, EntryKind.EVENT, "bundle_made", actor=actor, at=at, facts=facts
    )
