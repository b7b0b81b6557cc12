"""Entries that wait for the index get into it, the newest first, a few at each tick."""

import time

from helpdesk.actions import indexing
from helpdesk.db import transaction

ENOUGH = 2.0  # seconds of one tick; the others who write come in between


def index() -> int:
    """How many were indexed. New mail needs none of this: it is indexed when it is filed."""
    until, done = time.monotonic() + ENOUGH, 0
    while time.monotonic() < until:
        with transaction() as session:
            count = indexing.index_waiting(session)
        if not count:
            break
        done += count
    return done
