"""What an agent writes: a reply or a note, and taking a reply back."""

from collections.abc import Collection

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from helpdesk import clock
from helpdesk.actions import agents, drafts, later, merging, recipients, replies, tickets
from helpdesk.actions.drafts import Words
from helpdesk.actions.guarding import ObjectedError
from helpdesk.actions.later import Later
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.errors import ConflictError, DeskError, InvalidError
from helpdesk.models import Entry, Ticket
from helpdesk.queries import next_ticket
from helpdesk.rules import later as moments
from helpdesk.rules.states import AfterSending, IllegalMoveError, TicketState
from helpdesk.web import answers, forms, guard_said, inside_forms, refusals, uploads
from helpdesk.web import drafts as begun
from helpdesk.web import tickets as pages
from helpdesk.web.signin import acting, me
from helpdesk.web.translate import _
from mail.types import Attachment

bp = Blueprint("composer", __name__)
MOST_OBJECTIONS = 50  # that one press overrules
AFTERWARDS = {"waiting": TicketState.WAITING, "solved": TicketState.SOLVED}


@bp.post("/tickets/<key:number>/entries")
def write(number: int) -> ResponseReturnValue:
    """A reply or a note. Refused: the page comes back with the words and files, kept as a draft, and with
    what came in meanwhile. `sent` in the address that follows tells the page that nothing is left to keep.
    """
    words, seen = begun.words(), _number(request.form.get("seen", ""))
    files = uploads.staffs(begun.chosen())  # before anything is locked
    try:
        if "save" in request.form:
            return _kept(number, words, files)
        going = (*begun.kept_files(number), *files)
        if words.kind == "reply" and _later():
            return _plan(number, words, going, seen)
        entry_id = _write(number, words, going, seen)
    except (DeskError, IllegalMoveError) as error:
        status = refusals.status_of(error)
        if status == 404:
            raise
        return _refused(number, words, files, seen, error), status
    answers.wake()
    return _lead_on(number, entry_id, words.kind)


@bp.post("/tickets/<key:number>/entries/<key:entry_id>/withdrawal")
def take_back(number: int, entry_id: int) -> ResponseReturnValue:
    """Stop a reply that has not left; it is a draft again. Too late: the page of the ticket says so."""
    try:
        with transaction() as session:
            ticket = merging.final(session, number)
            replies.take_back(session, ticket, entry_id, by=acting(session), at=clock.now())
    except ConflictError as error:
        return pages.page(number, problem=refusals.sentence(error), field="text"), 409
    return answers.see("tickets.show", number=ticket.number, _anchor="composer")


def _write(number: int, words: Words, files: tuple[Attachment, ...], seen: int) -> int | None:
    """Once, however often the button was clicked; the id of the entry."""
    with transaction() as session:
        if not forms.is_first(session):
            return forms.entry_of(session)
        ticket = tickets.hold(session, number)
        if words.kind == "note":
            entry = _note(session, ticket, words.text, files)
        else:
            entry = _reply(session, ticket, words, files, seen)
            _remember_after(session)
        drafts.end(session, ticket, words, by=me().id)
        forms.note_entry(session, entry)
        return entry.id


def _plan(number: int, words: Words, files: tuple[Attachment, ...], seen: int) -> ResponseReturnValue:
    """A reply that leaves later: it stands in grey at the end of the conversation."""
    with transaction() as session:
        if forms.is_first(session):
            ticket = tickets.hold(session, number)
            later.plan_reply(
                session,
                current_desk(),
                ticket,
                words.text,
                by=acting(session),
                seen_seq=seen,
                at=clock.now(),
                when=_when(),
                files=files,
                copies=recipients.read(session, ticket, cc=words.cc, bcc=words.bcc),
                insisted=_insisted(),
            )
            drafts.end(session, ticket, words, by=me().id)
    return answers.see("tickets.show", number=number, sent=number, _anchor="planned")


def _later() -> str:
    """For which moment it was pressed, also when all the same: "hour", "at"; "" for now."""
    wanted = request.form.get("anyway", "").removeprefix("later:") or request.form.get("later", "")
    return wanted if wanted in (*moments.CHOICES, "at") else ""


def _when() -> Later:
    """What was chosen. Raises InvalidError for a moment that is none."""
    choice, at = _later(), clock.now()
    typed = inside_forms.moment("later_at") if choice == "at" else None
    if choice == "at" and typed is None:
        raise InvalidError("give a day and a time", field="later_at")
    return Later(
        due_at=typed or moments.chosen(choice, at=at, zone=current_desk().zone),
        unless_answered="even_if_answered" not in request.form,
        then=AFTERWARDS[_then()],
    )


def _insisted() -> Collection[str]:
    return request.form.getlist("insist")[:MOST_OBJECTIONS] if "anyway" in request.form else ()


def _reply(session: Session, ticket: Ticket, words: Words, files: tuple[Attachment, ...], seen: int) -> Entry:
    return replies.send_reply(
        session,
        current_desk(),
        ticket,
        words.text,
        by=acting(session),
        seen_seq=seen,
        at=clock.now(),
        files=files,
        then=AFTERWARDS[_then()],
        copies=recipients.read(session, ticket, cc=words.cc, bcc=words.bcc),
        insisted=_insisted(),
    )


def _note(session: Session, ticket: Ticket, text: str, files: tuple[Attachment, ...]) -> Entry:
    by = acting(session)
    return replies.add_note(session, current_desk(), ticket, text, by=by, at=clock.now(), files=files)


def _kept(number: int, words: Words, files: tuple[Attachment, ...]) -> ResponseReturnValue:
    """The button for browsers without JavaScript."""
    _keep(number, words, files)
    answers.say(_("Your draft is kept."))
    return answers.see("tickets.show", number=number, _anchor="composer")


def _refused(
    number: int, words: Words, files: tuple[Attachment, ...], seen: int, error: DeskError | IllegalMoveError
) -> str:
    lost = False
    try:
        _keep(number, words, files)
    except InvalidError:  # too much: the words come back with the page, the files do not
        lost = bool(files)
    guarded = guard_said.of(error, seen=seen, then=_pressed()) if isinstance(error, ObjectedError) else None
    return pages.page(
        number,
        text=words.text,
        kind=words.kind,
        problem=refusals.sentence(error),
        guarded=guarded,
        field=(error.field if isinstance(error, InvalidError) else "") or "text",
        seen=seen,
        lost_files=lost,
    )


def _keep(number: int, words: Words, files: tuple[Attachment, ...]) -> None:
    with transaction() as session:
        ticket, by, at = merging.final(session, number), me().id, clock.now()
        draft = drafts.save(session, ticket, words, by=by, at=at)
        if draft is not None:
            drafts.tick(draft, begun.kept())
        if files:
            drafts.add_files(session, current_desk().blobs, ticket, files, by=by, at=at)


def _lead_on(number: int, entry_id: int | None, kind: str) -> ResponseReturnValue:
    """To where this person wants to be led after sending; a note leads nowhere."""
    after = _after() if kind == "reply" else AfterSending.STAY
    if after is AfterSending.NEXT:
        with reading() as session:
            found = next_ticket.after(session, number, me().id)
        if found is not None:
            return answers.see("tickets.show", number=found, sent=number, undo=entry_id)
        answers.say(_("Nothing else waits for you."))
    if after is AfterSending.STAY:
        return answers.see("tickets.show", number=number, sent=number, _anchor="newest")
    return answers.see("queue.show", sent=number, undo=entry_id)


def _remember_after(session: Session) -> None:
    """What was chosen last is how it stands the next time."""
    if _after() is not me().after_sending:
        agents.lead_on(acting(session), _after())


def _after() -> AfterSending:
    wanted = request.form.get("after", "")
    return AfterSending(wanted) if wanted in list(AfterSending) else me().after_sending


def _pressed() -> str:
    """What "send all the same" is to do."""
    return f"later:{_later()}" if _later() else _then()


def _then() -> str:
    """The state afterwards, by whichever button."""
    wanted = request.form.get("anyway") or request.form.get("then", "")
    return wanted if wanted in AFTERWARDS else "waiting"


def _number(given: str) -> int:
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else 0
