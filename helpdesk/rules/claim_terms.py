"""The words of a claim that every room shares: reasons, faults, conditions, kinds of evidence, remedies.

They stand in the policy file, in the tables and in links, so a value here is never renamed, only added to.
"""

from dataclasses import dataclass
from enum import StrEnum


class Fault(StrEnum):
    """Who has to answer for it, as far as the reason says."""

    BUYER = "buyer"
    SELLER = "seller"
    CARRIER = "carrier"
    NOBODY = "nobody"
    UNKNOWN = "unknown"


class OrderState(StrEnum):
    UNPAID = "unpaid"
    PAID = "paid"  # and not yet shipped
    SHIPPED = "shipped"
    DELIVERED = "delivered"  # the carrier or the buyer says so
    COMPLETED = "completed"  # delivered, and the platform's own time for objections has passed
    CANCELED = "canceled"
    REFUNDED = "refunded"  # in full


class Condition(StrEnum):
    """How the goods are, says the buyer at first and the inspection at last."""

    UNOPENED = "unopened"
    OPENED_INTACT = "opened_intact"
    USED = "used"
    DAMAGED_BY_BUYER = "damaged_by_buyer"
    FAULTY = "faulty"


class EvidenceKind(StrEnum):
    PHOTO = "photo"  # of the goods
    PHOTO_OF_PARCEL = "photo_of_parcel"  # box and its label
    VIDEO = "video"
    LISTING = "listing"  # what the page of the shop promised
    SCREENSHOT = "screenshot"
    STATEMENT = "statement"  # of the bank or card
    TRACKING = "tracking"  # the carrier's own word: ours to fetch, never asked of a buyer
    WEIGHT = "weight"


class Remedy(StrEnum):
    FULL_REFUND = "full_refund"
    PARTIAL_REFUND = "partial_refund"
    RETURN_REFUND = "return_refund"  # money once the goods are back and inspected
    EXCHANGE = "exchange"
    REDELIVERY = "redelivery"
    COUPON = "coupon"
    WAIT_WITH_DATE = "wait_with_date"  # the order stands, with a new promised day


class Wish(StrEnum):
    """What a buyer asks for in the first mail."""

    REFUND = "refund"
    RETURN = "return"
    EXCHANGE = "exchange"
    RESEND = "resend"
    CANCEL = "cancel"
    PARTIAL = "partial"
    WHERE_IS_IT = "where_is_it"  # the order
    WHERE_IS_THE_MONEY = "where_is_the_money"


class LinkLevel(StrEnum):
    """How sure it is that this ticket is about this order, and that the asker may speak for it."""

    VERIFIED = "verified"
    WEAK = "weak"
    SUGGESTED = "suggested"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One answer to "why?". The fault follows from it, and so does what has to be shown."""

    code: str
    fault: Fault
    evidence: tuple[EvidenceKind, ...] = ()  # every kind listed is needed
    for_lead: bool = False  # never decided by an agent alone


# The codes map to those of WeChat's shops and of Shopify. Fault is where the burden starts, not a verdict.
REASONS: dict[str, Reason] = {
    reason.code: reason
    for reason in (
        Reason(code="changed_mind", fault=Fault.BUYER),
        Reason(code="order_error", fault=Fault.BUYER),
        Reason(code="size_fit", fault=Fault.BUYER),
        Reason(code="late_dispatch", fault=Fault.SELLER),
        Reason(code="not_received", fault=Fault.CARRIER, evidence=(EvidenceKind.TRACKING,)),
        Reason(code="refused_parcel", fault=Fault.NOBODY, evidence=(EvidenceKind.TRACKING,)),
        Reason(
            code="damaged",
            fault=Fault.CARRIER,
            evidence=(EvidenceKind.PHOTO, EvidenceKind.PHOTO_OF_PARCEL),
        ),
        Reason(code="defective", fault=Fault.SELLER, evidence=(EvidenceKind.PHOTO,)),
        Reason(
            code="wrong_item",
            fault=Fault.SELLER,
            evidence=(EvidenceKind.PHOTO, EvidenceKind.PHOTO_OF_PARCEL),
        ),
        Reason(code="missing", fault=Fault.SELLER, evidence=(EvidenceKind.PHOTO,)),
        Reason(code="not_as_described", fault=Fault.SELLER, evidence=(EvidenceKind.PHOTO,)),
        Reason(code="counterfeit", fault=Fault.SELLER, for_lead=True),
        Reason(code="price_protection", fault=Fault.NOBODY, evidence=(EvidenceKind.SCREENSHOT,)),
        Reason(code="duplicate_charge", fault=Fault.SELLER, evidence=(EvidenceKind.STATEMENT,)),
        Reason(code="agreed", fault=Fault.NOBODY),
        Reason(code="other", fault=Fault.UNKNOWN),
    )
}
