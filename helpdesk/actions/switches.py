"""What leads stop for the whole desk, and start again: money, so far."""

from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk.db import insert_missing
from helpdesk.errors import InvalidError
from helpdesk.models import Agent, Switch

MONEY = "money"  # off: nothing is handed to a gateway; what was handed over is still asked about
LONGEST_WHY = 200


def is_off(session: Session, name: str) -> bool:
    """Read anew each time, so that a stop counts from the next step on."""
    found = session.get(Switch, name, populate_existing=True)
    return found is not None and found.off


def turn(session: Session, name: str, *, off: bool, why: str, by: Agent, at: datetime) -> Switch:
    """Stop or start it. Raises InvalidError for a stop without a reason."""
    if off and not why.strip():
        raise InvalidError("say why", field="why")
    insert_missing(session, Switch, [{"name": name, "off": False, "why": "", "by_id": by.id, "at": at}])
    switch = session.get_one(Switch, name, with_for_update=True, populate_existing=True)
    switch.off, switch.why, switch.by_id, switch.at = off, why.strip()[:LONGEST_WHY], by.id, at
    session.flush()
    return switch
