"""What was kept only for a short while goes away."""

from helpdesk import clock
from helpdesk.actions import batches, late_orders, once
from helpdesk.db import transaction


def forget() -> int:
    """Forms and counted tries of a day ago, numbers of orders that nobody ever told of, what was done
    to many tickets at once; how many rows."""
    at = clock.now()
    with transaction() as session:
        return (
            once.forget(session, at=at) + late_orders.forget(session, at=at) + batches.forget(session, at=at)
        )
