"""Which story is copied how often, and when each copy is laid."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from helpdesk.demo.telling import Told

DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
LATEST = timedelta(hours=30)  # ago: what is over was over by then
USUAL_AGE = 1.5  # days since something last happened on a ticket that is still open
OLDEST = 12.0  # of these
JITTER = 75  # minutes


@dataclass(frozen=True, slots=True)
class Placed:
    """One copy: a story, so much later than it was played."""

    told: int
    by: timedelta
    begins: datetime


def days_for(tickets: int) -> int:
    """Over how many days so many tickets came in: about a hundred a day, two years at most."""
    return max(60, min(730, tickets // 100))


def place(told: Sequence[Told], tickets: int, *, days: int, until: datetime, seed: int) -> list[Placed]:
    """Copies with exactly so many tickets together, the earliest first."""
    chance = Random(seed)  # noqa: S311  (nothing secret)
    placed = [_placed(told, which, days, until, chance) for which in _chosen(told, tickets, chance)]
    return sorted(placed, key=lambda each: (each.begins, each.told))


def _chosen(told: Sequence[Told], tickets: int, chance: Random) -> Iterator[int]:
    """Every story once, as far as there is room; then as often as it happens."""
    left = tickets
    once = list(range(len(told)))
    chance.shuffle(once)
    for which in once:
        if told[which].tickets <= left:
            left -= told[which].tickets
            yield which
    weights = [each.story.weight for each in told]
    single = [which for which, each in enumerate(told) if each.tickets == 1 and each.story.weight]
    while left:
        (which,) = chance.choices(range(len(told)), weights)
        if told[which].tickets > left:
            which = chance.choice(single)
        left -= told[which].tickets
        yield which


def _placed(told: Sequence[Told], which: int, days: int, until: datetime, chance: Random) -> Placed:
    story = told[which]
    latest = until - story.ends
    if story.story.goes_on:  # it ends about now
        ago = timedelta(days=min(chance.expovariate(1 / USUAL_AGE), OLDEST))
        by = (latest - ago) // DAY * DAY
    else:  # whole weeks: what happened on a working day stays there
        last = (latest - LATEST) // WEEK
        first = -(-(until - timedelta(days=days) - story.begins) // WEEK)
        by = chance.choice(range(min(first, last), last + 1)) * WEEK
    by -= timedelta(minutes=chance.randrange(JITTER))  # the days of letters go by whole days, see `printing`
    return Placed(which, by, story.begins + by)
