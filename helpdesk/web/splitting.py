"""A mail that is another matter: look at it, name the new ticket, and it has one of its own."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from helpdesk import clock
from helpdesk.actions import splitting, tickets
from helpdesk.db import reading, transaction
from helpdesk.queries import tickets as lookups
from helpdesk.queries.entries import EntryView, views
from helpdesk.web import answers, forms
from helpdesk.web.signin import acting
from helpdesk.web.translate import _

bp = Blueprint("splitting", __name__)


@bp.get("/tickets/<key:number>/entries/<key:entry_id>/split")
def ask(number: int, entry_id: int) -> ResponseReturnValue:
    with reading() as session:
        ticket = lookups.load(session, number)
        entry = splitting.check(session, ticket, entry_id)
        (shown,) = views(session, (ticket,), (entry,))
    return _page(number, shown, subject=tickets.title(str(shown.facts.get("subject", ""))))


@bp.post("/tickets/<key:number>/entries/<key:entry_id>/split")
def split(number: int, entry_id: int) -> ResponseReturnValue:
    """Once, however often the button was clicked: the second finds that it has a ticket already."""
    new = None
    with transaction() as session:
        if forms.is_first(session):
            subject = request.form.get("subject", "")
            new = splitting.split(
                session, number, entry_id, subject=subject, by=acting(session), at=clock.now()
            ).number
    if new is None:
        return answers.see("tickets.show", number=number)
    answers.say(_("This mail has a ticket of its own now; what answers it comes here."))
    return answers.see("tickets.show", number=new)


def _page(number: int, entry: EntryView, *, subject: str) -> str:
    return render_template("ticket/split.html", number=number, entry=entry, subject=subject)
