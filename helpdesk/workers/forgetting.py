"""What was kept only for a short while goes away."""

from helpdesk import clock
from helpdesk.actions import once
from helpdesk.db import transaction


def forget() -> int:
    """Forms that were carried out and tries that were counted, when they are a day old; how many rows."""
    with transaction() as session:
        return once.forget(session, at=clock.now())
