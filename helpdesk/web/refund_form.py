"""What the form of a refund has chosen before anybody touches it."""

from collections.abc import Sequence
from dataclasses import dataclass

from helpdesk.queries.orders import OrderView
from helpdesk.queries.tickets import TicketView
from helpdesk.rules.currency_named import named
from helpdesk.rules.states import EntryKind

USUAL = {"CNY": "alipay"}  # how a currency is paid back most often; for others the agent chooses


@dataclass(frozen=True, slots=True, kw_only=True)
class Likely:
    """ "" where nothing is known: then the form asks."""

    currency: str
    method: str


def likely(ticket: TicketView, orders: Sequence[OrderView] = ()) -> Likely:
    """As the last refund of the ticket was paid; else the currency of its order, or the one that the buyer
    names, or that of China.
    """
    if ticket.refunds:
        last = ticket.refunds[-1]
        return Likely(currency=last.money.currency, method=last.method)
    ordered = orders[0].shipping.currency if orders else ""
    currency = ordered or _named_by_buyer(ticket) or ("CNY" if ticket.locale == "zh-CN" else "")
    return Likely(currency=currency, method=USUAL.get(currency, ""))


def _named_by_buyer(ticket: TicketView) -> str:
    mails = (entry.facts for entry in reversed(ticket.entries) if entry.kind is EntryKind.RECEIVED)
    words = (f"{facts.get('subject', '')}\n{facts.get('new', '')}" for facts in mails)
    return next((currency for text in words if (currency := named(text))), "")
