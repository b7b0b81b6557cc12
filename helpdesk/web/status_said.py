"""What the status page says of parcels and money on their way, and of what comes next."""

from datetime import datetime

from helpdesk.letters import remedies
from helpdesk.queries.claim_pages import StatusView
from helpdesk.queries.status_ways import BackView, CouponGiven, MoneyWay, OutView, Ways
from helpdesk.rules import carriers
from helpdesk.rules.claims import ClaimState
from helpdesk.rules.refunds import Shown
from helpdesk.rules.replacements import ReplacementKind, ReplacementState
from helpdesk.rules.returns import ReturnState
from helpdesk.web import language, public_words, wording
from helpdesk.web.translate import _, _l

BACK = {
    ReturnState.AWAITING: _l("We are waiting for your parcel."),
    ReturnState.IN_TRANSIT: _l("Your parcel is on its way to us."),
    ReturnState.RECEIVED: _l("Your parcel has arrived. We write when it has been inspected."),
    ReturnState.INSPECTED: _l("Your parcel has been inspected."),
    ReturnState.EXPIRED: _l(
        "Nothing was sent in time, so this return is over. If you have sent it all the same, or still want "
        "to, answer our mail."
    ),
    ReturnState.LOST_IN_TRANSIT: _l(
        "Your parcel seems to be lost on its way. We write to you; keep the receipt."
    ),
}
OUT = {
    ReplacementKind.EXCHANGE: _l("Your exchange"),
    ReplacementKind.REDELIVERY: _l("Your new delivery"),
    ReplacementKind.WAIT: _l("Your order"),
}


def back(each: BackView) -> str:
    """How it stands with a parcel of the buyer."""
    return str(BACK[each.state]) if each.state in BACK else ""


def out(each: OutView) -> str:
    """How it stands with goods for the buyer."""
    if each.state is ReplacementState.DELIVERED:
        return _("delivered")
    if each.tracking:
        carrier = carriers.name(each.carrier)
        return _("on its way: %(carrier)s, number %(number)s", carrier=carrier, number=each.tracking)
    return _("leaves by %(day)s", day=remedies.day(each.promised_on, language.chosen()))


def out_kind(each: OutView) -> str:
    return str(OUT[each.kind])


def money(way: MoneyWay, at: datetime) -> list[str]:
    """When it left, by what, when it should be there, and how it stands: a sentence each."""
    refund = way.refund
    said = []
    if refund.paid_at is not None:
        method, left = wording.word(refund.method), wording.day(refund.paid_at)
        said.append(_("Sent on %(day)s by %(method)s.", day=left, method=method))
    said.append(_how(way, at))
    if refund.reference and refund.paid_at is not None:
        said.append(_("Reference: %(number)s", number=refund.reference))
    if refund.trace:
        said.append(_("Your bank can trace it by this reference: %(number)s", number=refund.trace))
    return said


def _how(way: MoneyWay, at: datetime) -> str:
    refund = way.refund
    match refund.state:
        case Shown.SUCCEEDED if refund.expected_at is not None and at < refund.expected_at:
            return _("You should have it by %(day)s.", day=wording.day(refund.expected_at))
        case Shown.SUCCEEDED:
            return _("It should have arrived by now.")
        case Shown.NOT_ARRIVED if way.answer_by is not None and at < way.answer_by:
            return _(
                "We are asking where it is, and write to you by %(day)s.", day=wording.day(way.answer_by)
            )
        case Shown.NOT_ARRIVED:
            return _("We are asking where it is, and write to you as soon as we know.")
        case Shown.ARRIVED:
            return _("It has arrived.")
        case Shown.ASSUMED:
            return _("We have not heard from you, and so assumed that it has arrived.")
        case Shown.REVERSED:
            return _("It came back to us: a colleague sends it anew and writes to you.")
    return _("It is being sent. We write as soon as it has left.")


def coupon_until(each: CouponGiven) -> str:
    """Its last day."""
    return remedies.day(each.valid_until, language.chosen())


def steps(claim: StatusView, at: datetime) -> str:
    """What happens next, as particular as it is known."""
    ways = claim.ways
    if claim.state is ClaimState.NEEDS_LINK and claim.typed:
        return _(
            "If the number that you gave is an order of ours, we have written to the e-mail address that it "
            "was bought with: open the link in that letter, and we go on at once. Nothing has come? Then "
            "look whether the number is right, or answer our mail."
        )
    if claim.state is not ClaimState.APPROVED and not ways.money:
        return str(public_words.STATES[claim.state][1])
    return _of_goods(ways) or _of_money(ways, at) or _of_promise(claim)


def _of_goods(ways: Ways) -> str:
    for each in ways.back:
        if each.state is ReturnState.AWAITING:
            return _(
                "Next: send the goods by %(day)s, and tell us the number of the parcel.",
                day=wording.day(each.send_by),
            )
        if each.state is ReturnState.IN_TRANSIT:
            return _("Next: your parcel arrives, and we inspect it. You need not do anything.")
        if each.state is ReturnState.RECEIVED:
            return _("Next: we inspect what you sent back, and write to you. You need not do anything.")
    return ""


def _of_money(ways: Ways, at: datetime) -> str:
    states = {each.refund.state for each in ways.money}
    if Shown.NOT_ARRIVED in states:
        return _("Next: we find out where your money is, and write to you.")
    if Shown.SUCCEEDED in states:
        late = [each.refund.expected_at for each in ways.money if each.refund.state is Shown.SUCCEEDED]
        if all(expected is not None and expected <= at for expected in late):
            return _("Next: tell us whether your money has arrived.")
        return _("Next: your money arrives. A day after it should, we ask whether it is there.")
    return (
        _("Next: your money leaves, and we write to you.") if states - {Shown.ARRIVED, Shown.ASSUMED} else ""
    )


def _of_promise(claim: StatusView) -> str:
    due = min((each.due_by for each in claim.agreed if each.due_by is not None), default=None)
    if due is not None:
        return _("Next: we send your money by %(day)s, and write to you.", day=wording.day(due))
    return str(public_words.STATES[claim.state][1])
