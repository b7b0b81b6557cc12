"""How long to wait before trying again."""

from datetime import datetime, timedelta

SEND_AGAIN = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 180, 360, 720))
MOST_TRIES = 13  # a little over three days of trying; a pause of the mailbox does not count
CONNECT_AGAIN = tuple(timedelta(seconds=s) for s in (2, 5, 15, 60, 300))
SERVER_AGAIN = timedelta(minutes=1)  # nobody home at the SMTP server
ACCOUNT_AGAIN = timedelta(minutes=5)  # a refused password: providers lock accounts that hammer
FETCH_AGAIN = tuple(timedelta(minutes=m) for m in (1, 5, 60, 360))  # after the moment it was first listed
PLAN_AGAIN = tuple(timedelta(minutes=m) for m in (1, 5, 30, 120))  # a letter that could not be written
LONGEST_ASKED = timedelta(hours=1)  # a server that asks for more patience is asked once an hour


def next_send(attempts: int, *, at: datetime) -> datetime | None:
    """When to hand a message over again after `attempts` tries, or None to give up."""
    if attempts >= MOST_TRIES:
        return None
    return at + SEND_AGAIN[min(attempts, len(SEND_AGAIN)) - 1]


def reconnect_after(failures: int) -> timedelta:
    """The pause before the next connection, after so many failures in a row (from one)."""
    return CONNECT_AGAIN[min(failures, len(CONNECT_AGAIN)) - 1]


def as_asked(pause: timedelta, retry_after: float | None) -> timedelta:
    """Our own pause, or the longer one that a server asked for (seconds), within reason."""
    if retry_after is None:
        return pause
    return max(pause, timedelta(seconds=min(max(retry_after, 0), LONGEST_ASKED.total_seconds())))


def fetch_again(attempts: int, *, stored_at: datetime) -> datetime | None:
    """When to ask once more for a message that the server listed without bytes, or None to leave it."""
    return stored_at + FETCH_AGAIN[attempts] if attempts < len(FETCH_AGAIN) else None


def plan_again(failures: int, *, at: datetime) -> datetime | None:
    """When to carry a plan out again that has failed so often (from one), or None to wait for a person."""
    return at + PLAN_AGAIN[failures - 1] if failures <= len(PLAN_AGAIN) else None
