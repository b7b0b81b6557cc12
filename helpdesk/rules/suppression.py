"""When an address has failed so often that machines stop writing to it. People may always write."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

MEMORY = timedelta(days=30)  # what is older counts no more
TRANSIENT, PERMANENT = 1, 2
STOPS_PLANNED = 2  # surveys and questions that the clock plans: one permanent failure, or two others
STOPS_ALL = 4  # acknowledgements too


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One report that a message of ours did not arrive."""

    message: int  # which one: reports about the same message count once, at their worst
    weight: int
    at: datetime


def weight(*, action: str, permanent: bool, provider_limit: bool, proven: bool) -> int:
    """What one report counts. Limits of a provider are about us; an unproven report may be anybody's."""
    if provider_limit or not proven or action not in ("failed", "delayed"):
        return 0
    return PERMANENT if permanent else TRANSIENT


def score(failures: Iterable[Failure], *, at: datetime) -> int:
    worst: dict[int, int] = {}
    for failure in failures:
        if at - failure.at < MEMORY:
            worst[failure.message] = max(failure.weight, worst.get(failure.message, 0))
    return sum(worst.values())
