"""A claim's panel in the reader's language: the decision clause by clause, remedies, what may be done."""

from dataclasses import dataclass

from flask import Flask

from helpdesk.letters import claim_words, policy_words, refund_words, remedies
from helpdesk.letters.claim_words import say
from helpdesk.queries.claims import ClaimView, OfferView
from helpdesk.queries.promises import RemedyView
from helpdesk.rules.claim_terms import REASONS, Remedy
from helpdesk.rules.claims import ENDED, ClaimState, Event
from helpdesk.rules.money import Money
from helpdesk.rules.offers import RemedyState
from helpdesk.rules.policy_comparing import what_would_change
from helpdesk.rules.policy_deciding import Decision
from helpdesk.rules.policy_shipped import read_policy
from helpdesk.rules.policy_terms import Policy, Verdict
from helpdesk.rules.proposals import MONEY, Part, as_wished
from helpdesk.web import approving, ceilings_said, claim_form, language, policy_views, refusals
from helpdesk.web.approving import Approvers
from helpdesk.web.ceilings_said import Sum
from helpdesk.web.policy_views import DecisionView
from helpdesk.web.translate import _, _l

STATES = {
    ClaimState.NEW: _l("new claim"),
    ClaimState.NEEDS_LINK: _l("order not known"),
    ClaimState.AWAITING_BUYER: _l("the buyer has been asked"),
    ClaimState.AWAITING_DECISION: _l("to be decided"),
    ClaimState.OFFERED: _l("offered"),
    ClaimState.AWAITING_APPROVAL: _l("waits for a second person"),
    ClaimState.APPROVED: _l("agreed"),
    ClaimState.RESOLVED: _l("resolved"),
    ClaimState.REJECTED: _l("refused"),
    ClaimState.WITHDRAWN: _l("taken back"),
    ClaimState.DISPUTED: _l("in dispute"),
    ClaimState.CLOSED: _l("closed claim"),
}
REMEDY_STATES = {
    "agreed": _l("to be done"),
    "under_way": _l("on its way"),
    "complete": _l("complete"),
    "canceled": _l("called off"),
}
OFFER_STATES = {
    "proposed": _l("proposed"),
    "open": _l("open offer"),
    "accepted": _l("accepted by the buyer"),
    "countered": _l("countered"),
    "declined": _l("declined"),
    "expired": _l("expired"),
    "withdrawn": _l("taken back by us"),
}
URGENT = {"legal": _l("speaks of law"), "overdue": _l("overdue"), "angry": _l("is angry")}
CAUSES = {
    "packing": _l("bad packing"),
    "carrier": _l("the carrier"),
    "picking": _l("picked wrongly"),
    "quality": _l("quality of the goods"),
    "listing": _l("wrong or unclear listing"),
    "stock": _l("out of stock"),
    "sizing": _l("size chart"),
    "buyer": _l("the buyer changed their mind"),
    "abuse": _l("abuse"),
    "none": _l("none in particular"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """A row of the form, as the policy suggests it."""

    remedy: str
    amount: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimPanel:
    claim: ClaimView
    decision: DecisionView | None
    denies: bool
    suggested: tuple[Proposed, ...]
    choices: tuple[tuple[str, str], ...]  # remedies to choose from
    reasons: tuple[tuple[str, str], ...]
    causes: tuple[tuple[str, str], ...]
    ended: bool
    sum: Sum | None  # behind "most refundable"
    not_mine: tuple[str, ...]  # why the reader has no button to approve what is asked for, and who has one
    never_alone: tuple[str, ...]  # why nothing can be agreed without a second person, and who that can be
    own_limit: approving.OwnLimit | None
    offer_days: int | None  # as the policy says; None before it was asked: the policy in force counts

    @property
    def left_by_inspection(self) -> str:
        """What is to be given for goods that are back, in the reader's words; "" where nothing is known."""
        here = self.claim.here
        if here is None or not here.sum:
            return ""
        return remedies.line(here.part, self.claim.currency, language.chosen())

    @property
    def above_own_limit(self) -> bool:
        """What is suggested needs a second person, whoever the reader is."""
        return self.own_limit is not None and self.own_limit.is_passed

    @property
    def unfinished(self) -> bool:
        """Something that was agreed is neither complete nor canceled."""
        return any(each.state in (RemedyState.AGREED, RemedyState.UNDER_WAY) for each in self.claim.agreed)

    @property
    def begun(self) -> bool:
        """Money or goods are on their way, or there: it can be neither decided anew nor taken back."""
        return any(each.state in (RemedyState.UNDER_WAY, RemedyState.COMPLETE) for each in self.claim.agreed)

    def may(self, name: str) -> bool:
        """Whether the table has this event for the reader, in this state."""
        return Event(name) in self.claim.may


def panel(claim: ClaimView, approvers: Approvers | None) -> ClaimPanel:
    locale, policy = language.chosen(), _policy(claim)
    return ClaimPanel(
        claim=claim,
        decision=_decision(claim),
        denies=claim.outcome is not None and claim.outcome["decision"] == Verdict.DENY,
        suggested=_suggested(claim),
        choices=tuple((code, say(claim_words.REMEDIES, code, locale)) for code in Remedy),
        reasons=tuple((code, say(claim_words.REASONS_SHORT, code, locale)) for code in REASONS),
        causes=tuple((code, str(said)) for code, said in CAUSES.items()),
        ended=claim.state in ENDED,
        sum=ceilings_said.said(claim.ceiling, claim.currency) if claim.ceiling else None,
        not_mine=approving.why_not(claim.approval, approvers) if approvers else (),
        never_alone=approving.why_never_alone(claim, approvers) if approvers else (),
        own_limit=approving.own_limit(claim, _first_sum(claim), approvers) if approvers else None,
        offer_days=policy.money.offer_days if policy is not None else None,
    )


def init_app(app: Flask) -> None:
    app.add_template_filter(lambda state: str(STATES[state]), "claim_state")
    app.add_template_filter(lambda state: str(REMEDY_STATES[state]), "remedy_state")
    app.add_template_filter(lambda state: str(OFFER_STATES[state]), "offer_state")
    app.add_template_filter(lambda code: str(URGENT.get(code, code)), "urgent")
    app.add_template_filter(reason, "claim_reason")
    app.add_template_filter(_options, "options")
    app.add_template_filter(_agreed, "agreed")
    app.add_template_filter(_total, "total")
    app.add_template_filter(refusals.begun, "refusal")
    app.add_template_filter(lambda code: say(claim_words.REMEDIES, code, language.chosen()), "remedy_word")
    app.add_template_filter(lambda money: _plain(money.minor, money.currency), "typed")


def reason(code: str) -> str:
    return say(claim_words.REASONS_SHORT, code, language.chosen()) if code else _("not known yet")


def verdict(code: str) -> str:
    return say(policy_words.VERDICTS, code, language.chosen())


def cause(code: str) -> str:
    return str(CAUSES.get(code, code))


def options(parts: tuple[Part, ...], currency: str) -> list[tuple[int, str]]:
    return remedies.options(parts, currency, language.chosen())


def _options(offer: OfferView, currency: str) -> list[tuple[int, str]]:
    return options(offer.parts, currency)


def _agreed(each: RemedyView) -> str:
    return remedies.line(each.part, each.money.currency, language.chosen())


def _total(each: RemedyView) -> str:
    return refund_words.total(each.total, each.money.currency, language.chosen())


def _policy(claim: ClaimView) -> Policy | None:
    """The one whose decision counts."""
    return read_policy(claim.policy_text, was_kept=True).policy if claim.outcome is not None else None


def _decision(claim: ClaimView) -> DecisionView | None:
    policy = _policy(claim)
    if claim.outcome is None or policy is None:
        return None
    decision = Decision.from_json(claim.outcome)
    return policy_views.decided(decision, policy, what_would_change(policy, decision.facts))


def _suggested(claim: ClaimView) -> tuple[Proposed, ...]:
    """What the clause grants, the first remedies of it as rows, what the buyer asks for before the rest.

    For goods that are back: what had been agreed for them, less what the inspection deducts.
    """
    if claim.here is not None and claim.here.sum:
        return (Proposed(remedy=Remedy.RETURN_REFUND, amount=_plain(claim.here.sum, claim.currency)),)
    if claim.outcome is None:
        return ()
    decision = Decision.from_json(claim.outcome)
    rows = _in_order(claim, decision)[: len(claim_form.ROWS)]
    return tuple(
        Proposed(
            remedy=remedy,
            amount=_plain(decision.amounts.of(remedy), claim.currency)
            if remedy in MONEY or remedy is Remedy.COUPON
            else "",
        )
        for remedy in rows
    )


def _in_order(claim: ClaimView, decision: Decision) -> tuple[Remedy, ...]:
    """What is granted, then what stands beside a denial; of each what she asks for first."""
    granted, besides = decision.remedies, decision.alternatives
    return (*as_wished(granted, claim.wish), *as_wished(besides, claim.wish))


def _first_sum(claim: ClaimView) -> int:
    """What the first row of the form comes to, in minor units; 0 where nothing is suggested."""
    if claim.here is not None and claim.here.sum:
        return claim.here.sum
    if claim.outcome is None:
        return 0
    decision = Decision.from_json(claim.outcome)
    rows = _in_order(claim, decision)
    return decision.amounts.of(rows[0]) if rows and rows[0] in MONEY else 0


def _plain(minor: int, currency: str) -> str:
    """ "128.50", as it is typed."""
    return str(Money(minor, currency)).partition(" ")[0] if minor else ""
