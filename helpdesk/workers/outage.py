"""A database that is away: said once, asked again after growing pauses, and said once when it is back."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock

from sqlalchemy.exc import SQLAlchemyError

from helpdesk.db import unusable
from helpdesk.rules import retry

log = logging.getLogger(__name__)


class Outage:
    """Shared by all threads of a worker, so that one line says it for all of them."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._failures = 0
        self._again_at = 0.0

    @contextmanager
    def survived(self) -> Iterator[None]:
        """Around work that asks the database. Its absence ends the work, not the thread; the rest raises."""
        try:
            yield
        except SQLAlchemyError as error:
            said = unusable(error)
            if not said:
                raise
            self.begins(said)
        else:
            self._ends()

    def begins(self, said: str) -> None:
        """The database could not be used, and why."""
        with self._lock:
            if self._clock() < self._again_at:  # other threads found the same at the same time
                return
            self._failures += 1
            pause = retry.reconnect_after(self._failures).total_seconds()
            self._again_at = self._clock() + pause
            if self._failures == 1:
                log.error("%s. The worker waits for it", said)

    def pause(self) -> float:
        """Seconds until it is worth asking the database again; 0 when it is there."""
        with self._lock:
            return max(self._again_at - self._clock(), 0) if self._failures else 0

    def _ends(self) -> None:
        with self._lock:
            if self._failures and self._clock() >= self._again_at:
                log.warning("the database is back after %s failed tries", self._failures)
                self._failures, self._again_at = 0, 0.0
