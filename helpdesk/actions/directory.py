"""Who we are: our mailboxes, their addresses, our colleagues.

Every message asks for this, and a batch of messages changes none of it: so a batch reads it once.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.models import Agent, Mailbox
from helpdesk.rules.states import ToldOf
from mail.types import key_of

_KEPT = "directory"
T = TypeVar("T")


def keep(session: Session) -> None:
    """From here to the end of the transaction everything below is read once.

    Only for a transaction that changes neither mailboxes nor agents.
    """
    session.info[_KEPT] = {}


def mailbox_ids(session: Session) -> Sequence[int]:
    """All of them, the removed ones too."""
    return kept(session, "mailbox_ids", lambda: session.scalars(select(Mailbox.id)).all())


def all_addresses(session: Session) -> frozenset[str]:
    """The key of every address of the desk; those of removed mailboxes may still reach it."""
    return kept(session, "addresses", lambda: _addresses(session))


def colleagues(session: Session) -> Mapping[str, Agent]:
    """Who works here now, by address in lower case."""
    return kept(session, "colleagues", lambda: _colleagues(session))


def told_of_mail(session: Session) -> list[Agent]:
    """Colleagues who want to be told of some mail at least."""
    return [agent for agent in colleagues(session).values() if agent.told_of is not ToldOf.NOTHING]


def _colleagues(session: Session) -> dict[str, Agent]:
    here = select(Agent).where(Agent.active).order_by(Agent.id)
    return {agent.email: agent for agent in session.scalars(here)}


def _addresses(session: Session) -> frozenset[str]:
    return frozenset(
        key_of(each) for mailbox in session.scalars(select(Mailbox)) for each in mailbox.addresses
    )


def kept(session: Session, name: str, read: Callable[[], T]) -> T:
    """What `read` gives, read once where `keep` was called: for what no mail changes."""
    known = session.info.get(_KEPT)
    if known is None:
        return read()
    if name not in known:
        known[name] = read()
    return cast(T, known[name])
