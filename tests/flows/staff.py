"""Colleagues who are told by mail: making them, and what they and others send in answer."""

from helpdesk import clock
from helpdesk.actions import agents
from helpdesk.db import reading, transaction
from helpdesk.models import Agent, Mailbox
from helpdesk.rules.states import Role, ToldOf
from mail.types import Incoming
from tests.letterbox import mail
from tests.shop import PASSWORD, Shop

ANN, BO = "ann@shop.example", "bo@shop.example"
LI, EVE = "li@buyer.example", "eve@else.example"


def tell(agent_id: int, told_of: ToldOf = ToldOf.MINE_AND_UNASSIGNED, *, locale: str | None = "en") -> None:
    with transaction() as session:
        agent = session.get_one(Agent, agent_id)
        agents.tell_of(agent, told_of)
        agent.locale = locale


def colleague(email: str = BO, *, told_of: ToldOf = ToldOf.NOTHING, role: Role = Role.AGENT) -> int:
    with transaction() as session:
        agent = agents.create(
            session,
            email=email,
            name=email.partition("@")[0].title(),
            password=PASSWORD,
            role=role,
            at=clock.now(),
        )
        agents.tell_of(agent, told_of)
        return agent.id


def also_at(shop: Shop, alias: str) -> None:
    """Give the mailbox a second address."""
    with transaction() as session:
        session.get_one(Mailbox, shop.mailbox_id).aliases = [alias]


def leave(agent_id: int) -> None:
    """A second owner is there, so the first may go."""
    with transaction() as session:
        agents.change(
            session, session.get_one(Agent, agent_id), role=Role.AGENT, active=False, by=None, at=clock.now()
        )


def agent_row(agent_id: int) -> Agent:
    with reading() as session:
        return session.get_one(Agent, agent_id)


def told(shop: Shop, to: str = ANN) -> list[Incoming]:
    """The notifications that this colleague has by now, oldest first."""
    shop.chase()
    return [letter for letter in shop.send() if letter.to[0].email == to]


def to_buyer(shop: Shop, buyer: str = LI) -> list[Incoming]:
    """What this buyer has had of people, oldest first."""
    return [
        letter
        for letter in shop.send()
        if letter.to[0].email == buyer and letter.header("Auto-Submitted") == ""
    ]


def answer(
    notification: Incoming,
    text: str = "Please send us a photo.",
    *,
    sender: str = ANN,
    name: str = "Ann",
    verified: str = "pass",
    headers: tuple[tuple[str, str], ...] = (),
    in_reply_to: str | None = None,
    **more: object,
) -> bytes:
    """What a mail program makes of an answer: the words, and the notification quoted below."""
    quoted = "\n".join(f"> {line}" for line in notification.text.split("\n"))
    body = f"{text}\n\nOn Mon, Jun 1, 2026 at 10:00 AM Demo Shop <support@shop.example> wrote:\n\n{quoted}\n"
    return mail(
        body,
        sender=sender,
        name=name,
        subject=f"Re: {notification.subject}",
        in_reply_to=notification.message_id if in_reply_to is None else in_reply_to,
        charset="utf-8",
        verified=verified,
        headers=headers,
        **more,  # type: ignore[arg-type]  # names are those of mail()
    )
