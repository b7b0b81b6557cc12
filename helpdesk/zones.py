"""In which time zone the shop lives: as its setting says, else as its policy, else as this machine.

One zone for letters, for pages and for the days that are typed, wherever they are read. A policy may come
into force while the desk runs: so a request, a tick of the clock and a command look before they begin.
"""

from contextlib import suppress
from dataclasses import replace

from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

from helpdesk import clock
from helpdesk.actions import policies
from helpdesk.current import DESK, current_desk, current_settings
from helpdesk.db import reading
from helpdesk.desk import zone_named


def learn() -> None:
    """Give the desk the zone of the policy that is in force. Opens a reading of its own.

    A database that is away is not our matter: what comes next says so.
    """
    settings = current_settings()
    if settings.timezone:
        return
    with suppress(SQLAlchemyError), reading() as session:
        version = policies.in_force(session, at=clock.now())
        zone = zone_named(policies.read(version).timezone if version is not None else "")
        desk = current_desk()
        if zone != desk.zone:
            current_app.extensions[DESK] = replace(desk, zone=zone)
