"""Whose turn the shared work is, in this process; and what its jobs did, kept until it is written down."""

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Lock

from helpdesk import clock
from helpdesk.actions import clockwork
from helpdesk.actions.clockwork import Ran
from helpdesk.db import reading, transaction
from helpdesk.rules.jobs import LEASE

RENEWED_EVERY = LEASE / 3  # one small transaction each time; asking in between writes nothing

log = logging.getLogger(__name__)


class Turns:
    """One for each worker. `mine()` is asked before every run of shared work, and costs nothing."""

    def __init__(self, owner: str, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.owner = owner
        self._monotonic = monotonic
        self._until = self._written = float("-inf")
        self._begun = False
        self._ran: dict[str, Ran] = {}
        self._lock = Lock()

    def mine(self) -> bool:
        """Whether this worker does the work that all share. Counted by a clock that nobody sets."""
        return self._monotonic() < self._until

    def tick(self) -> None:
        """Keep the turn, or take it when it is free; and write down what has been done."""
        asked = self._monotonic()
        if asked - self._written < RENEWED_EVERY.total_seconds() and (self.mine() or not self._is_free()):
            return
        at = clock.now()
        with self._lock:
            ran, self._ran = list(self._ran.values()), {}
        try:
            with transaction() as session:
                if not self._begun:
                    clockwork.begin(session, self.owner, at=at)
                clockwork.be_here(session, self.owner, at=at)
                clockwork.record(session, self.owner, ran)
                mine = clockwork.take_turn(session, self.owner, at=at)
        except Exception:
            self._keep(ran)
            raise
        if mine and not self.mine():
            log.info("this worker does the shared work of the clock now")
        self._begun, self._written = True, asked
        self._until = asked + LEASE.total_seconds() if mine else float("-inf")

    def note(
        self, job: str, started_at: datetime, took: timedelta, *, done: int = 0, problem: str = ""
    ) -> None:
        """One run of a job, to be written down with the next tick."""
        now = Ran(
            job=job,
            started_at=started_at,
            took=took,
            runs=1,
            failures=bool(problem),
            failed=bool(problem),
            problem=problem,
            problem_at=started_at if problem else None,
            done=done,
            done_at=started_at if done else None,
        )
        with self._lock:
            self._ran[job] = _together(self._ran.get(job), now)

    def leave(self) -> None:
        """This worker ends: say so, that another one need not wait for the lease to run out."""
        self._until = float("-inf")
        with transaction() as session:
            clockwork.leave(session, self.owner)

    def _is_free(self) -> bool:
        with reading() as session:
            return clockwork.is_free(session, at=clock.now())

    def _keep(self, ran: list[Ran]) -> None:
        """They could not be written: they go before what has been done since."""
        with self._lock:
            for each in ran:
                later = self._ran.get(each.job)
                self._ran[each.job] = _together(each, later) if later else each


def _together(before: Ran | None, after: Ran) -> Ran:
    if before is None:
        return after
    return replace(
        after,
        runs=before.runs + after.runs,
        failures=before.failures + after.failures,
        problem=after.problem or before.problem,
        problem_at=after.problem_at or before.problem_at,
        done=after.done or before.done,
        done_at=after.done_at or before.done_at,
    )
