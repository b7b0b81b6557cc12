"""How long a claim may stay where it is, when nobody's policy says otherwise."""

from helpdesk.rules.claims import ClaimState
from helpdesk.rules.policy_terms import Duration, Timer

DAYS, HOURS, BUSINESS = "d", "h", "bd"

# Ours, not a platform's: a shop sets its own in the policy file.
DEFAULTS: dict[ClaimState, Timer] = {
    timer_state: Timer(state=timer_state, due=due, warn=warn, on_timeout=then)
    for timer_state, due, warn, then in (
        (ClaimState.NEW, Duration(24, HOURS), (), "escalate"),
        (ClaimState.NEEDS_LINK, Duration(7, DAYS), (Duration(3, DAYS),), "close"),
        (ClaimState.AWAITING_BUYER, Duration(7, DAYS), (Duration(3, DAYS),), "close"),
        (ClaimState.AWAITING_DECISION, Duration(48, HOURS), (), "escalate"),
        (ClaimState.OFFERED, Duration(7, DAYS), (Duration(2, DAYS),), "expire"),
        (ClaimState.AWAITING_APPROVAL, Duration(1, BUSINESS), (), "escalate"),
        # Where nothing is to be done but to wait, actions/claim_waits.py has a longer one.
        (ClaimState.APPROVED, Duration(3, BUSINESS), (), "escalate"),
        (ClaimState.DISPUTED, Duration(3, DAYS), (), "escalate"),
    )
}
AGAIN = Duration(1, BUSINESS)  # after a claim was put before a lead
