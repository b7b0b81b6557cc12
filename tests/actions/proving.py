"""Evidence of the newest claim of a matter, for tests."""

from hashlib import sha256
from typing import Any

from sqlalchemy import select

from helpdesk import clock
from helpdesk.actions import (
    asking,
    claim_evidence,
    claims,
    conversation,
    judging_evidence,
    policies,
    tickets,
    uploading,
)
from helpdesk.actions.claims import Actor
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.models import Agent, Claim, Entry, Evidence, Mailbox, OutboxMessage
from helpdesk.rules.claim_terms import EvidenceKind
from helpdesk.rules.states import EntryKind, Role
from mail.parse import parse
from mail.types import Attachment
from tests.actions.claiming import Matter


def judged(matter: Matter) -> Matter:
    """By the policy that is shipped for shops in China."""
    with transaction() as session:
        policies.start_with(session, "cn-shop", by=None, at=clock.now())
    return matter


def upload(*files: Attachment, claim: int = 1, words: str = "", shows: EvidenceKind | None = None) -> int:
    """How many files were taken; `shows` is what the buyer says of all of them."""
    told = {sha256(file.content).hexdigest(): shows for file in files} if shows is not None else {}
    with transaction() as session:
        taken = uploading.upload(
            session, current_desk(), claim, files, words=words, told=told, at=clock.now()
        )
        return len(taken)


def mailed(matter: Matter, *files: Attachment, opened: bool = False, claim: int = 1) -> int:
    """The buyer's mail with files has joined; how many of them are evidence."""
    with transaction() as session:
        held, ticket = claims.hold(session, claim)
        entry = conversation.record(
            session,
            ticket,
            EntryKind.RECEIVED,
            "received",
            actor=conversation.buyer(ticket.buyer_id),
            at=clock.now(),
            facts={"text": "照片", "new": "照片"},
            attachments=conversation.keep(current_desk().blobs, files),
        )
        taken = claim_evidence.from_mail(
            session, current_desk(), ticket, held, entry, files, opened=opened, at=clock.now()
        )
        return len(taken)


def ask(matter: Matter) -> None:
    with matter.held() as (session, ticket, claim):
        actor = claims.staff(matter.agent(session))
        asking.ask_evidence(session, current_desk(), ticket, claim, actor=actor, at=clock.now())


def agent(matter: Matter) -> Actor:
    with reading() as session:
        return claims.staff(session.get_one(Agent, matter.people[Role.AGENT]))


def kinds(claim: int = 1) -> list[str]:
    with reading() as session:
        rows = session.scalars(select(Evidence).where(Evidence.claim_id == claim).order_by(Evidence.id))
        return [str(row.kind) for row in rows]


def missing(claim: int = 1) -> tuple[EvidenceKind, ...]:
    with reading() as session:
        return claim_evidence.missing(session, session.get_one(Claim, claim)).from_buyer


def sent() -> list[tuple[str, str]]:
    """(subject, text) of every letter, oldest first."""
    with reading() as session:
        rows = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
        read = [parse(current_desk().blobs.get(row.sha256)) for row in rows]
        return [(each.subject, each.text) for each in read]


def second_ticket(matter: Matter) -> int:
    """Another ticket of the same buyer."""
    with transaction() as session:
        first = tickets.hold(session, matter.ticket)
        ticket = tickets.open_ticket(
            session,
            session.get_one(Mailbox, first.mailbox_id),
            first.buyer,
            subject="再一次",
            locale="zh-CN",
            at=clock.now(),
        )
        conversation.record(
            session, ticket, EntryKind.RECEIVED, "received", actor="buyer:1", at=clock.now(), facts={}
        )
        return ticket.id


def facts(ticket: int, verb: str) -> list[dict[str, Any]]:
    """Of every entry of a ticket with this verb."""
    with reading() as session:
        rows = session.scalars(select(Entry).where(Entry.ticket_id == ticket).order_by(Entry.seq))
        return [entry.facts for entry in rows if entry.verb == verb]


def refuse(matter: Matter, why: str, *, evidence: int = 1) -> None:
    actor = agent(matter)
    with transaction() as session:
        judging_evidence.refuse(session, evidence, why, actor=actor, at=clock.now())
