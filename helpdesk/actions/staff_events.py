"""What was done to somebody's role, door, password or second factor: a line each, added and never changed."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from helpdesk.models import Agent, StaffEvent


def record(
    session: Session, verb: str, *, by: Agent | None, about: Agent | None, at: datetime, **facts: Any
) -> None:
    """`by` None: from the command line. `web/staff_events_said.py` has the words of each verb."""
    session.add(
        StaffEvent(
            at=at,
            verb=verb,
            by_id=by.id if by else None,
            about_id=about.id if about else None,
            facts=facts,
        )
    )
