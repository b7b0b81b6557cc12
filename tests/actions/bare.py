"""A ticket and a policy as rows, for tests that need no mail on a wire."""

import hashlib
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import clock
from helpdesk.actions import agents, conversation, tickets
from helpdesk.models import Agent, Buyer, BuyerAddress, Mailbox, PolicyVersion
from helpdesk.rules.states import EntryKind, Role
from tests.actions.sold import LI


def activate(session: Session, text: str) -> PolicyVersion:
    version = PolicyVersion(
        policy_id="test",
        version="1",
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        text=text,
        uploaded_by="server",
        uploaded_at=clock.now(),
        effective_from=datetime.fromisoformat("2026-01-01T00:00:00+00:00"),
        activated_by="server",
        activated_at=datetime.fromisoformat("2026-01-01T00:00:00+00:00"),
        is_current=True,
    )
    session.add(version)
    session.flush()
    return version


def support(session: Session) -> Mailbox:
    """The desk's one mailbox."""
    mailbox = session.scalars(select(Mailbox)).first() or Mailbox(
        name="support",
        address="support@shop.example",
        imap_host="127.0.0.1",
        imap_port=1,
        imap_tls="none",
        smtp_host="127.0.0.1",
        smtp_port=1,
        smtp_tls="none",
        username="support",
        password_sealed=b"x",
        ca_file="",
        authserv_id="",
        folder="INBOX",
        active=True,
        created_at=clock.now(),
        since="now",
        problem="",
    )
    session.add(mailbox)
    session.flush()
    return mailbox


def ticket_of_li(session: Session) -> int:
    now = clock.now()
    mailbox = support(session)
    buyer = Buyer(
        name="李梅",
        locale="zh-CN",
        created_at=now,
        addresses=[BuyerAddress(email=LI, key=LI, created_at=now)],
    )
    session.add(buyer)
    session.flush()
    ticket = tickets.open_ticket(session, mailbox, buyer, subject="退款", locale="zh-CN", at=now)
    conversation.record(
        session,
        ticket,
        EntryKind.RECEIVED,
        "received",
        actor=conversation.buyer(buyer.id),
        at=now,
        facts={"from": LI, "verified": "pass", "doubts": [], "text": "退款", "new": "退款"},
    )
    return ticket.id


def person(session: Session, name: str, role: Role) -> int:
    """A colleague of that role, who may be there already; her id."""
    email = f"{name}@shop.example"
    found = session.scalar(select(Agent.id).where(Agent.email == email))
    if found is not None:
        return found
    password = "long enough for a test"
    return agents.create(
        session, email=email, name=name.title(), password=password, role=role, at=clock.now()
    ).id
