"""The words of a policy: a frozen value for every part of the file, money in minor units of its currency.

A policy is read from TOML by `policy_reading`, and asked by `policy_deciding`. First match wins: clauses are
looked at in the order of the file; where none matches, `otherwise` is the answer, never a silent refusal.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from helpdesk.rules.claim_terms import EvidenceKind, Remedy
from helpdesk.rules.policy_predicates import Predicate
from helpdesk.rules.states import Role


class Verdict(StrEnum):
    """What a decision comes to, worst for the buyer first."""

    DENY = "deny"
    REVIEW = "review"  # a person decides
    NEED_INFO = "need_info"  # a clause fits as soon as what it asks for is there
    ALLOW = "allow"


class Shipping(StrEnum):
    """How much of the outbound postage goes back, once per order."""

    NONE = "none"
    STANDARD = "standard"  # what the cheapest delivery offered would have cost
    ALL = "all"


class GoodsBack(StrEnum):
    REQUIRED = "required"
    NEVER = "never"
    IF_VALUE_ABOVE = "if_value_above"


@dataclass(frozen=True, slots=True)
class Duration:
    """ "48h", "7d" or "2bd": a span that deadlines are counted with."""

    count: int
    unit: str  # "h", "d", "bd" (business days)

    def __str__(self) -> str:
        return f"{self.count}{self.unit}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How days are counted."""

    start: str = "day_after"  # the day of delivery is day 0; "same_day": it is day 1
    end: str = "end_of_day"  # of the policy's time zone; "exact": by the hour
    roll_to_working_day: bool = False  # an end on a day off moves to the next working day
    holidays: str = ""  # "DE", "DE-BY": whose days off; weekends alone when ""
    transit_days: int = 7  # from shipping to delivery, where nobody has told the day of delivery


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
    """How long a state may last."""

    state: str
    due: Duration
    warn: tuple[Duration, ...] = ()  # before it is due
    on_timeout: str = "escalate"


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleLimit:
    role: Role
    up_to: int | None = None  # on one claim, minor units; None: no limit
    per_day: int | None = None  # on one day of the shop, each person; None: no limit


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyLimits:
    """Who may agree to how much, and what happens by itself. All in minor units of the policy's currency."""

    limits: tuple[RoleLimit, ...] = ()
    second_person_above: int | None = None
    auto_execute_up_to: int = 0
    auto_daily_total: int = 0
    coupon_bonus_percent: int = 0
    coupon_days: int = 90
    offer_days: int = 7  # for which an offer stands, unless whoever makes it says otherwise
    chase_days: int = 2  # working days to find money that has not arrived, or to say that it is not found

    def limit_of(self, role: Role) -> int | None:
        """How much this role may agree to: 0 for a role that the file does not name, None without a limit."""
        return next((limit.up_to for limit in self.limits if limit.role == role), 0)

    def per_day_of(self, role: Role) -> int | None:
        """How much one person of this role may agree to in a day; None without a limit."""
        return next((limit.per_day for limit in self.limits if limit.role == role), None)

    def may_agree(self, role: Role, amount: int) -> bool:
        limit = self.limit_of(role)
        return limit is None or amount <= limit

    def needs_second_person(self, amount: int) -> bool:
        return self.second_person_above is not None and amount > self.second_person_above


@dataclass(frozen=True, slots=True, kw_only=True)
class Then:
    """What a clause grants."""

    decision: Verdict
    remedies: tuple[Remedy, ...] = ()
    alternatives: tuple[Remedy, ...] = ()  # what may be offered beside a denial
    items_percent: int = 100
    shipping: Shipping = Shipping.NONE
    restocking_percent: int = 0
    partial_cap: int = 100  # percent of the goods' ceiling
    partial_by: str = ""  # "bad_quantity": by the number of spoiled units
    goods_back: GoodsBack = GoodsBack.NEVER
    goods_back_above: int = 0  # minor units, for IF_VALUE_ABOVE
    return_shipping: str = ""  # "buyer" or "seller", where goods go back
    auto: bool = False  # may be carried out without a person, up to `auto_execute_up_to`
    for_lead: bool = False
    refund_within: str = ""  # "7d_after_receipt", "14d_after_notice"
    deduction: str = ""
    withhold_until: str = ""
    same_means: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    id: str
    when: tuple[Predicate, ...]  # all of them; none at all fits everything
    evidence: tuple[EvidenceKind, ...]  # every kind is needed; without it the answer is need_info
    then: Then
    text: dict[str, str]  # "zh" and "en": what the buyer reads
    kind: str = ""  # "force_majeure"
    law: str = ""  # article, where one stands behind the clause
    line: int = 0  # of the file

    @property
    def last_day(self) -> int | None:
        """The last day after delivery on which it fits, where it counts days."""
        for predicate in self.when:
            if predicate.name == "days_since_delivery":
                most: int | None = getattr(predicate, "most", None)
                return most
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One of the file's own tests."""

    facts: dict[str, Any]  # keyword arguments of policy_facts.Facts
    clause: str | None  # "" expects `otherwise`; None does not say
    decision: Verdict | None
    refund: int | None = None  # minor units
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    id: str
    version: str
    timezone: str
    currency: str
    locales: tuple[str, ...]  # the shop's, "zh-CN" and "en"
    clauses: tuple[Clause, ...]
    effective_from: datetime | None = None
    floor: str = ""  # name of a shipped floor
    otherwise: Verdict = Verdict.REVIEW
    count: Count = field(default_factory=Count)
    money: MoneyLimits = field(default_factory=MoneyLimits)
    timers: tuple[Timer, ...] = ()
    examples: tuple[Example, ...] = ()
    # How tags and categories are called, by "zh" and "en": they are the shop's own words.
    words: dict[str, dict[str, str]] = field(default_factory=dict)
    # A floor says where it comes from.
    source: str = ""
    reviewed_on: date | None = None

    def clause(self, clause_id: str) -> Clause | None:
        return next((clause for clause in self.clauses if clause.id == clause_id), None)

    def timer(self, state: str) -> Timer | None:
        return next((timer for timer in self.timers if timer.state == state), None)


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One fault of a policy file: where it stands, and a sentence with its blanks filled in by `values`."""

    line: int  # 0 when it is about the file as a whole
    where: str  # "clause CN-7D", "policy", "example 2"
    sentence: str  # English, as in the catalogues
    values: tuple[tuple[str, str], ...] = ()

    @property
    def said(self) -> str:
        return self.sentence % dict(self.values)

    def __str__(self) -> str:
        place = f"line {self.line}, {self.where}" if self.line else self.where
        return f"{place}: {self.said}"
