"""One thing done to many tickets at once: what can be done, and how far it has come."""

from enum import StrEnum

MOST = 20_000  # tickets of one batch
MOST_MERGED = 50
AT_ONCE = 50  # are done while the page waits; more are worked off by the worker


class Deed(StrEnum):
    """What is done to each ticket; `facts` of the batch say with what."""

    ASSIGN = "assign"  # {"assignee": 3, "name": "Ann"} or nobody
    MOVE = "move"  # {"state": "waiting", "waiting_on": "buyer"}
    SPAM = "spam"  # {"spam": true}
    TAG = "tag"  # {"tags": ["late parcel"]}
    UNTAG = "untag"
    REPLY = "reply"  # {"name": ..., "text_en": ..., "text_zh": ..., "then": "waiting"}
    MERGE = "merge"  # {"into": 17}
    SNOOZE = "snooze"  # {"until": "day", "due_at": "2026-..."}
    WAKE = "wake"
    UNDO = "undo"  # of another batch


class BatchState(StrEnum):
    PROPOSED = "proposed"  # counted and shown; nobody has said yes
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"  # by the colleague; what is done stays done, and can be undone


class Fate(StrEnum):
    """What became of one ticket of it."""

    WAITING = "waiting"
    DONE = "done"
    UNCHANGED = "unchanged"  # it was so already
    REFUSED = "refused"  # for the reason beside it


ENDED = (BatchState.DONE, BatchState.STOPPED)
