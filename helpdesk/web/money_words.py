"""Names of gateways, of what they say, and of the groups on the page of money."""

from helpdesk.queries.money_page import Group
from helpdesk.rules.paying import Outcome
from helpdesk.rules.refunds import BY_HAND, OUTSIDE
from helpdesk.web.translate import _, _l

GATEWAYS = {
    BY_HAND: _l("a colleague"),
    OUTSIDE: _l("somebody outside the desk"),
    "stripe": _l("Stripe"),
    "alipay": _l("Alipay"),
    "wechatpay": _l("WeChat Pay"),
    "sandbox": _l("the demo bank"),
}

GROUPS = {
    Group.HELD: _l("held back"),
    Group.APPROVALS: _l("approvals waiting"),
    Group.BY_HAND: _l("to be paid by hand"),
    Group.UNKNOWN: _l("unknown now"),
    Group.FAILED: _l("failed"),
    Group.OVERDUE: _l("overdue arrivals"),
    Group.CHASED: _l("being looked for"),
    Group.CAME_BACK: _l("came back"),
    Group.PAID: _l("money sent"),
    Group.ARRIVED: _l("arrived, as somebody said"),
}
HELD_BY_THE_STOP = _l("held by the stop")
OUTCOMES = {
    Outcome.SUCCEEDED: _l("the gateway says that money left"),
    Outcome.PENDING: _l("the gateway says that it is not done yet"),
    Outcome.NEEDS_ACTION: _l("the gateway says that somebody has to act"),
    Outcome.FAILED: _l("the gateway says that it failed"),
    Outcome.CANCELED: _l("the gateway says that it was canceled"),
    Outcome.REVERSED: _l("the gateway says that money came back"),
    Outcome.UNKNOWN: _l("the gateway does not say what became of it"),
    Outcome.NOT_FOUND: _l("the gateway knows nothing of it"),
}


def group(name: Group, *, stopped: bool = False) -> str:
    """What a figure counts; what is held says what holds it."""
    return str(HELD_BY_THE_STOP if stopped and name is Group.HELD else GROUPS[name])


def gateway(name: str) -> str:
    """Its name, and the word itself for one that is unknown here."""
    return str(GATEWAYS[name]) if name in GATEWAYS else name or _("a colleague")
