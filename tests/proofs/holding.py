"""What has to be true of claims at every moment, asked of the rows as they are. Each answers with sentences.

The numbers are those of the list of invariants that the state machine is to prove: I8 moves, I10 timers,
I14 letters, money and goods, and the hash chain. I13 is asked where a mail is replayed.
"""

from collections import Counter
from collections.abc import Callable, Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from helpdesk.current import current_desk
from helpdesk.models import (
    AgreedRemedy,
    Approval,
    Claim,
    Entry,
    Evidence,
    Offer,
    Order,
    OrderLine,
    OutboxMessage,
    Payment,
    ReceivedMessage,
    Refund,
    Reminder,
    ReturnShipment,
    Ticket,
)
from helpdesk.queries import proof
from helpdesk.rules import returns
from helpdesk.rules.claim_moves import MOVES, find
from helpdesk.rules.claims import ENDED, LIVE, ClaimState, Event
from helpdesk.rules.offers import ApprovalState, OfferState, RemedyState
from helpdesk.rules.proposals import MONEY
from helpdesk.rules.refunds import LEFT, OVER
from helpdesk.rules.settlement import Shares
from helpdesk.rules.states import (
    IllegalMoveError,
    ReceivedState,
    ReminderKind,
    ReminderState,
    TicketState,
)
from mail.parse import parse
from tests.actions.sold import LI
from tests.proofs.holding_goods import (
    a_dispute_is_open_where_the_claim_says_so,
    no_return_is_forgotten,
    nothing_is_promised_on_what_was_refused,
)
from tests.proofs.holding_turns import QUESTIONS as OF_TURNS

VERBS = {f"claim_{move.event}": move.event for move in MOVES if None not in move.before}
AGREE = {Event.ACCEPT_OFFER, Event.APPROVE, Event.APPROVE_BY_ITSELF, Event.CONFIRM}
OF_THE_CLAIM = frozenset({"offered", "approval_told", "refusal_told", "verdict_told"})
RETURNED = ("return_sent", "return_received", "return_inspected", "return_lost", "return_expired")
SECRETS = ("杯子", "茶壶")  # on the order, and in no mail of the stranger
READ: dict[str, bool] = {}
PROMISED = (RemedyState.AGREED, RemedyState.UNDER_WAY, RemedyState.COMPLETE)
Question = Callable[[Session, set[int]], Iterator[str]]


def broken(session: Session, vouched: set[int]) -> list[str]:
    """All that does not hold. `vouched`: tickets whose buyer an agent knows to speak for the order."""
    return [said for question in QUESTIONS for said in question(session, vouched)]


def every_move_is_in_the_table(session: Session, vouched: set[int]) -> Iterator[str]:
    """I8: one entry and one version for each change, no state but by a line of the table."""
    for claim in session.scalars(select(Claim)):
        entries = [each for each in _said_of(session, claim) if "version" in each.facts]
        versions = [each.facts["version"] for each in entries]
        if versions != list(range(2, claim.version + 1)):
            yield f"claim {claim.id} has version {claim.version} and entries {versions}"
        state = ClaimState.NEW
        for entry in entries:
            event = VERBS.get(entry.verb)
            if event is None:
                continue
            try:
                after = find(event, state).after
            except IllegalMoveError as error:
                yield f"claim {claim.id}: {error}"
                return
            if (entry.facts["before"], entry.facts["after"]) != (state, after):
                yield f"claim {claim.id}: {entry.verb} says {entry.facts['before']} > {entry.facts['after']}"
            state = after
        if state is not claim.state:
            yield f"claim {claim.id} is {claim.state}, its entries say {state}"
        if claim.live is not (claim.state in LIVE) or {row.live for row in claim.lines} - {claim.live}:
            yield f"claim {claim.id} is {claim.state} and holds its items: {claim.live}"


def nothing_is_forgotten(session: Session, vouched: set[int]) -> Iterator[str]:
    """I10: until it has ended, a claim has a moment at which something happens; afterwards it has none."""
    for claim in session.scalars(select(Claim)):
        plans = session.scalars(
            select(Reminder).where(Reminder.claim_id == claim.id, Reminder.state == ReminderState.PLANNED)
        ).all()
        kind = ReminderKind.OFFER_EXPIRY if claim.state is ClaimState.OFFERED else ReminderKind.CLAIM_DUE
        due = [plan.due_at for plan in plans if plan.kind is kind]
        if claim.state in ENDED:
            plans = [plan for plan in plans if plan.kind is not ReminderKind.TASK_DUE]  # goods may come
            if plans:
                yield f"claim {claim.id} is {claim.state}, and {[str(plan.kind) for plan in plans]} runs"
        elif len(due) != 1:
            yield f"claim {claim.id} is {claim.state}, and {len(due)} {kind} run"
        if {plan.ticket_id for plan in plans} - {claim.ticket_id}:
            yield f"claim {claim.id} has plans on another ticket"
        if claim.state is ClaimState.OFFERED:
            ends = session.scalars(
                select(Offer.expires_at).where(Offer.claim_id == claim.id, Offer.state == OfferState.OPEN)
            ).all()
            if due != ends:
                yield f"the offer of claim {claim.id} ends at {ends}, its plan is for {due}"


def no_claim_goes_on_behind_a_closed_ticket(session: Session, vouched: set[int]) -> Iterator[str]:
    """Where nobody looks any more, nobody is waited for."""
    rows = session.execute(
        select(Claim.id, Claim.state, Ticket.id)
        .join(Ticket, Ticket.id == Claim.ticket_id)
        .where(Ticket.state == TicketState.CLOSED, Claim.state.not_in(ENDED))
    )
    for claim, state, ticket in rows:
        yield f"claim {claim} is {state}, and ticket {ticket} is closed"


def nobody_is_closed_out_unwarned(session: Session, vouched: set[int]) -> Iterator[str]:
    """Between the reminder and the end the buyer had time to answer."""
    for claim in session.scalars(select(Claim)):
        entries = _said_of(session, claim)
        for place, entry in enumerate(entries):
            if entry.verb != f"claim_{Event.STAY_SILENT}":
                continue
            warned = [each.at for each in entries[:place] if each.verb == "claim_reminder"]
            if not warned or (entry.at - warned[-1]).total_seconds() < 12 * 3600:
                yield f"claim {claim.id} was closed at {entry.at}, warned {warned[-1:]}"


def one_answer_counts(session: Session, vouched: set[int]) -> Iterator[str]:
    """One proposal is unanswered at most, where the claim says so; each agreement has one accepted offer."""
    for claim in session.scalars(select(Claim)):
        offers = session.scalars(select(Offer).where(Offer.claim_id == claim.id)).all()
        states = Counter(str(offer.state) for offer in offers)
        asked = session.scalars(
            select(Approval).where(Approval.claim_id == claim.id, Approval.state == ApprovalState.ASKED)
        ).all()
        wanted = {ClaimState.OFFERED: (1, 0), ClaimState.AWAITING_APPROVAL: (0, 1)}.get(claim.state, (0, 0))
        if (states["open"], states["proposed"]) != wanted or len(asked) != wanted[1]:
            yield f"claim {claim.id} is {claim.state} with {dict(states)} and {len(asked)} asked"
        agreed = [VERBS[entry.verb] for entry in _said_of(session, claim) if entry.verb in VERBS]
        if len([event for event in agreed if event in AGREE]) != states["accepted"]:
            yield f"claim {claim.id} was agreed by {agreed} and has {dict(states)}"
        for offer in offers:
            yield from _carried_out_once(session, offer)


def _carried_out_once(session: Session, offer: Offer) -> Iterator[str]:
    rows = session.scalars(select(AgreedRemedy).where(AgreedRemedy.offer_id == offer.id)).all()
    promised = sorted((row.remedy, row.amount_minor + _deducted(row)) for row in rows)
    chosen = sorted((part.remedy, part.amount_minor) for part in offer.parts if part.option == offer.chosen)
    if promised != chosen:
        yield f"offer {offer.id} ({offer.state}, option {offer.chosen}) became {promised}, not {chosen}"


def _deducted(row: AgreedRemedy) -> int:
    """What a loss of value has taken off the sum."""
    return sum(minor for _, minor in Shares.from_json(row.shares).deducted)


def money_adds_up(session: Session, vouched: set[int]) -> Iterator[str]:
    """Nothing above what was paid, by payment, line and postage; what is taken is what is promised."""
    rows = session.scalars(select(AgreedRemedy).where(AgreedRemedy.state.in_(PROMISED))).all()
    shares = [(row, Shares.from_json(row.shares)) for row in rows]
    paid = set(session.scalars(select(Refund.remedy_id).where(Refund.state.in_(LEFT))))
    for payment in session.scalars(select(Payment)):
        held = {"reserved": payment.reserved_minor, "refunded": payment.refunded_minor}
        found = {"reserved": 0, "refunded": 0}
        for row, share in shares:
            state = "refunded" if row.id in paid else "reserved"
            found[state] += sum(minor for each, minor in share.payments if each == payment.id)
        if found != held or sum(held.values()) > payment.captured_minor or min(held.values()) < 0:
            yield f"payment {payment.id} of {payment.captured_minor} holds {held}, promised are {found}"
    promised = sum(row.amount_minor for row in rows if row.remedy in MONEY)
    taken = sum(row.reserved_minor + row.refunded_minor for row in session.scalars(select(Payment)))
    if promised != taken:
        yield f"{promised} are promised, {taken} taken from the payments"
    for line in session.scalars(select(OrderLine)):
        given = sum(minor for _, share in shares for each, minor in share.lines if each == line.id)
        goods = sum(units for _, share in shares for each, units in share.goods if each == line.id)
        if (line.given_minor, line.compensated_quantity) != (given, goods):
            yield f"line {line.id} gave {line.given_minor} and {line.compensated_quantity}: {given}, {goods}"
        if line.given_minor * line.quantity > line.line_paid_minor * (line.quantity - goods):
            yield f"line {line.id} of {line.line_paid_minor} gave {given}, and {goods} of {line.quantity}"
    for order in session.scalars(select(Order)):
        postage = sum(share.shipping for _, share in shares)
        if order.shipping_given_minor != postage or postage > order.shipping_paid_minor:
            yield f"order {order.id} gave {order.shipping_given_minor} of postage: {postage}"


def each_refund_is_a_promise(session: Session, vouched: set[int]) -> Iterator[str]:
    """A promise of money that is under way or complete has one refund of that sum, any other has none."""
    for row in session.scalars(select(AgreedRemedy).where(AgreedRemedy.remedy.in_(MONEY))):
        refunds = session.scalars(
            select(Refund).where(Refund.remedy_id == row.id, Refund.state.not_in(OVER))
        ).all()
        begun = row.state in (RemedyState.UNDER_WAY, RemedyState.COMPLETE)
        running = select(ReturnShipment.id).where(
            ReturnShipment.remedy_id == row.id, ReturnShipment.state.in_(returns.LIVE)
        )
        if not refunds and row.state is RemedyState.UNDER_WAY and session.scalar(running) is not None:
            continue  # the goods are on their way, the money is not
        if [each.amount_minor for each in refunds] != ([row.amount_minor] if begun else []):
            yield f"remedy {row.id} is {row.state} with {len(refunds)} refunds"


def letters_go_where_they_may(session: Session, vouched: set[int]) -> Iterator[str]:
    """I14: what an order or a claim holds is told to nobody but those who are known to speak for it."""
    rows = session.execute(
        select(OutboxMessage, Entry)
        .join(Entry, Entry.id == OutboxMessage.entry_id)
        .where(OutboxMessage.agent_id.is_(None))
        .options(joinedload(Entry.payload))
    )
    for message, entry in rows:
        if message.recipient == LI or message.ticket_id in vouched:
            continue
        if entry.verb in OF_THE_CLAIM:
            yield f"{entry.verb} went to {message.recipient}"
        if _tells_secrets(message.sha256):
            yield f"{entry.verb} tells {message.recipient} what was bought"


def _tells_secrets(sha256: str) -> bool:
    """Bytes under one hash are the same for ever: each letter is read once."""
    if sha256 not in READ:
        text = parse(current_desk().blobs.get(sha256)).text
        READ[sha256] = any(secret in text for secret in SECRETS)
    return READ[sha256]


def chains_hold(session: Session, vouched: set[int]) -> Iterator[str]:
    """I9: every conversation verifies."""
    yield from (each.problem for each in proof.check_tickets(session) if each.problem)


def nothing_failed(session: Session, vouched: set[int]) -> Iterator[str]:
    """No message is parked, no plan has a problem."""
    parked = select(ReceivedMessage).where(ReceivedMessage.state == ReceivedState.PARKED)
    yield from (f"parked: {row.problem}" for row in session.scalars(parked))
    failed = select(Reminder).where(Reminder.problem != "")
    yield from (f"{row.kind} failed: {row.problem}" for row in session.scalars(failed))


QUESTIONS: tuple[Question, ...] = (
    no_return_is_forgotten,
    a_dispute_is_open_where_the_claim_says_so,
    nothing_is_promised_on_what_was_refused,
    every_move_is_in_the_table,
    nothing_is_forgotten,
    no_claim_goes_on_behind_a_closed_ticket,
    nobody_is_closed_out_unwarned,
    one_answer_counts,
    money_adds_up,
    each_refund_is_a_promise,
    letters_go_where_they_may,
    nothing_failed,
    *OF_TURNS,
)  # and, at the end of an example, chains_hold


def everything(session: Session) -> object:
    """All that a mail could have changed, to be compared before and after."""
    return (
        session.execute(select(Claim.id, Claim.state, Claim.version).order_by(Claim.id)).all(),
        session.execute(select(Ticket.id, Ticket.state, Ticket.head_hash).order_by(Ticket.id)).all(),
        session.execute(select(Evidence.id, Evidence.state).order_by(Evidence.id)).all(),
        session.scalars(select(OutboxMessage.id).order_by(OutboxMessage.id)).all(),
        session.execute(select(Reminder.id, Reminder.state).order_by(Reminder.id)).all(),
        session.execute(select(AgreedRemedy.id, AgreedRemedy.state).order_by(AgreedRemedy.id)).all(),
    )


def moves_made(session: Session) -> list[str]:
    """The lines of the tables that were used, as "event: from > to"; of returns, what happened to them."""
    rows = session.scalars(select(Entry).where(Entry.verb.in_(VERBS)).options(joinedload(Entry.payload)))
    of_claims = [f"{row.verb}: {row.facts['before']} > {row.facts['after']}" for row in rows]
    returned = session.scalars(select(Entry.verb).where(Entry.verb.in_(RETURNED)))
    return [*of_claims, *returned]


def _said_of(session: Session, claim: Claim) -> list[Entry]:
    """The entries of any ticket that speak of this claim, in the order in which they were written."""
    if "said" not in session.info:  # once for all questions
        rows = session.scalars(select(Entry).options(joinedload(Entry.payload)).order_by(Entry.id))
        session.info["said"] = rows.all()
    return [entry for entry in session.info["said"] if entry.facts.get("claim") == claim.id]
