"""The bank of the sandbox: what it keeps, and every way in which it misbehaves."""

import os
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from config import ROOT
from helpdesk.gateways.bank import Bank, BankError
from helpdesk.gateways.bank_book import Trouble
from helpdesk.gateways.sandbox import Sandbox, webhooks
from helpdesk.rules.money import Money
from helpdesk.rules.paying import Instruction, Outcome, SignatureError

pytestmark = pytest.mark.money

PAY_FOR_EVER = """
import sys
from datetime import UTC, datetime
from helpdesk.gateways.bank import Bank
from helpdesk.gateways.sandbox import Sandbox
from helpdesk.rules.money import Money
from helpdesk.rules.paying import Instruction
gateway = Sandbox(Bank(sys.argv[1], now=lambda: datetime.now(UTC)))
for number in range(100_000):
    money = Money(100, "CNY")
    answer = gateway.submit(Instruction(key=f"R-{number}", amount=money, captured=money, payment="p"))
    print(answer.gateway_ref, flush=True)
"""


class Time:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def bank(time: Time) -> Bank:
    return Bank(":memory:", now=time, quick=True)


@pytest.fixture
def gateway(bank: Bank) -> Sandbox:
    return Sandbox(bank)


def instruction(key: str = "R-1", minor: int = 2_500) -> Instruction:
    return Instruction(key=key, amount=Money(minor, "CNY"), captured=Money(10_000, "CNY"), payment="p")


def test_a_late_refund_succeeds_by_itself_when_its_time_has_come(
    bank: Bank, gateway: Sandbox, time: Time
) -> None:
    bank.next(Trouble.LATE, after=timedelta(days=2))

    assert gateway.submit(instruction()).outcome is Outcome.PENDING
    time.at += timedelta(days=1)
    assert gateway.query(instruction()).outcome is Outcome.PENDING
    assert bank.paid_back("p") == 0
    time.at += timedelta(days=3)
    late = gateway.query(instruction())
    assert late.outcome is Outcome.SUCCEEDED
    assert late.happened_at == datetime(2026, 11, 25, 9, 0, tzinfo=UTC)  # and not when it was asked for
    assert [movement.amount.minor for movement in bank.movements()] == [2_500]


@pytest.mark.parametrize("trouble", [Trouble.LATE, Trouble.NEEDS_ACTION])
@pytest.mark.parametrize(
    ("outcome", "paid"), [(Outcome.SUCCEEDED, 2_500), (Outcome.FAILED, 0), (Outcome.CANCELED, 0)]
)
def test_what_is_under_way_is_settled_on_command(
    bank: Bank, gateway: Sandbox, trouble: Trouble, outcome: Outcome, paid: int
) -> None:
    bank.next(trouble)
    gateway.submit(instruction())
    bank.settle("R-1", outcome)

    assert gateway.query(instruction()).outcome is outcome
    assert bank.paid_back("p") == paid
    with pytest.raises(BankError, match="not under way"):
        bank.settle("R-1")


def test_money_comes_back_as_a_movement_of_its_own(bank: Bank, gateway: Sandbox) -> None:
    gateway.submit(instruction())
    bank.reverse("R-1")

    assert gateway.query(instruction()).outcome is Outcome.REVERSED
    assert [movement.amount.minor for movement in bank.movements()] == [2_500, -2_500]
    assert bank.paid_back("p") == 0
    with pytest.raises(BankError, match="has not succeeded"):
        bank.reverse("R-1")
    with pytest.raises(BankError, match="knows no refund"):
        bank.reverse("R-2")


def test_a_key_is_never_taken_for_the_reference_of_another_refund(bank: Bank, gateway: Sandbox) -> None:
    gateway.submit(instruction())

    for key in ("T-1", "XX000001", "SB1"):
        with pytest.raises(BankError, match="knows no refund"):
            bank.reverse(key)
    assert bank.paid_back("p") == 2_500


def test_a_retry_may_be_declined_after_the_money_has_left(bank: Bank, gateway: Sandbox) -> None:
    bank.next(Trouble.LOSE_ANSWER)
    bank.next(Trouble.DECLINE_RETRY)

    assert gateway.submit(instruction()).outcome is Outcome.UNKNOWN
    assert gateway.submit(instruction()).outcome is Outcome.FAILED
    assert gateway.query(instruction()).outcome is Outcome.SUCCEEDED
    assert bank.paid_back("p") == 2_500


def test_a_late_refund_may_lose_its_answer_too(bank: Bank, gateway: Sandbox) -> None:
    bank.next(Trouble.LATE)
    bank.next(Trouble.LOSE_ANSWER)

    assert gateway.submit(instruction()).outcome is Outcome.UNKNOWN
    assert gateway.query(instruction()).outcome is Outcome.PENDING
    assert bank.troubles() == ()


def test_trouble_happens_as_often_as_it_was_ordered(bank: Bank, gateway: Sandbox) -> None:
    bank.next(Trouble.DECLINE, times=2)
    bank.next(Trouble.NOT_FOUND)

    answers = [gateway.submit(instruction(f"R-{number}")).outcome for number in range(3)]
    assert answers == [Outcome.FAILED, Outcome.FAILED, Outcome.SUCCEEDED]
    asked = [gateway.query(instruction("R-2")).outcome for _ in range(2)]
    assert asked == [Outcome.NOT_FOUND, Outcome.SUCCEEDED]


def test_a_desk_that_overpays_is_seen(bank: Bank, gateway: Sandbox) -> None:
    for number in range(3):
        gateway.submit(instruction(f"R-{number}", 4_000))

    assert bank.paid_back("p") == 12_000


def test_a_bank_that_is_told_to_holds_the_ceiling(time: Time) -> None:
    bank = Bank(":memory:", now=time, quick=True, holds_ceiling=True)
    answers = [Sandbox(bank).submit(instruction(f"R-{number}", 4_000)).outcome for number in range(3)]

    assert answers == [Outcome.SUCCEEDED, Outcome.SUCCEEDED, Outcome.FAILED]
    assert bank.paid_back("p") == 8_000


def test_webhooks_come_twice_and_in_any_order_and_say_the_same(
    bank: Bank, gateway: Sandbox, time: Time
) -> None:
    bank.next(Trouble.LATE)
    gateway.submit(instruction())
    bank.settle("R-1")
    bank.reverse("R-1")

    plain = webhooks(bank, at=time.at)
    mixed = webhooks(bank, at=time.at, duplicate=True, shuffle=Random(4))
    told = [gateway.verify_webhook(each.headers, each.body, at=time.at) for each in plain]
    assert [each.outcome for each in told if each] == ["pending", "succeeded", "reversed"]
    assert sorted(each.event for each in mixed) == [1, 1, 2, 2, 3, 3]
    assert [each.event for each in mixed] != sorted(each.event for each in mixed)
    assert {each.body for each in mixed} == {each.body for each in plain}


def test_a_webhook_that_was_sent_is_not_sent_again_unless_asked_for(
    bank: Bank, gateway: Sandbox, time: Time
) -> None:
    gateway.submit(instruction())
    bank.mark_sent([1])

    assert webhooks(bank, at=time.at) == []
    assert len(webhooks(bank, at=time.at, again=True)) == 1


@pytest.mark.trust
def test_another_banks_webhook_is_refused(gateway: Sandbox, time: Time) -> None:
    other = Sandbox(Bank(":memory:", now=time, quick=True))
    other.submit(instruction())
    (sent,) = webhooks(other.bank, at=time.at)

    with pytest.raises(SignatureError):
        gateway.verify_webhook(sent.headers, sent.body, at=time.at)


def test_a_refund_that_the_desk_did_not_ask_for_has_no_key(bank: Bank, gateway: Sandbox, time: Time) -> None:
    booked = bank.pay_outside("p", Money(700, "CNY"))
    (sent,) = webhooks(bank, at=time.at)
    notice = gateway.verify_webhook(sent.headers, sent.body, at=time.at)

    assert notice is not None
    assert (notice.key, notice.gateway_ref, notice.amount) == ("", booked.ref, Money(700, "CNY"))
    assert bank.paid_back("p") == 700


def test_a_book_that_cannot_be_opened_is_no_answer(tmp_path: Path, time: Time) -> None:
    gateway = Sandbox(Bank(tmp_path / "no such folder" / "bank.db", now=time))

    assert gateway.submit(instruction()).outcome is Outcome.UNKNOWN
    assert gateway.query(instruction()).outcome is Outcome.UNKNOWN


def test_eight_threads_with_one_key_make_one_refund(tmp_path: Path, time: Time) -> None:
    """Each with a book of its own, as processes have."""
    banks = [Bank(tmp_path / "bank.db", now=time) for _ in range(8)]
    racing = [threading.Thread(target=bank.pay, args=(instruction(),)) for bank in banks]
    for thread in racing:
        thread.start()
    for thread in racing:
        thread.join()

    (booked,) = banks[0].refunds()
    assert booked.asked == 8
    assert banks[0].paid_back("p") == 2_500
    assert len({bank.secret() for bank in banks}) == 1


@pytest.mark.slow
def test_the_successor_of_a_killed_worker_sees_the_same_bank(tmp_path: Path) -> None:
    path = tmp_path / "bank.db"
    worker = subprocess.Popen(
        [sys.executable, "-c", PAY_FOR_EVER, str(path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert worker.stdout is not None
    heard = [worker.stdout.readline() for _ in range(20)]
    os.kill(worker.pid, signal.SIGKILL)
    heard += worker.stdout.read().splitlines()
    worker.stdout.close()
    worker.wait(10)

    bank = Bank(path, now=lambda: datetime.now(UTC))
    booked = bank.refunds()
    assert len(booked) - len(heard) in (0, 1)  # the last may have been paid with nobody left to hear of it
    assert bank.paid_back("p") == 100 * len(booked)
    assert Sandbox(bank).query(instruction("R-0", 100)).outcome is Outcome.SUCCEEDED
