"""The named moments at which a process is killed: before or after one step."""

import functools
import itertools
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any


@dataclass(frozen=True, slots=True)
class Point:
    """`where` is module:attribute or module:Class.method; the kill comes before or after it has run."""

    name: str
    where: str
    after: bool


INTAKE = (
    Point("before the list of UIDs", "mail.mailbox:Mailbox.uids_after", after=False),
    Point("after the list of UIDs", "mail.mailbox:Mailbox.uids_after", after=True),
    Point("before a blob is written", "helpdesk.blobs:BlobStore.put", after=False),
    Point("after a blob is written", "helpdesk.blobs:BlobStore.put", after=True),
    Point("after a draft is on the disk", "helpdesk.blobs:_write", after=True),
    Point("after the blobs are durable", "helpdesk.blobs:BlobStore._keep", after=True),
    Point("inside transaction A", "helpdesk.actions.arrivals:store", after=True),
    Point("after transaction A", "helpdesk.workers.reading:_store", after=True),
    Point("after the attempt is counted", "helpdesk.workers.filing:_take", after=True),
    Point("after parsing", "helpdesk.workers.filing:_parsed", after=True),
    Point("before filing a message", "helpdesk.actions.intake:file", after=False),
    Point("between entry and acknowledgement", "helpdesk.actions.acknowledging:acknowledge", after=False),
    Point("inside transaction B", "helpdesk.actions.intake:file", after=True),
    Point("after transaction B", "helpdesk.workers.filing:_file", after=True),
)
SENDING = (
    Point("before the lease", "helpdesk.actions.outbox:lease_next", after=False),
    Point("inside the lease's transaction", "helpdesk.actions.outbox:lease_next", after=True),
    Point("after the lease", "helpdesk.workers.sender:_lease", after=True),
    Point("before the line", "mail.transport:Transport.send", after=False),
    Point("inside the transaction of sending", "helpdesk.actions.outbox:begin_sending", after=True),
    Point("sending, before DATA", "helpdesk.workers.sender:_begin", after=True),
    Point("sending, before the last dot's answer", "mail.transport:Transport._conclude", after=False),
    Point("sending, after the answer", "mail.transport:Transport.send", after=True),
    Point("sending, inside the settling transaction", "helpdesk.actions.outbox:mark_sent", after=True),
    Point("after settling", "helpdesk.workers.sender:_settle", after=True),
)
COPYING = (
    Point("inside the taking of a copy", "helpdesk.actions.copies:take_next", after=True),
    Point("before the Sent folder is searched", "mail.mailbox:Mailbox.find_in", after=False),
    Point("before the copy is handed over", "mail.mailbox:Mailbox.append", after=False),
    Point("copied, before it is settled", "mail.mailbox:Mailbox.append", after=True),
    Point("inside the settling of a copy", "helpdesk.actions.copies:settle", after=True),
)
NOTIFYING = (
    Point("after the list of what is due", "helpdesk.actions.notifying:due", after=True),
    Point("before a notification is written", "helpdesk.actions.notifying:_write", after=False),
    Point("between its entry and its outbox row", "helpdesk.actions.outbox:queue", after=False),
    Point("inside the transaction of a notification", "helpdesk.actions.notifying:carry_out", after=True),
    Point("after a notification", "helpdesk.workers.chaser:_one", after=True),
)
MERGING = (
    Point("both tickets held", "helpdesk.actions.merging:_hold_both", after=True),
    Point("plans carried over", "helpdesk.actions.merging:_carry_over", after=True),
    Point("one ticket says it, the other not yet", "helpdesk.actions.merging:_say", after=True),
    Point("inside the transaction of a merger", "helpdesk.actions.merging:merge", after=True),
    Point("after a merger", "tests.faults.tasks:merge_two", after=True),
)
TOKENS = (
    Point("before the provider is asked for a token", "mail.oauth:refresh", after=False),
    Point("a rotated token in hand, nothing kept", "mail.oauth:refresh", after=True),
    Point("a rotated token, inside the keeping", "helpdesk.actions.grants:keep", after=True),
    Point("after a token is kept", "helpdesk.signing_in:_refreshed", after=True),
)
BY_NAME = {point.name: point for point in (*INTAKE, *SENDING, *COPYING, *NOTIFYING, *MERGING, *TOKENS)}


def arm(point: Point, nth_pass: int) -> None:
    """From now on this process dies by SIGKILL at the nth pass of the point."""
    module_name, _, path = point.where.partition(":")
    owner: Any = import_module(module_name)
    *outer, name = path.split(".")
    for part in outer:
        owner = getattr(owner, part)
    setattr(owner, name, _deadly(getattr(owner, name), point, nth_pass))


def _deadly(step: Callable[..., Any], point: Point, nth_pass: int) -> Callable[..., Any]:
    passes = itertools.count(1)  # threads may pass side by side: each one has its own number

    @functools.wraps(step)
    def run(*args: Any, **kwargs: Any) -> Any:
        this_pass = next(passes)
        if this_pass == nth_pass and not point.after:
            os.kill(os.getpid(), signal.SIGKILL)
        result = step(*args, **kwargs)
        if this_pass == nth_pass and point.after:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    return run
