"""Let time pass in the demo, so that planned mail can be watched going out. A restart keeps the offset."""

from datetime import timedelta
from pathlib import Path

from helpdesk import clock

STEPS = {"hour": timedelta(hours=1), "day": timedelta(days=1), "three_days": timedelta(days=3)}
FARTHEST = timedelta(days=3650)


def resume(folder: Path) -> None:
    """At the start: be where the clock was. A file that cannot be read counts as the real time."""
    try:
        seconds = float((folder / "clock").read_text())
    except (OSError, ValueError):
        seconds = 0.0
    clock.reset()
    clock.shift(min(timedelta(seconds=max(seconds, 0.0)), FARTHEST))


def let_pass(folder: Path, step: timedelta) -> None:
    """Move on, and remember it before anybody sees the new time."""
    to = min(clock.offset() + step, FARTHEST)
    draft = folder / "clock.part"
    draft.write_text(str(to.total_seconds()))
    draft.replace(folder / "clock")
    clock.shift(to - clock.offset())
