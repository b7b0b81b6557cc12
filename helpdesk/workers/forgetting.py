"""What was kept only for a short while goes away."""

from helpdesk import clock
from helpdesk.actions import agent_sessions, batches, late_orders, once, staff_links
from helpdesk.db import transaction


def forget() -> int:
    """Forms and counted tries of a day ago, sessions and links whose time is over, numbers of orders that
    nobody ever told of, what was done to many tickets at once; how many rows.
    """
    at = clock.now()
    with transaction() as session:
        rooms = (once, late_orders, agent_sessions, staff_links, batches)
        return sum(room.forget(session, at=at) for room in rooms)
