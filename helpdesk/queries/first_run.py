"""How far a new desk is, and what is still open before a buyer's mail is answered well."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from helpdesk.models import Agent, Invitation, Mailbox, Order, PolicyVersion, Shop
from helpdesk.models.shop import ONLY
from helpdesk.queries.people import has_factor


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is there already."""

    shop: bool
    mailbox: bool
    mail_read: bool  # a worker has looked into the mailbox
    policy: bool
    colleagues: bool  # here or invited
    orders: bool
    factor: bool  # the asking colleague has a second factor
    finished_at: datetime | None


def standing(session: Session, agent_id: int) -> Standing:
    """In one question to the database."""
    here = select(func.count()).select_from(Agent).where(Agent.active).scalar_subquery()
    row = session.execute(
        select(
            exists().where(Shop.id == ONLY, Shop.locale != ""),
            exists().where(Mailbox.removed_at.is_(None)),
            exists().where(Mailbox.removed_at.is_(None), Mailbox.last_success_at.is_not(None)),
            exists().where(PolicyVersion.is_current.is_not(None)),
            here > 1,
            exists().where(Invitation.withdrawn_at.is_(None)),
            exists().where(Order.id > 0),
            select(has_factor()).where(Agent.id == agent_id).scalar_subquery(),
            select(Shop.set_up_at).where(Shop.id == ONLY).scalar_subquery(),
        )
    ).one()
    shop, mailbox, mail_read, policy, others, invited, orders, factor, finished_at = row
    return Standing(
        shop=shop,
        mailbox=mailbox,
        mail_read=mail_read,
        policy=policy,
        colleagues=others or invited,
        orders=orders,
        factor=bool(factor),
        finished_at=finished_at,
    )


def shop(session: Session) -> Shop | None:
    """What the shop's own row says, where there is one."""
    return session.get(Shop, ONLY)
