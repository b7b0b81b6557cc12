"""Tickets that name an order which was told of later are linked with it, a few at each tick."""

from helpdesk.actions import late_orders
from helpdesk.workers import chaser


def link() -> int:
    """How many tickets were linked. One that fails does not stop the others."""
    return chaser.carry_out(late_orders.due, late_orders.carry_out, late_orders.note_failure)
