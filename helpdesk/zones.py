"""What shop this is: its name, logo and language, and in which time zone it lives.

The environment says so first, then the shop's own page; the zone then by the policy, else by this machine.
One zone for letters, for pages and for the days that are typed, wherever they are read. Any of it may change
while the desk runs: so a request, a tick of the clock and a command look before they begin.
"""

from contextlib import suppress
from dataclasses import replace

from flask import current_app
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from helpdesk import clock
from helpdesk.actions import policies
from helpdesk.current import DESK, current_desk, current_settings
from helpdesk.db import reading
from helpdesk.desk import SHOP, zone_named
from helpdesk.models import Shop
from helpdesk.models.shop import ONLY


def learn() -> None:
    """Give the desk what its shop and the policy in force say. Opens a reading of its own.

    A database that is away is not our matter: what comes next says so.
    """
    settings = current_settings()
    with suppress(SQLAlchemyError), reading() as session:
        shop = session.get(Shop, ONLY)
        name = settings.timezone or (shop.timezone if shop else "") or _of_policy(session)
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


def _of_policy(session: Session) -> str:
    version = policies.in_force(session, at=clock.now())
    return policies.read(version).timezone if version is not None else ""
