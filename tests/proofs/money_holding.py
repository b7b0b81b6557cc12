"""What has to be true of money at every moment, asked of the ledger and of the bank's own book.

Each answers with sentences; the numbers are those of the list of invariants. What was noted by hand and not
taken back counts as money that left.
"""

import json
from collections.abc import Callable, Iterator
from itertools import pairwise

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from helpdesk.actions import agreeing, policies, refund_rows
from helpdesk.gateways.bank import Bank
from helpdesk.models import (
    AgreedRemedy,
    Approval,
    Claim,
    Decision,
    Entry,
    Offer,
    Order,
    OrderLine,
    Payment,
    PolicyVersion,
    Refund,
    Reminder,
)
from helpdesk.rules import policy_deciding, proposals
from helpdesk.rules.claims import ClaimState
from helpdesk.rules.offers import ApprovalState, OfferState, RemedyState
from helpdesk.rules.paying import Outcome
from helpdesk.rules.policy_facts import Facts
from helpdesk.rules.proposals import MONEY
from helpdesk.rules.refunds import BY_HAND, LEFT, OPEN, OVER, REFUND_MOVES
from helpdesk.rules.settlement import Shares
from helpdesk.rules.states import RefundState, ReminderKind, ReminderState
from tests.proofs import holding, holding_turns

SECOND_PERSON_ABOVE, AGENTS_LIMIT = 50_000, 20_000  # of the policy of these shops
AFTER: dict[Outcome, tuple[RefundState, ...]] = {
    Outcome.SUCCEEDED: (RefundState.SUCCEEDED, RefundState.ARRIVED),
    Outcome.FAILED: (RefundState.FAILED,),
    Outcome.CANCELED: (RefundState.CANCELED,),
    Outcome.REVERSED: (RefundState.REVERSED, RefundState.FAILED),
    Outcome.NEEDS_ACTION: (RefundState.NEEDS_ACTION,),
}
Question = Callable[[Session, Bank], Iterator[str]]


def broken(session: Session, bank: Bank) -> list[str]:
    """All that does not hold, at any moment."""
    return [said for question in AT_ANY_MOMENT for said in question(session, bank)]


def broken_at_the_end(session: Session, bank: Bank) -> list[str]:
    """And what has to hold once the bank has said everything, and everybody has asked."""
    of_turns = [said for question in holding_turns.QUESTIONS for said in question(session, set())]
    return [said for question in IN_THE_END for said in question(session, bank)] + of_turns


def nothing_is_overpaid(session: Session, bank: Bank) -> Iterator[str]:
    """I1, I2: no more than was captured, and no money that the ledger does not know."""
    for payment in session.scalars(select(Payment)):
        rows = session.scalars(select(Refund).where(Refund.payment_id == payment.id)).all()
        by_hand = sum(row.amount_minor for row in rows if _left_by_hand(row))
        by_bank = bank.paid_back(payment.reference)
        if by_bank + by_hand > payment.captured_minor:
            yield f"I1: {by_bank} + {by_hand} of {payment.captured_minor} went back by {payment.reference}"
        known = sum(row.amount_minor for row in rows if row.state not in OVER)
        ours = by_bank - _outside(bank, payment.reference)
        if ours + by_hand > known:
            yield f"I2: {ours} + {by_hand} went back by {payment.reference}, the ledger knows {known}"
        left = sum(row.amount_minor for row in rows if row.state in LEFT)
        if payment.refunded_minor != left:
            yield f"I2: payment {payment.id} says {payment.refunded_minor} refunded, its rows {left}"


def each_promise_is_paid_once(session: Session, bank: Bank) -> Iterator[str]:
    """I3: a part of a promise has one payout at most, however many rows and keys it had."""
    paid = {booked.key: booked.amount.minor for booked in bank.refunds() if booked.outcome in _MONEY_OUT}
    for remedy in session.scalars(select(AgreedRemedy).where(AgreedRemedy.remedy.in_(MONEY))):
        rows = refund_rows.of_remedy(session, remedy.id)
        for part in {row.part for row in rows}:
            of_part = [row for row in rows if row.part == part]
            out = [row.key for row in of_part if row.key in paid or _left_by_hand(row)]
            if len(out) > 1:
                yield f"I3: part {part} of remedy {remedy.id} was paid by {out}"
        if sum(paid.get(row.key, 0) for row in rows) > remedy.amount_minor:
            yield f"I3: remedy {remedy.id} of {remedy.amount_minor} was paid more"


def lines_and_payments_add_up(session: Session, bank: Bank) -> Iterator[str]:
    """I5, I6: parts are not negative, are the whole, and are within what each line and payment has."""
    remedies = session.scalars(select(AgreedRemedy).where(AgreedRemedy.state != RemedyState.CANCELED)).all()
    shares = [(row, Shares.from_json(row.shares)) for row in remedies]
    for row, share in shares:
        minors = [minor for _, minor in (*share.lines, *share.payments)]
        if min([*minors, share.shipping, 0]) < 0:
            yield f"I6: remedy {row.id} has a negative part"
        if row.remedy in MONEY and row.amount_minor != share.money:
            yield f"I6: remedy {row.id} of {row.amount_minor} is spread as {share.money}"
        if row.remedy in MONEY and row.amount_minor != sum(minor for _, minor in share.payments):
            yield f"I6: remedy {row.id} of {row.amount_minor} goes by payments {share.payments}"
    for payment in session.scalars(select(Payment)):
        promised = sum(minor for _, share in shares for each, minor in share.payments if each == payment.id)
        if payment.reserved_minor + payment.refunded_minor != promised or promised > payment.captured_minor:
            taken = (payment.reserved_minor, payment.refunded_minor)
            yield f"I5: payment {payment.id} of {payment.captured_minor} has {taken}, promised {promised}"
    for line in session.scalars(select(OrderLine)):
        given = sum(minor for _, share in shares for each, minor in share.lines if each == line.id)
        goods = sum(units for _, share in shares for each, units in share.goods if each == line.id)
        if (line.given_minor, line.compensated_quantity) != (given, goods):
            yield f"I5: line {line.id} gave {line.given_minor}, {line.compensated_quantity}: {given}, {goods}"
        if given * line.quantity > line.line_paid_minor * (line.quantity - goods):
            yield f"I5: line {line.id} of {line.line_paid_minor} gave {given}, and {goods} units"
    for order in session.scalars(select(Order)):
        postage = sum(share.shipping for _, share in shares)
        if order.shipping_given_minor != postage or postage > order.shipping_paid_minor:
            yield f"I5: order {order.id} gave {order.shipping_given_minor} of postage: {postage}"


def promises_follow_their_refunds(session: Session, bank: Bank) -> Iterator[str]:
    """The money track is what the rows say."""
    for remedy in session.scalars(select(AgreedRemedy).where(AgreedRemedy.remedy.in_(MONEY))):
        if remedy.state is RemedyState.CANCELED:
            live = [row.key for row in refund_rows.of_remedy(session, remedy.id) if row.state not in OVER]
            if live:
                yield f"remedy {remedy.id} is canceled, and {live} are not over"
        elif remedy.state is not (wanted := refund_rows.remedy_state_of(session, remedy)):
            yield f"remedy {remedy.id} is {remedy.state}, its refunds say {wanted}"


def each_payout_was_approved(session: Session, bank: Bank) -> Iterator[str]:
    """I7: what a gateway or a person was told is what somebody who may has approved, to the unit."""
    for row in session.scalars(select(Refund).where(Refund.submitted_at.is_not(None))):
        remedy = session.get_one(AgreedRemedy, row.remedy_id)
        offer = session.get_one(Offer, remedy.offer_id)
        parts = agreeing.parts_of(offer)
        chosen = [part.amount for part in parts if part.option == offer.chosen]
        share = Shares.from_json(remedy.shares).payments[row.part - 1]
        if (row.payment_id, row.amount_minor) != share or remedy.amount_minor not in chosen:
            yield f"I7: {row.key} pays {row.amount_minor} where {share} of {chosen} was approved"
        if offer.state is not OfferState.ACCEPTED or offer.digest != proposals.digest(
            remedy.claim_id, parts, remedy.currency
        ):
            yield f"I7: {row.key} pays an offer that is {offer.state}, or another one than was approved"
        approval = session.scalar(
            select(Approval).where(Approval.offer_id == offer.id, Approval.state == ApprovalState.GIVEN)
        )
        two = approval is not None and approval.asked_by_id != approval.decided_by_id
        if remedy.worth_minor > SECOND_PERSON_ABOVE and not two:
            yield f"I7: {row.key} pays {row.amount_minor}, and no second person has agreed"


def closed_is_over(session: Session, bank: Bank) -> Iterator[str]:
    """I15: nothing is still to become of the money of a closed claim, unless a lead has said why."""
    rows = session.execute(
        select(Refund.key, Refund.state, Claim.state)
        .join(AgreedRemedy, AgreedRemedy.id == Refund.remedy_id)
        .join(Claim, Claim.id == AgreedRemedy.claim_id)
        .where(Claim.state.in_((ClaimState.CLOSED, ClaimState.WITHDRAWN)), Refund.state.in_(OPEN))
    ).all()
    closings = session.scalars(
        select(Entry).where(Entry.verb == "claim_close").options(joinedload(Entry.payload))
    )
    if rows and not any(entry.facts.get("why") for entry in closings):
        yield from (f"I15: {key} is {state}, its claim {of_claim}" for key, state, of_claim in rows)


def bank_and_ledger_agree(session: Session, bank: Bank) -> Iterator[str]:
    """I4: nothing is unknown that the bank knows, and the sums are the same.

    What the bank never heard of is not told again while a lead has to see to money paid outside.
    """
    booked = {each.key: each for each in bank.refunds() if each.key}
    rows = session.scalars(select(Refund).where(Refund.gateway.not_in(("", BY_HAND)))).all()
    for row in rows:
        known = booked.pop(row.key, None)
        waits = row.state is RefundState.UNKNOWN and refund_rows.told_otherwise(session, [row.payment_id])
        if known is None and waits:
            continue
        if known is None or row.state not in AFTER.get(known.outcome, ()):
            yield f"I4: {row.key} is {row.state}, at the bank {known.outcome if known else 'unheard of'}"
        elif known.amount.minor != row.amount_minor:
            yield f"I4: {row.key} of {row.amount_minor} is one of {known.amount} at the bank"
    yield from (f"I4: nobody here knows {key}, which the bank has" for key in booked)
    for payment in session.scalars(select(Payment)):
        left = sum(row.amount_minor for row in rows if row.payment_id == payment.id and row.state in LEFT)
        by_bank = bank.paid_back(payment.reference) - _outside(bank, payment.reference)
        if left != by_bank:
            yield f"I4: {by_bank} went back by {payment.reference}, the ledger says {left}"


def refunds_moved_by_the_table(session: Session, bank: Bank) -> Iterator[str]:
    """I8: every move of a refund is in the table, and follows the one before."""
    for refund_id, moves in moves_made(session).items():
        states = [RefundState.RESERVED, *(after for _, after in moves)]
        if [before for before, _ in moves] != states[:-1]:
            yield f"I8: the entries of refund {refund_id} do not follow each other: {moves}"
        for before, after in pairwise(states):
            if after not in REFUND_MOVES[before]:
                yield f"I8: refund {refund_id} went from {before} to {after}"
        if session.get_one(Refund, refund_id).state is not states[-1]:
            yield f"I8: refund {refund_id} is not {states[-1]}, as its last entry says"


def each_question_is_asked_once(session: Session, bank: Bank) -> Iterator[str]:
    """I11: each plan that was carried out is one letter, never two."""
    for kind in (ReminderKind.ARRIVAL_CHECK, ReminderKind.SURVEY):
        letters = session.scalar(select(func.count(Entry.id)).where(Entry.verb == kind))
        done = session.scalar(
            select(func.count(Reminder.id)).where(Reminder.kind == kind, Reminder.state == ReminderState.DONE)
        )
        if letters != done:
            yield f"I11: {done} plans of {kind} were carried out with {letters} letters"


def decisions_can_be_repeated(session: Session, bank: Bank) -> Iterator[str]:
    """I12: stored facts and the stored text of the policy give the same answer again."""
    for row in session.scalars(select(Decision)):
        policy = policies.read(session.get_one(PolicyVersion, row.policy_version_id))
        again = policy_deciding.decide(policy, Facts.from_json(row.outcome["facts"])).to_json()
        if json.loads(json.dumps(again)) != row.outcome:
            yield f"I12: decision {row.id} would be another one now"


def claims_hold(session: Session, bank: Bank) -> Iterator[str]:
    """I8 to I10 of the claims, as in their own proof."""
    nobody: set[int] = set()
    for question in (
        holding.every_move_is_in_the_table,
        holding.nothing_is_forgotten,
        holding.one_answer_counts,
        holding.nothing_failed,
        holding.chains_hold,
    ):
        yield from question(session, nobody)


def moves_made(session: Session) -> dict[int, list[tuple[RefundState, RefundState]]]:
    """By refund, from its entries."""
    found: dict[int, list[tuple[RefundState, RefundState]]] = {}
    for entry in session.scalars(select(Entry).options(joinedload(Entry.payload)).order_by(Entry.id)):
        if "refund" in entry.facts and "after" in entry.facts:
            move = RefundState(entry.facts["before"]), RefundState(entry.facts["after"])
            found.setdefault(entry.facts["refund"], []).append(move)
    return found


def _left_by_hand(row: Refund) -> bool:
    return row.gateway == BY_HAND and row.state in LEFT


def _outside(bank: Bank, payment: str) -> int:
    return sum(each.amount.minor for each in bank.refunds(payment) if not each.key)


_MONEY_OUT = (Outcome.SUCCEEDED,)
AT_ANY_MOMENT: tuple[Question, ...] = (
    nothing_is_overpaid,
    each_promise_is_paid_once,
    lines_and_payments_add_up,
    promises_follow_their_refunds,
    each_payout_was_approved,
    closed_is_over,
)
IN_THE_END: tuple[Question, ...] = (
    *AT_ANY_MOMENT,
    bank_and_ledger_agree,
    refunds_moved_by_the_table,
    each_question_is_asked_once,
    decisions_can_be_repeated,
    claims_hold,
)
