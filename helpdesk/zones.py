"""What shop this is: its name, logo and language, and in which time zone it lives.

The environment says so first, then the shop's own page; the zone then by the policy, else by this machine.
One zone for letters, for pages and for the days that are typed, wherever they are read. Any of it may change
while the desk runs: so a request, a tick of the clock and a command look before they begin.
"""

from contextlib import suppress
from dataclasses import replace

from flask import current_app
from sqlalchemy import literal, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from helpdesk import clock
from helpdesk.actions import policies
from helpdesk.current import DESK, current_desk, current_settings
from helpdesk.db import reading
from helpdesk.desk import SHOP, zone_named
from helpdesk.models import PolicyVersion, Shop
from helpdesk.models.shop import ONLY


def learn() -> None:
    """Give the desk what its shop and the policy in force say. Opens a reading of its own.

    A database that is away is not our matter: what comes next says so.
    """
    settings = current_settings()
    with suppress(SQLAlchemyError), reading() as session:
        shop, version = _shop_and_policy(session)
        name = settings.timezone or (shop.timezone if shop else "") or _of(version)
        desk = current_desk()
        learnt = replace(
            desk,
            shop_name=settings.shop_name or (shop.name if shop else "") or SHOP,
            zone=zone_named(name),
            logo=shop.logo_sha256 if shop else "",
            locale=shop.locale if shop else "",
        )
        if learnt != desk:
            current_app.extensions[DESK] = learnt


def _shop_and_policy(session: Session) -> tuple[Shop | None, PolicyVersion | None]:
    """In one question: it is asked before everything else."""
    at = clock.now()
    one = select(literal(ONLY).label("id")).subquery()
    both = (
        select(Shop, PolicyVersion)
        .select_from(one)
        .outerjoin(Shop, Shop.id == one.c.id)
        .outerjoin(PolicyVersion, policies.in_question(at))
    )
    rows = session.execute(both).all()
    versions = [version for _, version in rows if version is not None]
    return rows[0][0], policies.chosen(versions, at=at)


def _of(version: PolicyVersion | None) -> str:
    return policies.read(version).timezone if version is not None else ""
