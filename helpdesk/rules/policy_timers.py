"""Read how long a state may last."""

from typing import Any

from helpdesk.rules.policy_terms import Timer
from helpdesk.rules.policy_values import N_, Table

# States that a deadline may belong to: of the claim, of goods on their way back, of money.
TIMED = (
    "awaiting_approval",
    "awaiting_arrival",
    "awaiting_buyer",
    "awaiting_decision",
    "awaiting_return",
    "disputed",
    "inspecting",
    "needs_link",
    "offered",
    "refund_due",
    "rejected",
    "return_in_transit",
)
ON_TIMEOUT = ("escalate", "approve", "reject", "close", "remind")
SINCE = ("withdrawal_received", "claim_opened", "goods_received")
PAUSES = ("goods_back_or_proof_of_sending", "buyer_answers")


def read_timers(top: Table) -> tuple[Timer, ...]:
    """The list `timer` of the file; every fault of it is complained of."""
    timers: dict[str, Timer] = {}
    for table in top.tables("timer", "timer"):
        timer = _timer(table)
        if timer is None:
            continue
        if timer.state in timers:
            table.complain("state", N_("%(state)s has a timer already"), state=timer.state)
        timers[timer.state] = timer
    return tuple(timers.values())


def _timer(table: Table) -> Timer | None:
    state = table.choice("state", TIMED)
    due = table.duration("due")
    for key in ("state", "due"):
        if key not in table.values:
            table.complain("", N_("%(key)s is missing"), key=key)
    warn = tuple(table.read_duration("warn", text) for text in table.words("warn"))
    values: dict[str, Any] = {
        "on_timeout": table.choice("on_timeout", ON_TIMEOUT) or "escalate",
        "since": table.choice("from", SINCE),
        "pause_until": table.choice("pause_until", PAUSES),
    }
    table.close()
    if not state or due is None:
        return None
    return Timer(state=state, due=due, warn=tuple(each for each in warn if each), **values)
