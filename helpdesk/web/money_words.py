"""Names of gateways, as people know them."""

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


def gateway(name: str) -> str:
    """Its name, and the word itself for one that is unknown here."""
    return str(GATEWAYS[name]) if name in GATEWAYS else name or _("a colleague")
