"""The bar that takes back what was just sent, on the page to which sending has led."""

from flask import Flask, request

from helpdesk import clock
from helpdesk.current import current_desk
from helpdesk.db import reading
from helpdesk.queries import undoable
from helpdesk.queries.undoable import Undoable
from helpdesk.web.signin import who


def init_app(app: Flask) -> None:
    app.jinja_env.globals["sent_just_now"] = sent_just_now


def sent_just_now() -> Undoable | None:
    """What `?undo=<entry>` names, while it can be taken back by the reader."""
    entry_id, reader = request.args.get("undo", ""), who()
    if reader is None or not (entry_id.isascii() and entry_id.isdigit() and len(entry_id) < 10):
        return None
    desk = current_desk()
    with reading() as session:
        return undoable.of_entry(
            session, int(entry_id), by=reader.id, at=clock.now(), hold=desk.hold, undo=desk.undo
        )
