"""The mailboxes with their ledgers: what became of every message that was seen.

seen      counted where the cursor moves: what the server listed, what was imported
kept      counted beside it: how many of these were given a row
the rest  counted from the rows that are there now, but for what leaves none: mail from before the start
          of the mailbox, and mail that vanished

A message that is seen and stands nowhere is unaccounted; so is one whose row names no entry.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session

from helpdesk.errors import NotFoundError
from helpdesk.models import Mailbox, MailboxFolder, ReceivedMessage
from helpdesk.models.messages import BY_HAND, COPY_OF
from helpdesk.queries.failed import is_aside
from helpdesk.rules.states import FolderRole, ReceivedState


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """Messages of one mailbox, imported ones included: seen = all the others together."""

    seen: int = 0
    filed: int = 0
    joined: int = 0
    ignored: tuple[tuple[str, int], ...] = ()  # why, how many; most first
    parked: int = 0
    in_line: int = 0  # stored, to be filed within seconds
    vanished: int = 0  # expunged from the folder before it could be read
    unaccounted: int = 0  # has to be 0: seen and nowhere, held and never seen, or in no entry

    @property
    def ignored_in_all(self) -> int:
        return sum(count for _, count in self.ignored)


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderView:
    """A folder that is read besides the main one."""

    name: str
    is_junk: bool
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxView:
    """A mailbox without its password."""

    id: int
    name: str
    address: str
    username: str
    imap_host: str
    imap_port: int
    imap_tls: str
    smtp_host: str
    smtp_port: int
    smtp_tls: str
    folder: str
    since: str
    ca_file: str
    authserv_id: str
    aliases: tuple[str, ...]
    reads_junk: bool
    folders: tuple[FolderView, ...]  # besides the main one
    send_every: int | None
    send_per_day: int | None
    plus_addresses: bool
    active: bool
    last_success_at: datetime | None
    next_look_at: datetime | None
    problem: str
    problem_at: datetime | None
    sending_problem: str
    sending_problem_at: datetime | None
    reader: str  # the worker that holds the lease, "" for none
    leased_until: datetime | None
    ledger: Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class Standstill:
    """Mail of one active mailbox that is not being read, or not being sent."""

    address: str
    since: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standstills:
    unread: tuple[Standstill, ...] = ()
    unsent: tuple[Standstill, ...] = ()


def standstills(session: Session) -> Standstills:
    """What stands still now, by address; one small question, for everybody's queue."""
    rows = session.execute(
        select(
            Mailbox.address,
            Mailbox.problem,
            Mailbox.problem_at,
            Mailbox.sending_problem,
            Mailbox.sending_problem_at,
        )
        .where(Mailbox.active, or_(Mailbox.problem != "", Mailbox.sending_problem != ""))
        .order_by(Mailbox.address)
    ).all()
    return Standstills(
        unread=tuple(Standstill(address=row.address, since=row.problem_at) for row in rows if row.problem),
        unsent=tuple(
            Standstill(address=row.address, since=row.sending_problem_at)
            for row in rows
            if row.sending_problem
        ),
    )


def all_of_them(session: Session, *, at: datetime) -> tuple[MailboxView, ...]:
    """Those that were not removed, by name."""
    held = _held(session)
    rows = session.scalars(select(Mailbox).where(Mailbox.removed_at.is_(None)).order_by(Mailbox.name))
    others = _other_folders(session)
    return tuple(
        _view(row, _ledger(row, held.get(row.id, _Held())), others.get(row.id, ()), at) for row in rows
    )


def one(session: Session, mailbox_id: int, *, at: datetime) -> MailboxView:
    """Raises NotFoundError."""
    row = session.get(Mailbox, mailbox_id)
    if row is None or row.removed_at is not None:
        raise NotFoundError("there is no such mailbox")
    others = _other_folders(session).get(row.id, ())
    return _view(row, _ledger(row, _held(session).get(row.id, _Held())), others, at)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """What the rows of one mailbox say."""

    states: Counter[ReceivedState] = field(default_factory=Counter)
    ignored: Counter[str] = field(default_factory=Counter)  # why
    lost: int = 0  # they claim to be in a conversation, and no entry holds them


def _held(session: Session) -> dict[int, _Held]:
    """By mailbox. Three questions, each answered by an index of its own: few rows are read for it."""
    box, state = ReceivedMessage.mailbox_id, ReceivedMessage.state
    found: defaultdict[int, _Held] = defaultdict(_Held)
    for mailbox, its, messages in session.execute(select(box, state, func.count()).group_by(box, state)):
        found[mailbox].states[its] += messages
    # A copy says of what: "copy_of_17", an agent why. The page wants one line for all of either.
    why = case(
        (ReceivedMessage.ignored_because.startswith(COPY_OF, autoescape=True), "copy"),
        (ReceivedMessage.ignored_because.startswith(BY_HAND, autoescape=True), "by_hand"),
        else_=ReceivedMessage.ignored_because,
    ).label("why")
    ignored = select(box, why, func.count()).where(is_aside(), state == ReceivedState.IGNORED)
    for mailbox, because, messages in session.execute(ignored.group_by(box, why)):
        found[mailbox].ignored[because] += messages
    told = state.in_((ReceivedState.FILED, ReceivedState.JOINED))
    nowhere = select(box, func.count()).where(ReceivedMessage.entry_id.is_(None), told)
    for mailbox, messages in session.execute(nowhere.group_by(box)):
        found[mailbox] = replace(found[mailbox], lost=messages)
    return found


def _ledger(mailbox: Mailbox, held: _Held) -> Ledger:
    states, reasons = held.states, held.ignored.copy()
    if mailbox.before_start:
        reasons["before_start"] = mailbox.before_start
    # Each by itself: a row too few and a count too many do not make it even.
    nowhere = abs(mailbox.seen - mailbox.kept - mailbox.before_start - mailbox.vanished)
    rows_gone = abs(mailbox.kept - states.total())
    return Ledger(
        seen=mailbox.seen,
        filed=states[ReceivedState.FILED],
        joined=states[ReceivedState.JOINED],
        ignored=tuple(reasons.most_common()),
        parked=states[ReceivedState.PARKED],
        in_line=states[ReceivedState.STORED],
        vanished=mailbox.vanished,
        unaccounted=nowhere + rows_gone + held.lost,
    )


def _other_folders(session: Session) -> dict[int, tuple[FolderView, ...]]:
    rows = session.scalars(
        select(MailboxFolder)
        .where(MailboxFolder.is_read, MailboxFolder.role != FolderRole.MAIN)
        .order_by(MailboxFolder.id)
    )
    found: dict[int, tuple[FolderView, ...]] = {}
    for row in rows:
        view = FolderView(name=row.name, is_junk=row.role is FolderRole.JUNK, problem=row.problem)
        found[row.mailbox_id] = (*found.get(row.mailbox_id, ()), view)
    return found


def _view(row: Mailbox, ledger: Ledger, others: tuple[FolderView, ...], at: datetime) -> MailboxView:
    held = row.lease_owner is not None and row.leased_until is not None and row.leased_until > at
    return MailboxView(
        id=row.id,
        name=row.name,
        address=row.address,
        username=row.username,
        imap_host=row.imap_host,
        imap_port=row.imap_port,
        imap_tls=row.imap_tls,
        smtp_host=row.smtp_host,
        smtp_port=row.smtp_port,
        smtp_tls=row.smtp_tls,
        folder=row.folder,
        since=row.since,
        ca_file=row.ca_file,
        authserv_id=row.authserv_id,
        aliases=tuple(row.aliases),
        reads_junk=row.reads_junk,
        folders=others,
        send_every=row.send_every,
        send_per_day=row.send_per_day,
        plus_addresses=row.plus_addresses,
        active=row.active,
        last_success_at=row.last_success_at,
        next_look_at=row.next_look_at,
        problem=row.problem,
        problem_at=row.problem_at,
        sending_problem=row.sending_problem,
        sending_problem_at=row.sending_problem_at,
        reader=(row.lease_owner or "") if held else "",
        leased_until=row.leased_until if held else None,
        ledger=ledger,
    )
