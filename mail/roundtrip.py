"""Does a mailbox work? Send a mail to its own address and wait until it stands in the folder.

Used by the settings page, outside any transaction. The steps are tried in order and the first that fails ends
the test: what comes after could only fail for the same reason.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from mail import transport
from mail.accounts import ServerAccount
from mail.compose import compose
from mail.errors import AccountError, MailError, PermanentError
from mail.mailbox import Mailbox
from mail.types import Address, Outgoing

PATIENCE = 60.0  # seconds for the mail to arrive
_LOOK_EVERY = 3.0  # seconds between looks where IDLE says nothing
_NEWEST = 50  # messages that are looked through each time


class Step(StrEnum):
    READ_LOGIN = "read_login"  # IMAP: connect, log in, open the folder
    SEND_LOGIN = "send_login"  # SMTP: connect, log in
    SEND = "send"  # the server took the mail
    ARRIVE = "arrive"  # it stands in the folder


@dataclass(frozen=True, slots=True)
class Done:
    step: Step
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundTrip:
    """How far it went. `failed` is None when all is well."""

    done: tuple[Done, ...]
    failed: Step | None = None
    part: str = ""  # which setting to look at, as in AccountError; "network" for trouble that may pass
    problem: str = ""  # a sentence

    @property
    def seconds(self) -> float:
        return sum(step.seconds for step in self.done)


def round_trip(
    imap: ServerAccount,
    smtp: ServerAccount,
    *,
    address: str,
    folder: str,
    message_id: str,
    sent_at: datetime,
    patience: float = PATIENCE,
) -> RoundTrip:
    """Try all steps. `message_id`, without <>, is minted by the caller, who can so recognise the mail."""
    watch = _Watch()
    try:
        with ExitStack() as stack:
            with watch.taking(Step.READ_LOGIN):
                mailbox = stack.enter_context(Mailbox.connect(imap, folder=folder))
            with watch.taking(Step.SEND_LOGIN):
                transport.check(smtp)
            with watch.taking(Step.SEND):
                _send(smtp, address, message_id, sent_at)
            with watch.taking(Step.ARRIVE):
                _await(mailbox, folder, message_id, patience)
    except MailError as error:
        return RoundTrip(
            done=tuple(watch.done),
            failed=watch.current,
            part=_part(error, watch.current),
            problem=str(error),
        )
    return RoundTrip(done=tuple(watch.done))


def _send(smtp: ServerAccount, address: str, message_id: str, sent_at: datetime) -> None:
    raw = compose(
        Outgoing(
            message_id=message_id,
            sender=Address(email=address),
            to=Address(email=address),
            subject="Test of this mailbox",
            text="Sent by the help desk's settings page, to see whether mail goes out and comes in.\n"
            "You may delete it.\n",
            automatic="auto-generated",
            sent_at=sent_at,
        )
    )
    transport.send(smtp, sender=address, recipient=address, raw=raw, before_data=_nothing)


def _await(mailbox: Mailbox, folder: str, message_id: str, patience: float) -> None:
    until = time.monotonic() + patience
    while not mailbox.find_in(folder, message_id, newest=_NEWEST):
        left = until - time.monotonic()
        if left <= 0:
            raise _lost(mailbox, folder, message_id, patience)
        uidnext = mailbox.state.uidnext
        came = mailbox.uids_after(uidnext - 1) if uidnext else []  # from here on, IDLE wakes for news
        if not came:
            mailbox.wait(seconds=min(left, _LOOK_EVERY))


def _lost(mailbox: Mailbox, folder: str, message_id: str, patience: float) -> AccountError:
    junk = mailbox.junk_folder()
    if junk is not None and mailbox.find_in(junk, message_id, newest=_NEWEST):
        return AccountError(
            f"The mail arrived, but in the folder {junk}: the provider takes mail from this "
            f"address for spam. Mark it there as no spam, and let the desk read that folder too.",
            part="folder",
        )
    return AccountError(
        f"The mail was taken by the sending server but did not come into the folder {folder} within "
        f"{patience:.0f} seconds. Does the address belong to this mailbox, and does no filter move its mail?",
        part="folder",
    )


def _part(error: MailError, step: Step | None) -> str:
    """Which setting to look at. A server that cannot be reached was more often mistyped than down."""
    match error:
        case AccountError():
            return error.part
        case PermanentError():
            return "sender"
    return "connect" if step in (Step.READ_LOGIN, Step.SEND_LOGIN) else "network"


@dataclass(slots=True)
class _Watch:
    """Which step is being tried, and how long those before it took."""

    done: list[Done] = field(default_factory=list)
    current: Step | None = None
    clock: Callable[[], float] = time.monotonic

    @contextmanager
    def taking(self, step: Step) -> Iterator[None]:
        self.current, began = step, self.clock()
        yield
        self.done.append(Done(step, self.clock() - began))


def _nothing() -> None:
    """Nothing has to be written down before a test goes out."""
