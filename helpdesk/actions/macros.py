"""Macros: made and put in order by leads, and run on a ticket: everything that one lists, or nothing.

The steps stand in a table, so another room adds a verb with one line. A reply goes through the same guard and
the same undo time as one that was typed. Whoever runs it has seen what it will do; what the policy grants
meanwhile is not granted unseen.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk.actions import approvals, claims, conversation, deciding, offers, replies, tickets
from helpdesk.actions.guarding import ObjectedError
from helpdesk.desk import Desk
from helpdesk.errors import ConflictError, DeskError, InvalidError, NotFoundError
from helpdesk.models import Agent, Claim, Macro, Order, SavedReply, Ticket, goods_here
from helpdesk.rules import macros
from helpdesk.rules.claim_terms import Remedy
from helpdesk.rules.claims import ClaimState
from helpdesk.rules.guard import Objection, Stop
from helpdesk.rules.macros import ClaimStep, Do, MacroError, Step
from helpdesk.rules.offers import last_moment
from helpdesk.rules.policy_deciding import Decision
from helpdesk.rules.policy_terms import Verdict
from helpdesk.rules.proposals import Part
from helpdesk.rules.states import EntryKind, IllegalMoveError, Role, TicketState, WaitingOn, may

LONGEST_NAME = 80
MOST = 100  # in one shop
WITH_POSTAGE = (Remedy.FULL_REFUND, Remedy.RETURN_REFUND)
TO_BE_ANSWERED = (ClaimState.AWAITING_DECISION, ClaimState.AWAITING_APPROVAL)


class StepRefusedError(ConflictError):
    """409: one step cannot be done, so nothing was. The error that it met is the cause."""

    def __init__(self, step: Step, cause: Exception) -> None:
        super().__init__(str(cause))
        self.step, self.cause = step, cause


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One macro on one ticket: who runs it, what she had seen, and how a saved reply reads here."""

    desk: Desk
    by: Agent
    at: datetime
    seen_seq: int
    granted: str  # what the policy granted when she looked: `key_of`; "" for nothing
    words: Callable[[Session, Ticket, int], str]  # of a saved reply, its variables put in
    insisted: Collection[str]
    then: tuple[TicketState, WaitingOn | None] | None  # that it leaves behind


def add(session: Session, name: str, steps: tuple[Step, ...], *, by: Agent, at: datetime) -> Macro:
    """Raises InvalidError. It stands last."""
    _check(session, name, steps, by=by)
    last, count = session.execute(select(func.max(Macro.place), func.count(Macro.id))).one()
    if count >= MOST:
        raise InvalidError(f"these are {MOST} macros already: take one away first", field="name")
    row = Macro(place=(last or 0) + 1)
    _write(row, name, steps, by=by, at=at)
    session.add(row)
    session.flush()
    return row


def change(
    session: Session, macro_id: int, name: str, steps: tuple[Step, ...], *, by: Agent, at: datetime
) -> Macro:
    """Raises InvalidError, NotFoundError."""
    row = of(session, macro_id)
    _check(session, name, steps, by=by)
    _write(row, name, steps, by=by, at=at)
    return row


def take_away(session: Session, macro_id: int, *, by: Agent) -> None:
    """What was done with it stays as it was done."""
    _check_lead(by)
    session.delete(of(session, macro_id))


def put_before(session: Session, macro_id: int, *, by: Agent) -> None:
    """One place up in the list; the first stays where it is."""
    _check_lead(by)
    row = of(session, macro_id)
    above = session.scalar(
        select(Macro).where(Macro.place < row.place).order_by(Macro.place.desc(), Macro.id.desc()).limit(1)
    )
    if above is not None:
        row.place, above.place = above.place, row.place


def of(session: Session, macro_id: int) -> Macro:
    row = session.get(Macro, macro_id, with_for_update=True)
    if row is None:
        raise NotFoundError("there is no such macro")
    return row


def run(
    session: Session,
    desk: Desk,
    ticket: Ticket,
    macro: Macro,
    *,
    by: Agent,
    at: datetime,
    seen_seq: int,
    words: Callable[[Session, Ticket, int], str],
    granted: str = "",
    insisted: Collection[str] = (),
) -> None:
    """Carry out all steps on a held ticket, in their order, as one.

    Raises StepRefusedError that names the step which cannot be done, ObjectedError of the send guard; the
    caller's transaction takes back what was done before.
    """
    tickets.check_stands_alone(ticket)
    if tickets.has_moved_on(session, ticket, seen_seq, by=by):
        raise ObjectedError([Objection(stop=Stop.MOVED_ON, found="", known=())])
    steps = macros.steps(macro.steps)
    given = Run(
        desk=desk,
        by=by,
        at=at,
        seen_seq=seen_seq,
        granted=granted,
        words=words,
        insisted=insisted,
        then=macros.then(steps),
    )
    conversation.record(
        session,
        ticket,
        EntryKind.EVENT,
        "ran_macro",
        actor=conversation.agent(by.id),
        at=at,
        # What it did stands in entries of its own; the words of a note stay in the note.
        facts={"macro": macro.id, "name": macro.name, "steps": [str(step.do) for step in steps]},
    )
    for step in steps:
        try:
            STEPS[step.do](session, ticket, step.value, given)
        except ObjectedError:
            raise
        except (DeskError, IllegalMoveError) as error:
            raise StepRefusedError(step, error) from error


def what_is_granted(session: Session, claim: Claim) -> tuple[Part, str] | None:
    """What needs no new thought, and its currency: the first remedy of the newest decision, or for goods that
    are back what had been agreed, less what the inspection deducts. None where there is nothing."""
    order = session.get(Order, claim.order_id) if claim.order_id is not None else None
    if order is None:
        return None
    here = goods_here.of_claim(session, claim)
    if here is not None:
        return (here.part, order.currency) if here.sum else None
    row = deciding.newest(session, claim)
    decision = Decision.from_json(row.outcome) if row is not None else None
    if decision is None or decision.decision is not Verdict.ALLOW or not decision.remedies:
        return None
    remedy = decision.remedies[0]
    amount = decision.amounts.of(remedy)
    postage = min(decision.amounts.shipping, amount) if remedy in WITH_POSTAGE else 0
    return Part(option=1, remedy=remedy, amount=amount, shipping=postage), order.currency


def key_of(found: tuple[Part, str] | None) -> str:
    """What was seen, to be compared with what is granted when it is run."""
    return f"{found[0].remedy}:{found[0].amount}:{found[1]}" if found is not None else ""


def _claim(session: Session, ticket: Ticket, value: str, given: Run) -> None:
    """What the policy grants on the claim that goes on."""
    claim = claims.live_of(session, ticket)
    if claim is None:
        raise ConflictError("there is no claim on this ticket that goes on")
    if claim.state in TO_BE_ANSWERED:
        deciding.evaluate(session, ticket, claim, actor=claims.DESK, at=given.at)
    found = what_is_granted(session, claim)
    if found is None:
        raise ConflictError("the policy grants nothing on this claim: look at it yourself")
    if key_of(found) != given.granted:
        raise ConflictError("what the policy grants is not what you saw: look again")
    part, by, at = found[0], given.by, given.at
    match ClaimStep(value):
        case ClaimStep.GRANT:
            approvals.approve(session, given.desk, ticket, claim, [part], by=by, at=at)
        case ClaimStep.OFFER:
            days = deciding.offer_days(session, claim, at=at)
            until = last_moment(at, days, given.desk.zone)
            offers.make_offer(session, given.desk, ticket, claim, [part], by=by, expires_at=until, at=at)
        case ClaimStep.ASK:
            approvals.ask(session, given.desk, ticket, claim, [part], by=by, at=at, expires_at=None)


def _note(session: Session, ticket: Ticket, value: str, given: Run) -> None:
    replies.add_note(session, given.desk, ticket, value, by=given.by, at=given.at)


def _assign(session: Session, ticket: Ticket, value: str, given: Run) -> None:
    to = {macros.ME: given.by.id, macros.NOBODY: None}
    tickets.assign(session, ticket, to[value] if value in to else int(value), by=given.by, at=given.at)


def _reply(session: Session, ticket: Ticket, value: str, given: Run) -> None:
    """What the steps before it have said is known to who runs it: the page has shown all of it."""
    then = TicketState.SOLVED if _solves(given) else TicketState.WAITING
    replies.send_reply(
        session,
        given.desk,
        ticket,
        given.words(session, ticket, int(value)),
        by=given.by,
        seen_seq=ticket.last_seq,
        at=given.at,
        then=then,
        insisted=given.insisted,
    )


def _state(session: Session, ticket: Ticket, value: str, given: Run) -> None:
    to, on = macros.state_of(value)
    actor = conversation.agent(given.by.id)
    tickets.move(session, ticket, to, actor=actor, at=given.at, waiting_on=on)


def _solves(given: Run) -> bool:
    return given.then is not None and given.then[0] in (TicketState.SOLVED, TicketState.CLOSED)


# Each verb of rules/macros.Do, and what carries it out.
STEPS: Mapping[Do, Callable[[Session, Ticket, str, Run], None]] = {
    Do.CLAIM: _claim,
    Do.NOTE: _note,
    Do.ASSIGN: _assign,
    Do.REPLY: _reply,
    Do.STATE: _state,
}


def _write(row: Macro, name: str, steps: tuple[Step, ...], *, by: Agent, at: datetime) -> None:
    row.name, row.steps = name.strip(), macros.as_data(steps)
    row.updated_at, row.updated_by_id = at, by.id


def _check(session: Session, name: str, steps: tuple[Step, ...], *, by: Agent) -> None:
    _check_lead(by)
    if not name.strip():
        raise InvalidError("give it a name by which it is found", field="name")
    if len(name.strip()) > LONGEST_NAME:
        raise InvalidError(f"at most {LONGEST_NAME} characters fit here", field="name")
    try:
        macros.check(steps)
    except MacroError as error:
        raise InvalidError(str(error), field=error.field or "claim") from error
    for step in steps:
        _check_is_there(session, step)


def _check_is_there(session: Session, step: Step) -> None:
    """Everybody runs it, so its reply is everybody's; and its colleague works here."""
    if step.do is Do.REPLY:
        reply = session.get(SavedReply, int(step.value))
        if reply is None or reply.owner_id is not None:
            raise InvalidError("choose a saved reply that is everybody's", field=Do.REPLY)
    if step.do is Do.ASSIGN and step.value.isdigit():
        agent = session.get(Agent, int(step.value))
        if agent is None or not agent.active:
            raise InvalidError("this colleague does not work here any more", field=Do.ASSIGN)


def _check_lead(by: Agent) -> None:
    if not may(by.role, Role.LEAD):
        raise InvalidError("only a lead makes macros", field="name")
