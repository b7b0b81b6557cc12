"""Approvals on pages: whether the reader may give one, and who can. No button that must fail is shown."""

from collections.abc import Sequence
from dataclasses import dataclass

from babel.lists import format_list
from flask_babel import get_locale
from sqlalchemy.orm import Session

from helpdesk import clock
from helpdesk.actions import policies
from helpdesk.queries import approvals
from helpdesk.queries.claims import ApprovalView, ClaimView
from helpdesk.rules.approving import Approver, approver, may_approve, one_is_never_enough
from helpdesk.rules.money import Money
from helpdesk.rules.policy_terms import Policy
from helpdesk.rules.states import Role
from helpdesk.web import wording
from helpdesk.web.signin import me
from helpdesk.web.translate import _


@dataclass(frozen=True, slots=True, kw_only=True)
class Approvers:
    """By which policy, and who they are."""

    policy: Policy | None
    people: tuple[Approver, ...]


def reader(session: Session) -> Approver | None:
    """The colleague who asks, as somebody who approves; None for one who does not."""
    if not me().may(Role.LEAD):
        return None
    return approver(me().id, me().name, me().role, _policy(session))


def everybody(session: Session) -> Approvers:
    """Those who may approve something now."""
    policy = _policy(session)
    return Approvers(policy=policy, people=approvals.people(session, policy))


def why_not(approval: ApprovalView | None, known: Approvers) -> tuple[str, ...]:
    """Why the reader has no button for this, and who can approve it; nothing when a yes would count."""
    if approval is None:
        return ()
    can = [each for each in known.people if may_approve(each, approval.asked_by_id, approval.worth)]
    if me().id in {each.agent_id for each in can}:
        return ()
    if not me().may(Role.LEAD) and can:
        return (_who(can),)
    return _because(approval, known), _who(can)


def why_never_alone(claim: ClaimView, known: Approvers) -> tuple[str, ...]:
    """Why nothing can be agreed here without a second person, and who that can be; nothing when it can."""
    if not one_is_never_enough(me().role, claim.currency, known.policy):
        return ()
    can = [each for each in known.people if each.abroad and each.agent_id != me().id]
    return _no_limits(claim.currency), _who(can)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnLimit:
    """Up to which sum on a claim the reader agrees to alone, said before anything is pressed."""

    said: str
    is_passed: bool  # what is suggested is more


def own_limit(claim: ClaimView, suggested: int, known: Approvers) -> OwnLimit | None:
    """None without a limit, and for a currency in which the policy has none. `suggested` in minor units."""
    policy = known.policy
    if policy is None or claim.currency != policy.currency:
        return None
    sums = (policy.money.limit_of(me().role), policy.money.second_person_above)
    limits = [each for each in sums if each is not None]
    if not limits:
        return None
    limit = wording.money(Money(min(limits), claim.currency))
    if suggested <= min(limits):
        said = _("Above %(limit)s on a claim you ask for approval.", limit=limit)
        return OwnLimit(said=said, is_passed=False)
    amount = wording.money(Money(suggested, claim.currency))
    said = _(
        "%(amount)s is above what you may agree to alone, %(limit)s on a claim: ask for approval.",
        amount=amount,
        limit=limit,
    )
    return OwnLimit(said=said, is_passed=True)


def _because(approval: ApprovalView, known: Approvers) -> str:
    if approval.asked_by_id == me().id:
        return _("Who asked for approval cannot give it.")
    if known.policy is None or approval.worth.currency != known.policy.currency:
        return _no_limits(approval.worth.currency)
    return _("%(amount)s is above your limit.", amount=wording.money(approval.worth))


def _no_limits(currency: str) -> str:
    return _("The policy has no limits in %(currency)s, so an owner has to be the second.", currency=currency)


def _who(can: Sequence[Approver]) -> str:
    if not can:
        if me().may(Role.OWNER):
            return _("Nobody here can approve it: add a colleague as an owner on the page People.")
        return _("Nobody here can approve it: ask an owner to add another one on the page People.")
    names = format_list([each.name for each in can], style="or", locale=get_locale())
    return _("It can be approved by %(names)s.", names=names)


def _policy(session: Session) -> Policy | None:
    version = policies.in_force(session, at=clock.now())
    return policies.read(version) if version is not None else None
