"""The inside of the shop as values for pages: side mail, returns, replacements, coupons, disputes."""

from dataclasses import dataclass
from datetime import date, datetime

from helpdesk.rules.claim_terms import Condition, Remedy
from helpdesk.rules.claims import ClaimState
from helpdesk.rules.inquiries import ContactRole, InquiryKind, InquiryState
from helpdesk.rules.money import Money
from helpdesk.rules.offers import RemedyState
from helpdesk.rules.platforms import PlatformState
from helpdesk.rules.replacements import CouponState, ReplacementKind, ReplacementState
from helpdesk.rules.returns import Outcome, Payer, Reception, ReturnState


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactView:
    id: int
    name: str
    email: str
    role: ContactRole
    locale: str
    active: bool
    unreached: str  # why the last mail did not arrive


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldView:
    id: int
    sender: str
    why: str
    words: str
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class InquiryView:
    id: int
    kind: InquiryKind
    name: str
    role: ContactRole
    words: str
    state: InquiryState
    due_at: datetime | None
    asked_at: datetime
    problem: str
    held: tuple[HeldView, ...]

    @property
    def wanted(self) -> bool:
        """Whether somebody still has to do something about it."""
        undone = self.kind is InquiryKind.TASK and self.state is InquiryState.ANSWERED
        return self.state is InquiryState.OPEN or undone


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnLineView:
    id: int
    title: str
    quantity: int
    received: int
    reception: Reception
    condition: Condition | None
    resellable: bool | None
    deduction: Money
    why: str
    photos: tuple[int, ...]  # attachments


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnView:
    id: int
    number: str
    claim: int
    ticket: int
    version: int
    state: ReturnState
    address: str
    address_label: str
    address_version: int
    payer: Payer
    send_by: datetime
    carrier: str
    tracking: str
    outcome: Outcome | None
    why: str
    currency: str
    lines: tuple[ReturnLineView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplacementView:
    id: int
    kind: ReplacementKind
    version: int
    state: ReplacementState
    promised_on: date
    overdue: bool
    words: str
    carrier: str
    tracking: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CouponView:
    id: int
    code: str
    face: Money
    valid_until: date
    state: CouponState
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    id: int
    platform: str
    number: str
    state: PlatformState
    opened_at: datetime
    deadline: datetime | None
    verdict: str
    notes: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RemedyView:
    """An agreed remedy and which form it waits for."""

    id: int
    remedy: Remedy
    state: RemedyState
    face: Money
    words: str
    by: str  # ISO day that was promised; ""
    wants_return: bool
    wants_promise: bool
    wants_coupon: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimInside:
    id: int
    state: ClaimState
    order: str
    remedies: tuple[RemedyView, ...]
    returns: tuple[ReturnView, ...]
    replacements: tuple[ReplacementView, ...]
    coupons: tuple[CouponView, ...]
    cases: tuple[CaseView, ...]
    may_dispute: bool

    @property
    def has_something(self) -> bool:
        forms = any(each.wants_return or each.wants_promise or each.wants_coupon for each in self.remedies)
        return bool(forms or self.returns or self.replacements or self.coupons or self.cases)


@dataclass(frozen=True, slots=True, kw_only=True)
class InsideView:
    inquiries: tuple[InquiryView, ...]
    claims: tuple[ClaimInside, ...]
