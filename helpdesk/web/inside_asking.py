"""Ask somebody inside the shop, look at what came home, and write down a talk: a page for each."""

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from helpdesk import clock
from helpdesk.actions import calls, claims, inquiries, side_mail, tickets
from helpdesk.actions.inquiries import Asking
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.errors import DeskError, InvalidError
from helpdesk.letters import fact_labels
from helpdesk.queries import inside_forms as queries
from helpdesk.queries import tickets as lookups
from helpdesk.rules.inquiries import InquiryKind
from helpdesk.rules.states import IllegalMoveError
from helpdesk.web import answers, forms, inside_forms, language, refusals
from helpdesk.web.signin import acting

bp = Blueprint("inside_asking", __name__)


@bp.get("/tickets/<key:number>/inquiry")
def form(number: int) -> ResponseReturnValue:
    return _asking_page(number)


@bp.post("/tickets/<key:number>/inquiry")
def ask(number: int) -> ResponseReturnValue:
    """Send a side mail; refused, the page comes back with what was typed."""
    try:
        files = inside_forms.files("files")
        with reading() as session:
            tellable = dict(queries.tellable(session, number).facts)
        asking = Asking(
            contact_id=inside_forms.number("contact"),
            kind=InquiryKind.TASK if request.form.get("kind") == "task" else InquiryKind.QUESTION,
            words=request.form.get("words", "").replace("\r\n", "\n"),
            facts=[(key, tellable[key]) for key in request.form.getlist("tell") if key in tellable],
            attachments=inside_forms.keys("enclose"),
            due_at=inside_forms.moment("due_at"),
            waits=request.form.get("waits") == "yes",
        )
        with transaction() as session:
            if forms.is_first(session):
                ticket = tickets.hold(session, number)
                inquiries.ask(
                    session,
                    current_desk(),
                    ticket,
                    asking,
                    by=acting(session),
                    at=clock.now(),
                    claim=claims.live_of(session, ticket),
                    files=files,
                )
    except (DeskError, IllegalMoveError) as error:
        return _asking_page(number, error), refusals.status_of(error)
    answers.wake()
    return answers.see("tickets.show", number=number, _anchor="newest")


@bp.post("/inquiries/<key:inquiry_id>/end")
def finish(inquiry_id: int) -> ResponseReturnValue:
    """It is done, or no answer is needed any more."""
    said = request.form.get("done", "")
    if said not in ("yes", "no"):
        abort(inside_forms.REFUSED)
    with transaction() as session:
        ticket = inquiries.finish(session, inquiry_id, done=said == "yes", by=acting(session), at=clock.now())
    return answers.see("tickets.show", number=ticket.number)


@bp.post("/held-answers/<key:held_id>")
def settle_held(held_id: int) -> ResponseReturnValue:
    """Take an answer that was held as a note, or set it aside."""
    said = request.form.get("taken", "")
    if said not in ("yes", "no"):
        abort(inside_forms.REFUSED)
    with transaction() as session:
        ticket = side_mail.settle_held(
            session, held_id, taken=said == "yes", by=acting(session), at=clock.now()
        )
    return answers.see("tickets.show", number=ticket.number, _anchor="newest")


@bp.get("/tickets/<key:number>/call")
def call_form(number: int) -> ResponseReturnValue:
    return _call_page(number)


@bp.post("/tickets/<key:number>/call")
def record_call(number: int) -> ResponseReturnValue:
    """Write down what was spoken, with its recording."""
    try:
        spoken_at = inside_forms.moment("spoken_at")
        if spoken_at is None:
            raise InvalidError("say when it was", field="spoken_at")
        files = inside_forms.files("files")
        with transaction() as session:
            if forms.is_first(session):
                entry = calls.record_call(
                    session,
                    current_desk(),
                    tickets.hold(session, number),
                    words=request.form.get("words", "").replace("\r\n", "\n"),
                    spoken_at=spoken_at,
                    place=request.form.get("place", ""),
                    whom=request.form.get("whom", ""),
                    by=acting(session),
                    at=clock.now(),
                    files=files,
                )
                forms.note_entry(session, entry)
    except (DeskError, IllegalMoveError) as error:
        return _call_page(number, error), refusals.status_of(error)
    return answers.see("tickets.show", number=number, _anchor="newest")


def _asking_page(number: int, error: Exception | None = None) -> str:
    with reading() as session:
        found = queries.tellable(session, number)
        return render_template(
            "inside/ask.html",
            number=number,
            tellable=found,
            facts=[(key, *fact_labels.say(key, value, language.chosen())) for key, value in found.facts],
            contacts=queries.contacts(session, only_active=True),
            typed=request.form,
            told=request.form.getlist("tell") if error else ["order", "items", "shipment"],
            enclosed=request.form.getlist("enclose"),
            problem=refusals.sentence(error) if error else "",
            wrong=error.field if isinstance(error, InvalidError) else "",
        )


def _call_page(number: int, error: Exception | None = None) -> str:
    with reading() as session:
        ticket = lookups.show(session, number)
    return render_template(
        "inside/call.html",
        ticket=ticket,
        typed=request.form,
        now=clock.now(),
        problem=refusals.sentence(error) if error else "",
        wrong=error.field if isinstance(error, InvalidError) else "",
    )
