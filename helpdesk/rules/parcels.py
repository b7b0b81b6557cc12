"""Whether goods that have not left the house may still leave it: not once all of their money goes back."""

from collections.abc import Iterable
from datetime import timedelta

from helpdesk.rules.claim_terms import OrderState

STOP_WITHIN = timedelta(hours=2)  # somebody is to have stopped the parcel by then


def is_to_stop(
    state: OrderState, *, lines: Iterable[tuple[int, int]], payments: Iterable[tuple[int, int]]
) -> bool:
    """Of an order that is paid and not shipped: all goods, or all money, went back or was promised back.

    `lines` are (paid, given back or promised), `payments` (captured, sent back or reserved), in minor units.
    """
    if state is not OrderState.PAID:
        return False
    goods = [(paid, given) for paid, given in lines if paid > 0]
    money = [(captured, gone) for captured, gone in payments if captured > 0]
    return any(all(back >= came for came, back in each) for each in (goods, money) if each)


def is_line_to_stop(state: OrderState, *, paid: int, given: int) -> bool:
    """Of one item of such an order: all of its money goes back."""
    return state is OrderState.PAID and 0 < paid <= given
