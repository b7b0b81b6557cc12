"""Approvals that somebody in particular may give."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, and_, or_, select, true
from sqlalchemy.orm import Session

from helpdesk.models import Agent, Approval, Claim, Ticket
from helpdesk.models.spelled import spelled
from helpdesk.rules.approving import Approver, approver
from helpdesk.rules.money import Money
from helpdesk.rules.offers import ApprovalState
from helpdesk.rules.policy_terms import Policy
from helpdesk.rules.states import Role


def people(session: Session, policy: Policy | None) -> tuple[Approver, ...]:
    """Everybody who may approve something now, by name."""
    rows = session.execute(
        select(Agent.id, Agent.name, Agent.role)
        .where(Agent.active, Agent.role.in_((Role.LEAD, Role.OWNER)))
        .order_by(Agent.name, Agent.id)
    )
    found = (approver(row.id, row.name, row.role, policy) for row in rows)
    return tuple(each for each in found if each is not None)


def is_for(person: Approver | None) -> ColumnElement[bool]:
    """Tickets that wait for a yes that this person may give."""
    if person is None:
        return ~true()
    return Ticket.id.in_(_tickets(person))


def asked_of(session: Session, person: Approver | None, numbers: Sequence[int]) -> dict[int, Money]:
    """How much this person may approve on each of these tickets; the oldest request counts."""
    if person is None:
        return {}
    rows = session.execute(
        select(Claim.ticket_id, Approval.amount_minor, Approval.currency)
        .join(Claim, Claim.id == Approval.claim_id)
        .where(Claim.ticket_id.in_(numbers), _may_be_given_by(person))
        .order_by(Approval.id.desc())
    )
    return {row.ticket_id: Money(row.amount_minor, row.currency) for row in rows}


def _tickets(person: Approver) -> Select[int]:
    return (
        select(Claim.ticket_id).join(Approval, Approval.claim_id == Claim.id).where(_may_be_given_by(person))
    )


def _may_be_given_by(person: Approver) -> ColumnElement[bool]:
    """As rules/approving.may_approve says it, for many rows at once."""
    here = Approval.currency == person.currency
    within = true() if person.up_to is None else Approval.amount_minor <= person.up_to
    sums = or_(and_(here, within), ~here) if person.abroad else and_(here, within)
    return and_(spelled(Approval.state, ApprovalState.ASKED), Approval.asked_by_id != person.agent_id, sums)
