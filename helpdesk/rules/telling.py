"""To whom anything about a claim may be said: only to an address that is known to be the order's own."""

from helpdesk.rules.claim_guards import Objection
from helpdesk.rules.claim_terms import LinkLevel

BY_SENDER = "sender"  # the mail's own authentication linked the order: that vouches for that address alone


def objection(*, level: LinkLevel | None, how: str, on_order: bool) -> Objection | None:
    """Why nothing of the order or its claim may stand in mail to an address.

    `level` and `how` are those of the ticket's link with the order, `on_order` says whether the address that
    would be written to is one on file. A link that was opened at the address on file, or an agent, vouches
    for the whole ticket.
    """
    if level is not LinkLevel.VERIFIED:
        return Objection("not_verified", "nobody has shown that this buyer may hear about that order")
    if not on_order and how == BY_SENDER:
        return Objection("other_address", "the address that is written to is not on that order")
    return None
