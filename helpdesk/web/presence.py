"""An open ticket page says that it is there, what was read on it, and that it is left."""

from collections.abc import Sequence
from zlib import crc32

from flask import Blueprint, Flask, Response, g, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from helpdesk import clock
from helpdesk.actions import alerts, presence
from helpdesk.db import reading, transaction
from helpdesk.queries import presence as looks
from helpdesk.queries.presence import Here
from helpdesk.web.signin import me

bp = Blueprint("presence", __name__)


def init_app(app: Flask) -> None:
    app.jinja_env.globals["colleagues_on"] = colleagues_on


@bp.post("/tickets/<key:number>/presence")
def tell(number: int) -> ResponseReturnValue:
    """`writes`: words stand in the composer; `read`: the newest entry in sight; `left`: it is closed."""
    form = request.form
    seen = form.get("read", "")
    with transaction() as session:
        if form.get("left") == "yes":
            presence.leave(session, number, me().id)
        else:
            presence.be_here(session, number, me().id, writes=form.get("writes") == "yes", at=clock.now())
        if me().unread and form.get("left") != "yes":
            alerts.read_ticket(session, me().id, number, at=clock.now())
        if seen.isascii() and seen.isdigit() and len(seen) < 10:
            presence.note_read(session, number, me().id, int(seen))
    return Response(status=204)


def look(session: Session) -> None:
    """Ask who is where, once for a whole answer."""
    g.colleagues_on = looks.everywhere(session, but=me().id, at=clock.now())


def colleagues_on(number: int) -> Sequence[Here]:
    """Who else has this ticket open. To be called outside of a transaction, or after `look`."""
    if "colleagues_on" not in g:
        with reading() as session:
            look(session)
    found: Sequence[Here] = g.colleagues_on.get(number, ())
    return found


def mark(number: int | None = None) -> str:
    """Another word whenever somebody comes, writes or goes: on this ticket, or on any."""
    here = colleagues_on(number or 0)
    told = here if number is not None else sorted(g.colleagues_on.items())
    return f"{crc32(repr(told).encode()):x}"
