"""What a dead sender left behind: a message in `sending` whose lease has run out is unknown."""

import logging

from helpdesk import clock
from helpdesk.actions import outbox
from helpdesk.db import transaction

log = logging.getLogger(__name__)


def reconcile() -> int:
    """Settle them, visibly on their tickets; how many there were."""
    with transaction() as session:
        count = outbox.settle_dead(session, at=clock.now())
    if count:
        log.warning("%s messages are unknown: their sender died while handing them over", count)
    return count
