"""The demo shop: four colleagues, one mailbox at the provider of this process, a first morning of mail."""

import fcntl
import os
import shutil
import smtplib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import clock
from helpdesk.actions import agents, mailboxes, orders, policies
from helpdesk.db import reading, transaction
from helpdesk.demo import first_mail, passing, sold
from helpdesk.demo.delivery import HOST
from helpdesk.demo.provider import LOOPBACK, Provider, ProviderError, kept_password
from helpdesk.desk import Desk
from helpdesk.gateways.configured import BANK
from helpdesk.models import Agent, Mailbox
from helpdesk.rules.policy_shipped import DEFAULT, preset_text
from helpdesk.rules.states import Role

OWNER = "owner@shop.example"
NAME = "demo"  # of the mailbox
# All have the password that is printed, so that the roles can be compared. There are two owners: the policy
# has limits in one currency only, and what is asked for in another one needs a second owner's yes.
STAFF = (
    (OWNER, "Alex Morgan", Role.OWNER, None),
    ("second@shop.example", "Maria Costa", Role.OWNER, "en"),
    ("lin@shop.example", "林小雨", Role.LEAD, "zh-CN"),
    ("sam@shop.example", "Sam Fischer", Role.AGENT, "en"),
)
# The key is thrown away too: numbers begin anew, and an old buyer's link must not open a new one's request.
MADE_HERE = (
    *(f"{name}{part}" for name in ("helpdesk.db", BANK) for part in ("", "-wal", "-shm")),
    "blobs",
    "secret-key",
)


@dataclass(frozen=True, slots=True)
class DemoLogin:
    """What to type on the login page."""

    email: str
    password: str
    others: tuple[tuple[str, Role], ...]  # colleagues with the same password: (address, role)
    mailbox_id: int  # the shop's own; others may have been added on the page

    def said(self) -> str:
        """As it is printed: the owner's first, then the colleagues' with their roles."""
        others = ", ".join(f"{email} ({role})" for email, role in self.others)
        return (
            f"login: {self.email}   password: {self.password}\ncolleagues, with the same password: {others}"
        )


def prepare(app: Flask, provider: Provider) -> DemoLogin:
    """Have people, mailbox and, at the first start, mail. The provider runs; the workers do not yet."""
    passing.resume(provider.folder)
    password = kept_password(provider.folder / "login")
    desk: Desk = app.extensions["helpdesk.desk"]
    with app.app_context():
        with reading() as session:
            there = set(session.scalars(select(Agent.email)))
            known = agents.authenticate(session, OWNER, password) is not None
        policies.check(preset_text(DEFAULT))  # takes a second: not while the database waits
        with transaction() as session:
            if not known or not there.issuperset(email for email, *_rest in STAFF):
                _staff(session, password, at=clock.now())
            if policies.in_force(session, at=clock.now()) is None:
                policies.start_with(session, DEFAULT, by=None, at=clock.now())
            mailbox_id = _mailbox(session, desk, provider, at=clock.now())
    if not (provider.folder / "seeded").exists():
        with app.app_context(), transaction() as session:
            orders.save(session, list(sold.orders(clock.now())), by="demo", at=clock.now())
        _deliver_first_mail(provider)
        (provider.folder / "seeded").touch()
    others = tuple((email, role) for email, _name, role, _locale in STAFF if email != OWNER)
    return DemoLogin(OWNER, password, others, mailbox_id)


def check_folder(data_dir: Path) -> None:
    """Raises ProviderError when the data are a real shop's: the demo must not pour its mail into them."""
    if (data_dir / "demo" / "login").exists():
        return
    with reading() as session:
        real = session.scalar(select(Agent.email).limit(1)) or session.scalar(select(Mailbox.name).limit(1))
    if real is not None:
        raise ProviderError(
            f"{data_dir} holds a real shop's data: give the demo a folder of its own, for example "
            "HELPDESK_DATA_DIR=var-demo make run"
        )


def reset(data_dir: Path) -> None:
    """Throw the demo's data away: database file, the bank's book, blobs, mail, passwords, secret key.

    Raises ProviderError, and touches nothing, when a demo is running there or when none ever was: then the
    data are a real shop's.
    """
    folder = data_dir / "demo"
    if not data_dir.exists():
        return
    if not (folder / "login").exists():
        if any((data_dir / name).exists() for name in MADE_HERE):
            raise ProviderError(f"{data_dir} holds a real shop's data, not a demo's: nothing was deleted")
        return
    lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        for name in MADE_HERE:
            path = data_dir / name
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        shutil.rmtree(folder)
    except BlockingIOError as error:
        raise ProviderError(f"a demo is running on {data_dir}: stop it first (Ctrl-C)") from error
    finally:
        os.close(lock)


def _staff(session: Session, password: str, *, at: datetime) -> None:
    for email, name, role, locale in STAFF:
        agent = session.scalar(select(Agent).where(Agent.email == email))
        if agent is None:
            agents.create(session, email=email, name=name, password=password, role=role, at=at, locale=locale)
        else:  # the file was lost, or the database is older than it: what is printed has to work
            agents.set_password(session, agent, password, at=at)


def _mailbox(session: Session, desk: Desk, provider: Provider, *, at: datetime) -> int:
    """The mailbox row, following the provider to other ports or another password."""
    form = mailboxes.MailboxForm(
        name=NAME,
        address=provider.address,
        imap_host=LOOPBACK,
        imap_port=provider.imap_port,
        imap_tls="none",
        smtp_host=LOOPBACK,
        smtp_port=provider.smtp_port,
        smtp_tls="none",
        username=provider.address,
        password=provider.password,
        since="all",
        authserv_id=HOST,
    )
    mailbox = session.scalar(select(Mailbox).where(Mailbox.name == NAME))
    if mailbox is None:
        return mailboxes.add(session, desk, form, at=at).id
    mailboxes.change(session, desk, mailbox, form, at=at)
    # The provider's lock says that no other demo runs here: a lease is one that a crash left behind.
    mailbox.lease_owner = mailbox.leased_until = None
    return mailbox.id


def _deliver_first_mail(provider: Provider) -> None:
    """By SMTP, as buyers would, each at its hour: the clock goes back for it and returns."""
    now, offset = clock.now(), clock.offset()
    try:
        with smtplib.SMTP(LOOPBACK, provider.smtp_port, timeout=30) as smtp:
            for mail in first_mail.mails(now):
                clock.reset()
                clock.shift(offset - mail.before)
                smtp.sendmail(mail.sender, [provider.address], mail.raw)
    finally:
        clock.reset()
        clock.shift(offset)
