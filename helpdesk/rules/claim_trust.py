"""Money waits for a sender who is known to be the buyer, or for a second person."""

from enum import StrEnum

from helpdesk.rules.claim_guards import Circumstances, Objection
from helpdesk.rules.claim_terms import Remedy
from helpdesk.rules.proposals import MONEY


class Distrust(StrEnum):
    """Why one person is not enough to believe that this is the buyer of the order."""

    SENDER = "sender"  # the mail looks like somebody else's
    ADDRESS = "address"  # not one of the order's
    OWN_LINK = "own_link"  # nothing but the word of the very person who grants


SENTENCES = {
    Distrust.SENDER: "a second person has to agree, as the sender looks like somebody else: ask for approval",
    Distrust.ADDRESS: "a second person has to agree, as the address is not on the order: ask for approval",
    Distrust.OWN_LINK: "a second person has to agree, as only you have linked the order: ask for approval",
}


def sender_is_trusted(given: Circumstances) -> Objection | None:
    """Where it is money or a coupon: it is the buyer who asks, by more than this person's own word."""
    if not given.distrust or not given.remedies & {*MONEY, Remedy.COUPON}:
        return None
    return Objection("not_trusted", SENTENCES[Distrust(given.distrust)])
