"""Who may be the second person: by role, sum and currency, as claim_guards.SECOND asks it in the end.

Pages ask before they show a button, and a queue before it says that something waits for its reader. The day's
total is left to the guards: it changes with every yes.
"""

from dataclasses import dataclass

from helpdesk.rules.money import Money
from helpdesk.rules.policy_terms import Policy
from helpdesk.rules.states import Role, may


@dataclass(frozen=True, slots=True, kw_only=True)
class Approver:
    """One person, and up to which sums she may approve what somebody else asks for."""

    agent_id: int
    name: str
    currency: str  # in which the policy counts; "" while there is none
    up_to: int | None  # in its minor units; None: without limit
    abroad: bool  # in other currencies too, for which the policy has no limits


def approver(agent_id: int, name: str, role: Role, policy: Policy | None) -> Approver | None:
    """None for who approves nothing at all."""
    if policy is None or not may(role, Role.LEAD):
        return None
    money = policy.money
    return Approver(
        agent_id=agent_id,
        name=name,
        currency=policy.currency,
        up_to=money.limit_of(role),
        abroad=role is Role.OWNER and money.per_day_of(role) is None,
    )


def may_approve(person: Approver, asked_by: int, worth: Money) -> bool:
    """Whether a yes of this person would count."""
    if person.agent_id == asked_by:
        return False
    if worth.currency != person.currency:
        return person.abroad
    return person.up_to is None or worth.minor <= person.up_to


def one_is_never_enough(role: Role, currency: str, policy: Policy | None) -> bool:
    """Whether nobody of this role may agree alone to anything that was paid in this currency."""
    if policy is None or not currency or currency == policy.currency:
        return False
    return role is not Role.OWNER or policy.money.second_person_above is not None
