"""By hand: nothing is known here of what a person paid."""

import pytest

from helpdesk import clock
from helpdesk.gateways.manual import Manual
from helpdesk.rules.money import Money
from helpdesk.rules.paying import Instruction, Outcome, SignatureError

pytestmark = pytest.mark.money


def test_a_person_pays_with_our_key_in_the_remark() -> None:
    money = Money(100, "CNY")
    told = Instruction(key="R-1042-1", amount=money, captured=money, payment="TB-1")

    for answer in (Manual().submit(told), Manual().query(told)):
        assert answer.outcome is Outcome.NEEDS_ACTION
        assert "R-1042-1" in answer.said


@pytest.mark.trust
def test_nobody_sends_notices_of_it() -> None:
    with pytest.raises(SignatureError):
        Manual().verify_webhook({}, b"{}", at=clock.now())
