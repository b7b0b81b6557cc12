"""A small policy for tests, and ways to change a line of it."""

from typing import Any

from helpdesk.rules.claim_terms import OrderState
from helpdesk.rules.policy_facts import Facts, LineMoney, fault_of
from helpdesk.rules.policy_reading import read
from helpdesk.rules.policy_shipped import preset_text, read_policy
from helpdesk.rules.policy_terms import Policy

SMALL = """\
count = { start = "day_after" }
[policy]
id = "small"
version = "1"
timezone = "Asia/Shanghai"
currency = "CNY"
locales = ["en"]
floor = "cn-statute"
[money]
limits = [ { role = "agent", up_to = "200.00" }, { role = "lead" } ]
auto_execute_up_to = "50.00"
[[clause]]
id = "UNSHIPPED"
when = { state = ["paid"] }
then = { decision = "allow", remedies = ["full_refund"], refund = { shipping = "all" }, auto = true }
text = { en = "Not shipped yet." }
[[clause]]
id = "FAULT"
when = { state = ["delivered"], fault = ["seller", "carrier"], evidence = ["photo"] }
then = { decision = "allow", remedies = ["full_refund", "partial_refund"] }
text = { en = "Faulty." }
[[clause]]
id = "SEVEN"
when = { state = ["delivered"], reason = ["changed_mind"], days_since_delivery = { max = 7 } }
then = { decision = "allow", remedies = ["return_refund"], return = "required", return_shipping = "buyer" }
text = { en = "Within seven days, until {last_day}." }
"""


def changed(*pairs: tuple[str, str], text: str = SMALL) -> str:
    """The text with parts of it replaced; each must be there."""
    for before, after in pairs:
        assert before in text, before
        text = text.replace(before, after)
    return text


def policy(text: str = SMALL) -> Policy:
    reading = read(text)
    assert reading.policy is not None, [str(problem) for problem in reading.problems]
    return reading.policy


def preset(name: str) -> Policy:
    found = read_policy(preset_text(name)).policy
    assert found is not None
    return found


def facts(reason: str | None = "changed_mind", **changes: Any) -> Facts:
    """A delivered order of 199.00 with 12.00 postage, on day 5; the fault follows from the reason."""
    values: dict[str, Any] = {
        "state": OrderState.DELIVERED,
        "days_since_delivery": 5,
        "reason": reason,
        "fault": fault_of(reason),
        "currency": "CNY",
        "lines": (LineMoney(line="1", paid=19900),),
    }
    return Facts(**{**values, **changes})
