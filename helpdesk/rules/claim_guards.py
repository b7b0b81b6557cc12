"""What has to be true before a claim moves: each guard is one question with a sentence for a no.

`Circumstances` is all that guards may look at; the actions fill it in from the rows, so the guards stay pure.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from helpdesk.rules.claim_terms import LinkLevel, Remedy
from helpdesk.rules.claims import Who

FOREIGN = "the policy has no limits in the currency of this order: it needs a second person, an owner"


@dataclass(frozen=True, slots=True)
class Objection:
    """Why not: a word for programs and a sentence for people."""

    code: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What is known at the moment of a move. Amounts are minor units of the order's currency."""

    at: datetime
    who: Who = Who.DESK
    link: LinkLevel | None = None  # of the ticket with the claim's order
    other_claim: int | None = None  # live, on one of the same order lines, for the same reason
    asked: tuple[str, ...] = ()
    warned: bool = False  # the buyer was reminded that the claim will be closed
    decision: str = ""  # of the newest evaluation; "" before any
    by_itself: bool = False  # its clause says auto = true
    for_lead: bool = False  # its reason or its clause is no agent's to decide
    allowed: frozenset[Remedy] = frozenset()  # by the decision
    remedies: frozenset[Remedy] = frozenset()  # proposed now
    above_clause: bool = False  # a sum among them is more than the decision comes to
    why: str = ""  # given by a person
    worth: int = 0  # of what is proposed, together with all that was given on the order before
    too_much: str = ""  # why the order cannot bear it, "" when it can
    limit: int | None = 0  # of the person's role; None: without limit
    foreign: bool = False  # paid in another currency than that of the policy's sums
    own_day: int = 0  # what this person agreed to today, together with what is proposed
    day_limit: int | None = None  # of the person's role, for a day
    second_person_above: int | None = None
    auto_limit: int = 0
    auto_left_today: int = 0
    doubts: tuple[str, ...] = ()  # about sender, payee, evidence
    distrust: str = ""  # why one person is not enough: rules/claim_trust.py
    offer_open: bool = False
    offer_expires_at: datetime | None = None
    same_offer: bool = True  # what is accepted is what was proposed, to the unit
    on_record: bool = False  # the buyer's words stand in an entry: signed page, mail or call
    asked_by: int | None = None  # agent who asked for approval, or changed its amount last
    by_agent: int | None = None
    same_approval: bool = False  # amount, currency, payee and remedies are those of the request
    remedies_open: int = 0  # not complete and not canceled
    remedies_done: int = 0
    moving: int = 0  # refunds begun and goods sent
    platform_number: str = ""
    cause: str = ""
    reopen_until: datetime | None = None

    def by(self, who: Who) -> "Circumstances":
        """The same, seen from this person."""
        return replace(self, who=who)


def order_is_verified(given: Circumstances) -> Objection | None:
    """The buyer has been shown to speak for the claim's order."""
    if given.link is LinkLevel.VERIFIED:
        return None
    return Objection(
        "not_verified", "link the order first: nobody has shown that this buyer may speak for it"
    )


def no_other_claim_has_these_lines(given: Circumstances) -> Objection | None:
    """No other live claim is about the same items for the same reason."""
    if given.other_claim is None:
        return None
    return Objection("taken", f"claim {given.other_claim} is about the same items: go on there")


def something_is_asked(given: Circumstances) -> Objection | None:
    """It is said what the buyer is to send."""
    return None if given.asked else Objection("nothing_asked", "say what the buyer is to send")


def buyer_was_warned(given: Circumstances) -> Objection | None:
    """The buyer was reminded, and told until when we wait."""
    return None if given.warned else Objection("not_warned", "the buyer has not been reminded yet")


def clause_allows_it_by_itself(given: Circumstances) -> Objection | None:
    """The newest decision allows it by a clause that says `auto`."""
    if given.decision == "allow" and given.by_itself:
        return None
    return Objection("not_automatic", "no clause lets this be approved without a person")


def within_automatic_limits(given: Circumstances) -> Objection | None:
    """It is within what clauses may approve by themselves, in all and on this day."""
    if given.worth <= min(given.auto_limit, given.auto_left_today):
        return None
    return Objection("automatic_limit", "this is more than may be approved without a person")


def nothing_is_doubtful(given: Circumstances) -> Objection | None:
    """Nothing is doubtful about sender, payee, evidence; nothing is marked urgent."""
    if not given.doubts:
        return None
    return Objection("doubtful", f"a person has to look first: {', '.join(given.doubts)}")


def remedies_are_allowed(given: Circumstances) -> Objection | None:
    """The newest decision allows it, or has it beside a refusal (a coupon); or a lead says why."""
    if not given.remedies:
        return Objection("no_remedy", "choose what the buyer gets")
    if given.remedies <= given.allowed and given.decision in ("allow", "review", "deny"):
        return None
    if given.who in (Who.LEAD, Who.OWNER) and given.why:
        return None
    if given.who in (Who.LEAD, Who.OWNER):
        return Objection("say_why", "the policy does not allow this: say why you do")
    return Objection("not_allowed", "the policy does not allow this: a lead may, with a reason")


def sums_are_granted(given: Circumstances) -> Objection | None:
    """No more than the decision comes to; or by a lead, who says why."""
    if not given.above_clause:
        return None
    if given.who in (Who.LEAD, Who.OWNER) and given.why:
        return None
    if given.who in (Who.LEAD, Who.OWNER):
        return Objection("say_why", "this is more than the policy grants: say why you do")
    return Objection("above_clause", "this is more than the policy grants: a lead may, with a reason")


def fits_what_is_left(given: Circumstances) -> Objection | None:
    """Lines, postage and payments of the order have it left."""
    return Objection("too_much", given.too_much) if given.too_much else None


def within_own_limit(given: Circumstances) -> Objection | None:
    """It is within the limit of this person's role."""
    if given.limit is None or given.worth <= given.limit:
        return None
    if given.foreign:
        return Objection("foreign", FOREIGN)
    return Objection("above_limit", "this is above your limit: ask for approval")


def within_own_day(given: Circumstances) -> Objection | None:
    """With all that this person agreed to today, it is within the role's limit for a day."""
    if given.day_limit is None or given.own_day <= given.day_limit:
        return None
    return Objection("day_limit", "this is more than you may agree to in a day: ask for approval")


def one_person_is_enough(given: Circumstances) -> Objection | None:
    """It is not above the sum from which on two people have to agree."""
    if given.second_person_above is None or given.worth <= given.second_person_above:
        return None
    if given.foreign:
        return Objection("foreign", FOREIGN)
    return Objection("second_person", "this amount needs a second person: ask for approval")


def agents_may_decide_it(given: Circumstances) -> Objection | None:
    """Neither the reason nor the clause leaves it to a lead; or it is one."""
    if not given.for_lead or given.who in (Who.LEAD, Who.OWNER):
        return None
    return Objection("for_lead", "this is for a lead to decide")


def offer_is_open(given: Circumstances) -> Objection | None:
    """The offer is with the buyer, and nobody has answered it."""
    return None if given.offer_open else Objection("no_offer", "this offer is not open any more")


def offer_has_not_expired(given: Circumstances) -> Objection | None:
    """The offer's last moment is still to come."""
    if given.offer_expires_at is not None and given.at < given.offer_expires_at:
        return None
    return Objection("expired", "this offer has expired")


def offer_has_expired(given: Circumstances) -> Objection | None:
    """The offer's last moment has passed."""
    if given.offer_expires_at is None or given.at >= given.offer_expires_at:
        return None
    return Objection("not_expired", "this offer has not expired yet")


def offer_is_the_same(given: Circumstances) -> Objection | None:
    """What is answered is, to the unit, what was offered."""
    return None if given.same_offer else Objection("changed", "this is not what was offered")


def acceptance_is_on_record(given: Circumstances) -> Objection | None:
    """The signed page is a record by itself; for an agent the buyer's words have to be pinned."""
    if given.on_record:
        return None
    return Objection("not_on_record", "name the mail or the call in which the buyer said yes")


def another_person(given: Circumstances) -> Objection | None:
    """It is somebody else than who asked for approval."""
    if given.by_agent is not None and given.by_agent != given.asked_by:
        return None
    return Objection("same_person", "who asked for approval cannot give it")


def may_refuse_approval(given: Circumstances) -> Objection | None:
    """A lead says no, or who asked takes it back."""
    if given.who in (Who.LEAD, Who.OWNER) or (
        given.by_agent is not None and given.by_agent == given.asked_by
    ):
        return None
    return Objection("not_yours", "a lead refuses this, or who asked takes it back")


def approval_is_for_this(given: Circumstances) -> Objection | None:
    """Remedies, amount, currency and payee are those that approval was asked for."""
    if given.same_approval:
        return None
    return Objection("changed", "amount or payee have changed since approval was asked for: ask again")


def says_why(given: Circumstances) -> Objection | None:
    """A person says why."""
    return None if given.why.strip() else Objection("say_why", "say why")


def clause_denies_it_or_a_lead_says_why(given: Circumstances) -> Objection | None:
    """The newest decision refuses it by a clause; or a lead says why."""
    if given.decision == "deny":
        return None
    if given.who in (Who.LEAD, Who.OWNER) and given.why:
        return None
    if given.who in (Who.LEAD, Who.OWNER):
        return Objection("say_why", "no clause refuses this: say why you do")
    return Objection("no_clause", "no clause refuses this: a lead may, with a reason")


def nothing_is_paid_or_sent(given: Circumstances) -> Objection | None:
    """No money and no goods are on their way."""
    if not given.moving:
        return None
    return Objection("moving", "money or goods are on their way already")


def no_money_is_moving(given: Circumstances) -> Objection | None:
    """Everything that was agreed is complete or canceled; or a lead says why it is closed all the same."""
    if not given.remedies_open:
        return None
    if given.who in (Who.LEAD, Who.OWNER) and given.why.strip():
        return None
    if given.who in (Who.LEAD, Who.OWNER):
        return Objection("say_why", "something that was agreed is not complete yet: say why you close it")
    return Objection("open_remedies", "something that was agreed is not complete yet")


def every_remedy_is_complete(given: Circumstances) -> Objection | None:
    """Something was agreed, and all of it is complete."""
    if given.remedies_done and not given.remedies_open:
        return None
    return Objection("open_remedies", "something that was agreed is not complete yet")


def some_remedy_is_not_complete(given: Circumstances) -> Objection | None:
    """Something that was agreed is not complete after all."""
    return None if given.remedies_open else Objection("complete", "everything that was agreed is complete")


def platform_number_is_given(given: Circumstances) -> Objection | None:
    """The dispute has a number at the platform or the bank."""
    if given.platform_number.strip():
        return None
    return Objection("no_number", "give the number of the dispute at the platform or bank")


def cause_is_named(given: Circumstances) -> Objection | None:
    """The cause is named; "none" is an answer."""
    if given.cause.strip():
        return None
    return Objection("no_cause", "name the cause first, or say that there is none")


def reopening_is_in_time(given: Circumstances) -> Objection | None:
    """The buyer is inside the time for it; a lead may at any time."""
    if given.who in (Who.LEAD, Who.OWNER):
        return None
    if given.reopen_until is not None and given.at <= given.reopen_until:
        return None
    return Objection("too_late", "this can no longer be reopened: open a new claim")
