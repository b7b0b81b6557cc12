"""Mailboxes: add one, take its lease, note how it is doing, start an epoch."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import exists, func, or_, select, update
from sqlalchemy.orm import Session

from helpdesk import vault
from helpdesk.actions import alerts, folders, grants, read_once
from helpdesk.actions.mailbox_forms import MailboxForm as MailboxForm  # read here by those who add one
from helpdesk.actions.mailbox_forms import check, complaints
from helpdesk.db import first_comes
from helpdesk.desk import Desk
from helpdesk.errors import ConflictError, InvalidError, together
from helpdesk.models import Mailbox, MailboxGrant, OutboxMessage, Ticket
from helpdesk.rules.states import OutboxState
from mail.accounts import ServerAccount, Tls

LEASE = timedelta(seconds=60)


def add(session: Session, desk: Desk, form: MailboxForm, *, at: datetime) -> Mailbox:
    """A new mailbox, read from now on by any worker. Raises InvalidError naming the field.

    It takes over the tickets of removed mailboxes with its address.
    """
    check(form)
    if session.scalar(select(Mailbox.id).where(Mailbox.name == form.name)) is not None:
        raise ConflictError(_called(form.name), field="name")
    read_once.check(session, (form.address, *form.aliases))
    mailbox = Mailbox(
        name=form.name,
        created_at=at,
        since=form.since,
        starts_at=_starts_at(form.since, at),
        active=True,
        password_sealed=vault.seal(desk.secret, form.password),
        **_plain(form),
    )
    with first_comes(session, _called(form.name)):  # somebody else may add the same one at this moment
        session.add(mailbox)
        session.flush()
    _take_over(session, mailbox)
    folders.set_up(session, mailbox, form.more_folders, at=at)
    if form.grant is not None:
        grants.set_up(session, desk, mailbox, form.grant, moved=True)
    return mailbox


def _called(name: str) -> str:
    return f"there is a mailbox called {name!r} already"


def change(session: Session, desk: Desk, mailbox: Mailbox, form: MailboxForm, *, at: datetime) -> None:
    """New settings for an account. An empty password keeps the old one, but never for another host."""
    moved = (form.imap_host, form.smtp_host) != (mailbox.imap_host, mailbox.smtp_host)
    wrong = list(complaints(form, password_needed=session.get(MailboxGrant, mailbox.id) is not None))
    if moved and not form.password and form.grant is None:
        wrong.insert(0, InvalidError("the server has changed: type the password again", field="password"))
    if wrong:
        raise together(wrong)
    if form.grant is None:
        grants.remove(session, mailbox)
    else:
        moved = moved or form.username.strip() != mailbox.username
        grants.set_up(session, desk, mailbox, form.grant, moved=moved)
    read_once.check(session, (form.address, *form.aliases), but=mailbox.id)
    account = (mailbox.imap_host, mailbox.username)
    for name, value in _plain(form).items():
        setattr(mailbox, name, value)
    if account != (mailbox.imap_host, mailbox.username):
        folders.begin_anew(session, mailbox.id)
    folders.set_up(session, mailbox, form.more_folders, at=at)
    mailbox.name = form.name
    if form.password or form.grant is not None:  # a password that is no longer used is not kept
        mailbox.password_sealed = vault.seal(desk.secret, form.password)
    mailbox.problem, mailbox.problem_at = "", None
    mailbox.sending_problem, mailbox.sending_problem_at = "", None


def imap_account(desk: Desk, mailbox: Mailbox) -> ServerAccount:
    return _account(desk, mailbox, mailbox.imap_host, mailbox.imap_port, mailbox.imap_tls)


def smtp_account(desk: Desk, mailbox: Mailbox) -> ServerAccount:
    return _account(desk, mailbox, mailbox.smtp_host, mailbox.smtp_port, mailbox.smtp_tls)


def take_lease(session: Session, mailbox_id: int, *, owner: str, at: datetime) -> bool:
    """Become, or stay, the one worker that reads this mailbox."""
    free = or_(Mailbox.lease_owner == owner, Mailbox.lease_owner.is_(None), Mailbox.leased_until <= at)
    won = session.execute(
        update(Mailbox)
        .where(Mailbox.id == mailbox_id, Mailbox.active, free)
        .values(lease_owner=owner, leased_until=at + LEASE)
    )
    return bool(getattr(won, "rowcount", 0) == 1)


def renew_lease(session: Session, mailbox_id: int, *, owner: str, at: datetime) -> bool:
    """Stay the one that reads, even past the end of the lease; False when another worker has taken it."""
    won = session.execute(
        update(Mailbox)
        .where(Mailbox.id == mailbox_id, Mailbox.lease_owner == owner)
        .values(leased_until=at + LEASE)
    )
    return bool(getattr(won, "rowcount", 0) == 1)


def release_lease(session: Session, mailbox_id: int, *, owner: str) -> None:
    """Let the next worker in at once."""
    session.execute(
        update(Mailbox)
        .where(Mailbox.id == mailbox_id, Mailbox.lease_owner == owner)
        .values(lease_owner=None, leased_until=None)
    )


def note_success(session: Session, mailbox_id: int, *, next_look_at: datetime | None, at: datetime) -> None:
    session.execute(
        update(Mailbox)
        .where(Mailbox.id == mailbox_id)
        .values(last_success_at=at, next_look_at=next_look_at, problem="", problem_at=None)
    )


def note_problem(
    session: Session, mailbox_id: int, problem: str, *, next_look_at: datetime | None, at: datetime
) -> None:
    """Keep the sentence for the page; the first moment of an unbroken trouble stays."""
    mailbox = session.get_one(Mailbox, mailbox_id)
    if not (mailbox.problem or mailbox.sending_problem):
        alerts.mailbox_is_down(session, mailbox, at=at)
    mailbox.problem_at = mailbox.problem_at if mailbox.problem else at
    mailbox.problem = problem[:1000]
    if next_look_at is not None:
        mailbox.next_look_at = next_look_at


def note_nothing_waits(session: Session, mailbox_id: int) -> None:
    """Trouble with sending is over as well when the last message that it kept is gone."""
    on_its_way = (OutboxState.QUEUED, OutboxState.LEASED, OutboxState.SENDING)
    waits = exists().where(OutboxMessage.mailbox_id == mailbox_id, OutboxMessage.state.in_(on_its_way))
    session.execute(
        update(Mailbox)
        .where(Mailbox.id == mailbox_id, Mailbox.sending_problem != "", ~waits)
        .values(sending_problem="", sending_problem_at=None)
    )


def note_sending_works(session: Session, mailbox_id: int) -> None:
    session.execute(
        update(Mailbox)
        .where(Mailbox.id == mailbox_id, Mailbox.sending_problem != "")
        .values(sending_problem="", sending_problem_at=None)
    )


def note_sending_problem(session: Session, mailbox_id: int, problem: str, *, at: datetime) -> None:
    """Apart from trouble with reading, which a look that goes well would clear."""
    mailbox = session.get_one(Mailbox, mailbox_id)
    if not (mailbox.problem or mailbox.sending_problem):
        alerts.mailbox_is_down(session, mailbox, at=at)
    mailbox.sending_problem_at = mailbox.sending_problem_at if mailbox.sending_problem else at
    mailbox.sending_problem = problem[:1000]


def _take_over(session: Session, mailbox: Mailbox) -> None:
    """Tickets of an address that comes back can be answered again, and answers to them join."""
    before = select(Mailbox.id).where(
        Mailbox.removed_at.is_not(None), func.lower(Mailbox.address) == mailbox.address.lower()
    )
    session.execute(update(Ticket).where(Ticket.mailbox_id.in_(before)).values(mailbox_id=mailbox.id))


def _account(desk: Desk, mailbox: Mailbox, host: str, port: int, tls: str) -> ServerAccount:
    return ServerAccount(
        host=host,
        port=port,
        tls=Tls(tls),
        username=mailbox.username,
        password=vault.unseal(desk.secret, mailbox.password_sealed),
        ca_file=mailbox.ca_file,
    )


def _plain(form: MailboxForm) -> dict[str, Any]:
    return {
        "address": form.address.strip(),
        "imap_host": form.imap_host.strip(),
        "imap_port": form.imap_port,
        "imap_tls": form.imap_tls,
        "smtp_host": form.smtp_host.strip(),
        "smtp_port": form.smtp_port,
        "smtp_tls": form.smtp_tls,
        "username": form.username.strip(),
        "ca_file": form.ca_file.strip(),
        "authserv_id": form.authserv_id.strip(),
        "folder": form.folder.strip() or "INBOX",
        "aliases": list(form.aliases),
        "reads_junk": form.reads_junk,
        "send_every": form.send_every,
        "send_per_day": form.send_per_day,
        "plus_addresses": form.plus_addresses,
    }


def _starts_at(since: str, at: datetime) -> datetime | None:
    if since == "all":
        return None
    if since == "now":
        return at
    return datetime.combine(date.fromisoformat(since), time(), tzinfo=UTC)
