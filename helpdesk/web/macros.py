"""Macros: the page where leads make them, and the one that shows what one will do before it does."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from helpdesk import clock
from helpdesk.actions import claims, macros, tickets
from helpdesk.actions.guarding import ObjectedError
from helpdesk.actions.macros import StepRefusedError
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.errors import DeskError
from helpdesk.letters import claim_words as words
from helpdesk.letters import words as letters_words
from helpdesk.models import Ticket
from helpdesk.queries import macros as lookups
from helpdesk.queries import people, saved_replies
from helpdesk.queries import tickets as ticket_rows
from helpdesk.queries.macros import MacroView
from helpdesk.rules import macros as rules
from helpdesk.rules import placeholders
from helpdesk.rules.guard import Stop
from helpdesk.rules.macros import Do, Step
from helpdesk.rules.money import Money
from helpdesk.rules.proposals import Part
from helpdesk.rules.states import IllegalMoveError, Role
from helpdesk.web import answers, forms, guard_said, language, macros_said, refusals, wording
from helpdesk.web.guard_said import Stopped
from helpdesk.web.macros_said import Foreseen
from helpdesk.web.signin import acting, me, needs
from helpdesk.web.translate import _

bp = Blueprint("macros", __name__)
MOST_OBJECTIONS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What a macro would do on a ticket now."""

    steps: tuple[Foreseen, ...]
    granted: str  # what the policy grants: comes back with the form, so that nothing else is granted

    @property
    def is_possible(self) -> bool:
        return all(not each.problem for each in self.steps)


@bp.get("/tickets/<key:number>/macro")
def preview(number: int) -> ResponseReturnValue:
    return _preview(number, _key(request.args.get("macro", "")), _key(request.args.get("seen", "")))


@bp.post("/tickets/<key:number>/macro")
def run(number: int) -> ResponseReturnValue:
    """All of it, once, or nothing: then the page says which step it was."""
    macro_id, seen = _key(request.form.get("macro", "")), _key(request.form.get("seen", ""))
    try:
        with transaction() as session:
            ticket = tickets.hold(session, number)
            macro = macros.of(session, macro_id)
            if forms.is_first(session):
                macros.run(
                    session,
                    current_desk(),
                    ticket,
                    macro,
                    by=acting(session),
                    at=clock.now(),
                    seen_seq=seen,
                    words=_words,
                    granted=request.form.get("granted", "")[:200],
                    insisted=request.form.getlist("insist")[:MOST_OBJECTIONS]
                    if "anyway" in request.form
                    else (),
                )
    except StepRefusedError as error:
        said = _(
            "“%(step)s”: %(because)s",
            step=macros_said.title(error.step),
            because=refusals.sentence(error.cause),
        )
        return _preview(number, macro_id, seen, problem=f"{said} {_('Nothing was done.')}"), 409
    except ObjectedError as error:
        stopped = guard_said.of(error, seen=seen, then="")
        return _preview(number, macro_id, seen, stopped=stopped), 409
    except (DeskError, IllegalMoveError) as error:
        status = refusals.status_of(error)
        if status == 404:
            raise
        return _preview(number, macro_id, seen, problem=refusals.sentence(error)), status
    answers.wake()
    return answers.see("tickets.show", number=number, sent=number, _anchor="newest")


@bp.get("/settings/macros")
@needs(Role.LEAD)
def show() -> ResponseReturnValue:
    return _page()


@bp.get("/settings/macros/<key:macro_id>")
@needs(Role.LEAD)
def edit(macro_id: int) -> ResponseReturnValue:
    with reading() as session:
        found = lookups.one(session, macro_id)
    return _page(found, editing=macro_id)


@bp.post("/settings/macros")
@needs(Role.LEAD)
def add() -> ResponseReturnValue:
    return _save(
        lambda session, typed: macros.add(
            session, typed.name, typed.steps, by=acting(session), at=clock.now()
        )
    )


@bp.post("/settings/macros/<key:macro_id>")
@needs(Role.LEAD)
def change(macro_id: int) -> ResponseReturnValue:
    return _save(
        lambda session, typed: macros.change(
            session, macro_id, typed.name, typed.steps, by=acting(session), at=clock.now()
        ),
        editing=macro_id,
    )


@bp.post("/settings/macros/<key:macro_id>/removal")
@needs(Role.LEAD)
def take_away(macro_id: int) -> ResponseReturnValue:
    with transaction() as session:
        macros.take_away(session, macro_id, by=acting(session))
    return answers.see("macros.show")


@bp.post("/settings/macros/<key:macro_id>/place")
@needs(Role.LEAD)
def put_before(macro_id: int) -> ResponseReturnValue:
    with transaction() as session:
        macros.put_before(session, macro_id, by=acting(session))
    return answers.see("macros.show")


def _preview(
    number: int, macro_id: int, seen: int, *, problem: str = "", stopped: Stopped | None = None
) -> str:
    with reading() as session:
        ticket = ticket_rows.load(session, number)
        macro = lookups.one(session, macro_id)
        outlook = _outlook(session, ticket, macro)
        subject, buyer = ticket_rows.shown_subject(ticket.subject), ticket.buyer.name or ticket.address
    has_moved_on = stopped is not None and any(each.stop is Stop.MOVED_ON for each in stopped.objections)
    return render_template(
        "ticket/macro.html",
        number=number,
        subject=subject,
        buyer=buyer,
        macro=macro,
        outlook=outlook,
        seen=seen,
        problem=problem,
        stopped=stopped,
        has_moved_on=has_moved_on,
    )


def _outlook(session: Session, ticket: Ticket, macro: MacroView) -> Outlook:
    """Read only: what each step would do, and what stands in its way as far as that can be known."""
    claim = claims.live_of(session, ticket)
    found = macros.what_is_granted(session, claim) if claim is not None else None
    names = {str(each.id): each.name for each in people.colleagues(session)}
    grants = any(step.do is Do.CLAIM for step in macro.steps)
    foresee: dict[Do, Callable[[str], Foreseen]] = {
        Do.CLAIM: lambda value: _claim(value, claim is not None, found),
        Do.NOTE: lambda value: Foreseen(detail=value),
        Do.ASSIGN: lambda value: macros_said.assigned(value, names, me().name),
        Do.REPLY: lambda value: _reply(session, ticket, int(value), found if grants else None),
        Do.STATE: lambda value: Foreseen(detail=macros_said.state(value)),
    }
    lines = [replace(foresee[step.do](step.value), title=macros_said.title(step)) for step in macro.steps]
    return Outlook(steps=tuple(lines), granted=macros.key_of(found))


def _claim(value: str, is_there: bool, found: tuple[Part, str] | None) -> Foreseen:
    if not is_there:
        return Foreseen(problem=refusals.begun("there is no claim on this ticket that goes on"))
    if found is None:
        return Foreseen(
            problem=refusals.begun("the policy grants nothing on this claim: look at it yourself")
        )
    part, currency = found
    amount = f" {wording.money(Money(part.amount, currency))}" if part.amount else ""
    remedy = words.say(words.REMEDIES, part.remedy, language.chosen())
    return Foreseen(detail=f"{remedy}{amount}", hint=macros_said.letter(value))


def _reply(session: Session, ticket: Ticket, reply_id: int, granted: tuple[Part, str] | None) -> Foreseen:
    """As it will read; what is granted before is put in already."""
    values = _values(session, ticket)
    if granted is not None and granted[0].amount:
        amount = letters_words.amount(Money(granted[0].amount, granted[1]), ticket.locale)
        values |= {"claim.amount": amount, "refund.amount": amount}
    try:
        reply = saved_replies.one(session, reply_id, me().id)
    except DeskError as error:
        return Foreseen(problem=refusals.sentence(error))
    filled = placeholders.fill(reply.text(ticket.locale), values)
    missing = _("missing here: %(names)s", names=", ".join(filled.missing)) if filled.missing else ""
    other = "" if reply.is_in(ticket.locale) else _("not in the buyer's language")
    return Foreseen(detail=filled.text, problem=missing, hint=other, is_letter=True)


def _words(session: Session, ticket: Ticket, reply_id: int) -> str:
    """The text of a saved reply as it goes out; a variable without a value stays, and stops it."""
    reply = saved_replies.one(session, reply_id, me().id)
    return placeholders.fill(reply.text(ticket.locale), _values(session, ticket)).text


def _values(session: Session, ticket: Ticket) -> dict[str, str]:
    desk = current_desk()
    return saved_replies.values_of(session, ticket, agent=me().name, shop=desk.shop_name, zone=desk.zone)


def _save(
    write: Callable[[Session, MacroView], object], *, editing: int | None = None
) -> ResponseReturnValue:
    typed = _typed()
    try:
        with transaction() as session:
            write(session, typed)
    except DeskError as error:
        return _page(typed, error, editing=editing), refusals.status_of(error)
    answers.say(_("Saved: %(name)s.", name=typed.name.strip()))
    return answers.see("macros.show")


def _typed() -> MacroView:
    form = request.form
    given = ((do, form.get(do, "").replace("\r\n", "\n").strip()) for do in Do)
    return MacroView(
        id=0, name=form.get("name", ""), steps=tuple(Step(do, value) for do, value in given if value)
    )


def _page(
    typed: MacroView | None = None, error: DeskError | None = None, *, editing: int | None = None
) -> str:
    """The list, and the form for a new one or the one that is changed."""
    with reading() as session:
        found, replies = lookups.listed(session), lookups.shared_replies(session)
        colleagues = {str(each.id): each.name for each in people.colleagues(session)}
    return render_template(
        "settings/macros.html",
        macros=[
            (each, [macros_said.line(step, replies, colleagues) for step in each.steps]) for each in found
        ],
        typed=typed or MacroView(id=0, name="", steps=()),
        editing=editing,
        wrong=refusals.by_field(error),
        replies=replies,
        colleagues=colleagues,
        claim_steps=macros_said.CLAIM_STEPS,
        states=[(value, macros_said.state(value)) for value in rules.STATES],
    )


def _key(said: str) -> int:
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0
