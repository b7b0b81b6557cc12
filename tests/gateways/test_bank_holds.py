"""The bank of the sandbox can be believed, whatever is done to it: tests of the desk add up its book."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from helpdesk.gateways.bank import ENDS, Bank, BankError
from helpdesk.gateways.bank_book import Trouble
from helpdesk.gateways.sandbox import Sandbox, webhooks
from helpdesk.rules.money import Money
from helpdesk.rules.paying import Instruction, Outcome

KEYS = st.integers(1, 4)  # of one payment; the amount goes with the key
CAPTURED = 1_000


class BankMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.at = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
        self.bank = Bank(":memory:", now=lambda: self.at, quick=True)
        self.gateway = Sandbox(self.bank)
        self.ends: dict[str, Outcome] = {}  # what was told for good

    @rule(trouble=st.sampled_from(Trouble), times=st.integers(1, 2), hours=st.none() | st.integers(0, 5))
    def order(self, trouble: Trouble, times: int, hours: int | None) -> None:
        after = None if hours is None or trouble is not Trouble.LATE else timedelta(hours=hours)
        self.bank.next(trouble, times=times, after=after)

    @rule(number=KEYS)
    def submit(self, number: int) -> None:
        known = {each.key for each in self.bank.refunds()}
        answer = self.gateway.submit(_instruction(number))
        if answer.outcome is Outcome.FAILED and f"R-{number}" in known:
            return  # on a retry: not to be believed
        self._note(number, answer.outcome)

    @rule(number=KEYS)
    def query(self, number: int) -> None:
        self._note(number, self.gateway.query(_instruction(number)).outcome)

    @rule(number=KEYS, outcome=st.sampled_from(ENDS))
    def settle(self, number: int, outcome: Outcome) -> None:
        try:
            self.bank.settle(f"R-{number}", outcome)
        except BankError:
            assert not [each for each in self.bank.refunds() if each.key == f"R-{number}" and each.due_at]

    @rule(number=KEYS)
    def reverse(self, number: int) -> None:
        try:
            self.bank.reverse(f"R-{number}")
        except BankError:
            return
        self.ends[f"R-{number}"] = Outcome.REVERSED

    @rule(hours=st.integers(1, 10))
    def wait(self, hours: int) -> None:
        self.at += timedelta(hours=hours)

    def _note(self, number: int, outcome: Outcome) -> None:
        """What was told for good is told again for ever."""
        key = f"R-{number}"
        if outcome in (Outcome.SUCCEEDED, Outcome.REVERSED, Outcome.FAILED, Outcome.CANCELED):
            assert self.ends.setdefault(key, outcome) is outcome

    @invariant()
    def the_movements_are_the_refunds(self) -> None:
        left = [each for each in self.bank.refunds() if each.outcome is Outcome.SUCCEEDED]
        assert self.bank.paid_back("p") == sum(each.amount.minor for each in left)
        moved = [each.refund for each in self.bank.movements() if each.amount.minor > 0]
        assert len(moved) == len(set(moved))

    @invariant()
    def every_change_is_told(self) -> None:
        last = {event.booked.number: event.booked.outcome for event in self.bank.events()}
        assert last == {each.number: each.outcome for each in self.bank.refunds()}
        for sent in webhooks(self.bank, at=self.at):
            assert self.gateway.verify_webhook(sent.headers, sent.body, at=self.at)


def _instruction(number: int) -> Instruction:
    captured = Money(CAPTURED, "CNY")
    return Instruction(key=f"R-{number}", amount=Money(number * 100, "CNY"), captured=captured, payment="p")


BankMachine.TestCase.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
TestTheBankHolds = pytest.mark.money(BankMachine.TestCase)
