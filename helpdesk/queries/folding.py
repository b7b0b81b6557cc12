"""Which lines a long conversation shows at first, and where those begin that somebody has not read."""

from collections.abc import Sequence
from dataclasses import dataclass

from helpdesk.queries.entries import EntryView
from helpdesk.rules.states import EntryKind

SHOWN_WHOLE = 24  # lines
HEAD, TAIL = 3, 14
FEWEST_HIDDEN = 5  # fewer are shown: a line that says so costs as much


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """The beginning, how many lines are left out, and the end; `first_new` is the id of an entry."""

    head: tuple[EntryView, ...]
    hidden: int
    tail: tuple[EntryView, ...]
    first_new: int | None
    new: int

    @property
    def tail_from(self) -> int | None:
        """What an open page asks for again begins where it began."""
        return self.tail[0].id if self.hidden and self.tail else None


def folded(
    lines: Sequence[EntryView], *, read: int | None, agent_id: int, tail_from: int | None, whole: bool
) -> Folded:
    """`read` is the last entry that this agent has seen, None for somebody who has never been here."""
    new = [each for each in lines if read is not None and each.id > read and _is_news(each, agent_id)]
    cut = len(lines) - TAIL
    if tail_from is not None:
        cut = next((at for at, each in enumerate(lines) if each.id >= tail_from), cut)
    if new:
        cut = min(cut, lines.index(new[0]))
    hidden = 0 if whole or len(lines) <= SHOWN_WHOLE else max(cut - HEAD, 0)
    hidden = hidden if hidden >= FEWEST_HIDDEN else 0
    return Folded(
        head=tuple(lines[:HEAD]) if hidden else (),
        hidden=hidden,
        tail=tuple(lines[HEAD + hidden :] if hidden else lines),
        first_new=new[0].id if new else None,
        new=len(new),
    )


def _is_news(entry: EntryView, agent_id: int) -> bool:
    """Somebody said it, and it was neither she herself nor the clock."""
    is_mine = entry.actor.kind == "agent" and entry.actor.id == agent_id
    return entry.kind is not EntryKind.EVENT and not is_mine and not entry.facts.get("automatic")
