"""Money on the ticket page: what is said of a refund besides its state, and what waits for a person."""

from collections.abc import Sequence
from datetime import datetime

from flask import Flask
from flask_babel import format_date

from helpdesk.current import current_desk, current_gateways
from helpdesk.queries import queue_money
from helpdesk.queries.promises import RemedyView, ToPay
from helpdesk.queries.refunds import RefundView
from helpdesk.queries.switches import SwitchView
from helpdesk.queries.unasked import UnaskedView
from helpdesk.rules.paying import Outcome
from helpdesk.rules.proposals import MONEY
from helpdesk.rules.refunds import BY_HAND, Shown
from helpdesk.web import gateways_said, money_words, next_said, refusals, wording
from helpdesk.web.claim_shown import ClaimPanel
from helpdesk.web.translate import _


def init_app(app: Flask) -> None:
    app.jinja_env.filters.update(
        gateway=money_words.gateway,
        gateway_said=gateways_said.said,
        refund_state=state,
        refund_lines=lines,
        money_off=stopped,
        money_day=next_said.day,
        money_group=money_words.group,
        unasked_said=unasked_said,
        day_short=lambda at: format_date(at.astimezone(current_desk().zone).date(), _("d MMM")),
        shop_day=lambda at: f"{at.astimezone(current_desk().zone):%Y-%m-%d}",
        next_thing=next_said.said,
        needs_us=queue_money.needs_us,
        pays=gateway_of,
        for_us=for_us,
        is_money=lambda each: each.part.remedy in MONEY,
        promised=lambda panels: any(each.part.remedy in MONEY for each in _agreed(panels)),
        told_refunds=lambda panels: {refund.id for each in _agreed(panels) for refund in each.refunds},
    )
    app.jinja_env.globals["owed"] = owed


def owed(panels: Sequence[ClaimPanel]) -> list[RemedyView]:
    """Promises that somebody has to pay by hand, or may after a failure."""
    return [each for each in _agreed(panels) if for_us(each) or (each.to_try and each.to_pay)]


def for_us(each: RemedyView) -> bool:
    """Whether a person pays the next part: no gateway is set up for its payment, or it was given to one."""
    return each.to_pay is not None and gateway_of(each.to_pay) == BY_HAND


def gateway_of(part: ToPay) -> str:
    """The name of the gateway that will pay this part."""
    return BY_HAND if part.by_hand else current_gateways().for_payment(part.paid_by).name


def state(refund: RefundView) -> str:
    """The state in words."""
    if refund.state is Shown.NEEDS_ACTION and not refund.by_hand:
        return _("stands still until somebody acts")
    return str(wording.REFUNDS[refund.state])


def lines(refund: RefundView, at: datetime) -> list[str]:
    """What happens next, when it left and is expected, what the gateway said: a sentence each."""
    found = []
    if refund.paid_at is not None and refund.expected_at is not None:
        paid, expected = wording.day(refund.paid_at), wording.day(refund.expected_at)
        found.append(_("paid %(day)s, expected by %(expected)s", day=paid, expected=expected))
    if (way := refund.day(at)) is not None:
        found.append(next_said.day(way))
    if refund.look_at is not None and not refund.by_hand:
        found.append(_("looked at again %(when)s", when=wording.due(refund.look_at)))
    if refund.said and not refund.to_pay:
        found.append(gateways_said.said(refund.said))
    return found


def stopped(switch: SwitchView) -> str:
    """Why no money leaves at the moment."""
    return _(
        "All money is stopped since %(when)s by %(who)s: %(why)s",
        when=wording.moment(switch.at),
        who=switch.by,
        why=switch.why,
    )


def unasked_said(each: UnaskedView) -> str:
    """What a gateway, or a line of a statement, says that nobody here asked for."""
    if each.said in list(Outcome):
        return str(money_words.OUTCOMES[Outcome(each.said)])
    return refusals.translated(each.said)


def _agreed(panels: Sequence[ClaimPanel]) -> list[RemedyView]:
    return [each for panel in panels for each in panel.claim.agreed]
