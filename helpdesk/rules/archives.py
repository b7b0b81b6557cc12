"""Old mail that is taken from files: a conversation to look things up in, not work that waits."""

from datetime import datetime, timedelta

FRESH = timedelta(days=14)  # somebody may still wait for an answer to a mail of these days


def asks_nothing(came_at: datetime, *, at: datetime) -> bool:
    """Whether a mail of an archive is too old to make it anybody's turn.

    A ticket that it opens is solved at once, and one that it joins stays as it is; a younger mail of the
    same conversation opens it, in whichever order the two come.
    """
    return at - came_at > FRESH
