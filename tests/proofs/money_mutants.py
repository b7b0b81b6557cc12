"""Desks that lose money, as others do: each one breaks a single rule, and has to be caught."""

import itertools
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from helpdesk.actions import compensations, paying, refund_rows
from helpdesk.actions.paying import Errand
from helpdesk.gateways.bank_book import Trouble
from helpdesk.models import AgreedRemedy, GatewayNotice, Refund
from helpdesk.rules import refunds as rules
from helpdesk.rules.offers import RemedyState
from helpdesk.rules.paying import Answer, Outcome
from helpdesk.rules.states import RefundState

Mutant = Callable[[pytest.MonkeyPatch], None]


def delete_on_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """No answer: the row is thrown away, and the next try is a new one with a key of its own."""
    note, numbers = paying.note, itertools.count(1)

    def forgetful(
        session: Session, errand: Errand, answer: Answer, *, settling: timedelta, at: datetime
    ) -> Errand | None:
        if errand.submit and answer.outcome is Outcome.UNKNOWN:
            session.execute(delete(GatewayNotice).where(GatewayNotice.refund_id == errand.refund_id))
            remedy = session.get_one(AgreedRemedy, session.get_one(Refund, errand.refund_id).remedy_id)
            session.execute(delete(Refund).where(Refund.id == errand.refund_id))
            remedy.state = RemedyState.AGREED
            return None
        return note(session, errand, answer, settling=settling, at=at)

    monkeypatch.setattr(paying, "note", forgetful)
    monkeypatch.setattr(refund_rows, "new_key", lambda *args: f"R1-{next(numbers)}")


def a_time_out_means_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    """No answer is taken for a no."""
    after = rules.after_submitting

    def hasty(outcome: Outcome, *, again: bool) -> RefundState:
        return RefundState.FAILED if outcome is Outcome.UNKNOWN else after(outcome, again=again)

    monkeypatch.setattr(rules, "after_submitting", hasty)


def a_no_to_the_second_asking_is_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    """It may be about the yes to the first one."""
    after = rules.after_submitting
    monkeypatch.setattr(rules, "after_submitting", lambda outcome, again: after(outcome, again=False))


def a_new_key_for_each_try(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is given again is told as another refund."""
    errand, numbers = paying._errand, itertools.count(1)

    def renamed(session: Session, refund: Refund, *, submit: bool, **how: Any) -> Errand:
        if submit and refund.submissions > 1:
            refund.key = f"{refund.key}x{next(numbers)}"[-32:]
            session.flush()
        return errand(session, refund, submit=submit, **how)

    monkeypatch.setattr(paying, "_errand", renamed)


def paid_is_not_noted_on_the_payment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was reserved is free again once it has left."""
    monkeypatch.setattr(compensations, "note_paid", lambda *args: None)


# What the bank of such a desk does to begin with, so that it need not be found by chance.
MOODS = {
    a_no_to_the_second_asking_is_believed: (Trouble.LOSE_ANSWER, Trouble.NOT_FOUND, Trouble.DECLINE_RETRY)
}
ALL: tuple[Mutant, ...] = (
    delete_on_error,
    a_time_out_means_failed,
    a_no_to_the_second_asking_is_believed,
    a_new_key_for_each_try,
    paid_is_not_noted_on_the_payment,
)
