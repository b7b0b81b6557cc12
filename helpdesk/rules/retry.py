"""How long to wait before trying again."""

from datetime import datetime, timedelta

SEND_AGAIN = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 180, 360, 720))
GIVE_UP_AFTER = timedelta(hours=72)
CONNECT_AGAIN = tuple(timedelta(seconds=s) for s in (2, 5, 15, 60, 300))
ACCOUNT_AGAIN = timedelta(minutes=5)  # a refused password: providers lock accounts that hammer


def next_send(attempts: int, *, created_at: datetime, at: datetime) -> datetime | None:
    """When to hand a message over again after `attempts` tries, or None to give up."""
    if at - created_at > GIVE_UP_AFTER:
        return None
    return at + SEND_AGAIN[min(attempts, len(SEND_AGAIN)) - 1]


def reconnect_after(failures: int) -> timedelta:
    """The pause before the next connection, after so many failures in a row (from one)."""
    return CONNECT_AGAIN[min(failures, len(CONNECT_AGAIN)) - 1]
