"""Words of the inside of the shop: states, roles, conditions, findings, as a reader knows them."""

from collections.abc import Mapping
from typing import Any

from helpdesk.rules.inquiries import ContactRole, InquiryKind, InquiryState
from helpdesk.rules.platforms import PlatformState
from helpdesk.rules.replacements import CouponState, ReplacementState
from helpdesk.rules.returns import Payer, Reception, ReturnState
from helpdesk.web.translate import _, _l

CONTACT_ROLES = {
    ContactRole.WAREHOUSE: _l("warehouse"),
    ContactRole.SELLER: _l("seller"),
    ContactRole.FINANCE: _l("finance"),
    ContactRole.CARRIER: _l("carrier"),
}
INQUIRY_KINDS = {InquiryKind.QUESTION: _l("question"), InquiryKind.TASK: _l("task")}
INQUIRY_STATES = {
    InquiryState.OPEN: _l("unanswered"),
    InquiryState.ANSWERED: _l("answered"),
    InquiryState.DONE: _l("done"),
    InquiryState.WITHDRAWN: _l("not needed any more"),
}
HELD = {
    "not_the_one_we_asked": _l("somebody else was asked"),
    "sender_not_genuine": _l("the sender is not genuine: the check failed"),
    "contact_has_left": _l("this person is not asked any more"),
}
RETURN_STATES = {
    ReturnState.AWAITING: _l("not sent yet"),
    ReturnState.IN_TRANSIT: _l("on its way back"),
    ReturnState.RECEIVED: _l("here, to be inspected"),
    ReturnState.INSPECTED: _l("inspected"),
    ReturnState.EXPIRED: _l("not sent in time"),
    ReturnState.LOST_IN_TRANSIT: _l("lost on its way"),
    ReturnState.CANCELED: _l("called off"),
}
RECEPTIONS = {
    Reception.AWAITING: _l("not sent yet"),
    Reception.IN_TRANSIT: _l("on its way back"),
    Reception.RECEIVED: _l("is here"),
    Reception.SHORT: _l("fewer than announced"),
    Reception.WRONG_ITEM: _l("another item"),
    Reception.DAMAGED: _l("damaged on its way back"),
    Reception.LOST_IN_TRANSIT: _l("lost on its way"),
    Reception.EXPIRED: _l("not sent in time"),
    Reception.CANCELED: _l("called off"),
}
FOUND = {
    "wrong_item": _l("another item"),
    "damaged": _l("damaged on its way back"),
    "short": _l("fewer than announced"),
    "deduction": _l("something is deducted"),
    "not_sent_in_time": _l("nothing was sent back in time"),
    "unopened": _l("unopened"),
    "opened_intact": _l("opened, intact"),
    "used": _l("used"),
    "damaged_by_buyer": _l("damaged by the buyer"),
    "faulty": _l("faulty"),
}
PAYERS = {Payer.BUYER: _l("the buyer"), Payer.SELLER: _l("the shop")}
REPLACEMENTS = {
    "exchange": _l("the exchange"),
    "redelivery": _l("the new delivery"),
    "wait": _l("the order"),
}
REPLACEMENT_STATES = {
    ReplacementState.PROMISED: _l("promised"),
    ReplacementState.SHIPPED: _l("sent, on its way"),
    ReplacementState.DELIVERED: _l("delivered"),
    ReplacementState.FAILED: _l("did not arrive"),
    ReplacementState.CANCELED: _l("will not be sent"),
}
COUPON_STATES = {
    CouponState.ISSUED: _l("valid"),
    CouponState.REDEEMED: _l("used"),
    CouponState.EXPIRED: _l("expired"),
    CouponState.VOID: _l("void"),
}
PLATFORM_STATES = {
    PlatformState.OPEN: _l("not decided"),
    PlatformState.WON: _l("decided for the shop"),
    PlatformState.LOST: _l("decided for the buyer"),
    PlatformState.SETTLED: _l("settled"),
}


def why(facts: Mapping[str, Any]) -> str:
    """Why something is not as it was agreed: what was found, then a colleague's own words in brackets."""
    found = ", ".join(str(FOUND.get(each, each)) for each in facts.get("because") or ())
    said = str(facts.get("why") or facts.get("text") or "")
    if found and said:
        return _("%(found)s (%(words)s)", found=found, words=said)
    return found or said or "—"
