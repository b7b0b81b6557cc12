"""Read how long a state may last. What nobody would keep is a fault: no file promises what will not be.

A version that was kept before these faults were told stays readable: see `NOT_KEPT`.
"""

from helpdesk.rules.policy_terms import Timer
from helpdesk.rules.policy_values import N_, Table

ASKED = ("close", "escalate", "remind")
# State to what may happen when its time is over: of the claim, and of goods on their way back.
TIMED = {
    "awaiting_approval": ("escalate",),
    "awaiting_buyer": ASKED,
    "awaiting_decision": ("approve", "escalate"),
    "awaiting_return": ("escalate",),
    "disputed": ("escalate",),
    "inspecting": ("escalate",),
    "needs_link": ASKED,
    "return_in_transit": ("escalate",),
}
WARNED = ("awaiting_buyer", "awaiting_return", "needs_link")  # the buyer gets a reminder
ON_TIMEOUT = ("approve", "close", "escalate", "reject", "remind")
# Kept elsewhere, or by nobody.
ELSEWHERE = {
    "awaiting_arrival": N_(
        "money has as long as its way of payment takes, by the calendar of the desk: leave this out"
    ),
    "offered": N_("how long an offer stands is said by offer_days in the part money: leave this out"),
    "refund_due": N_("say by when money is made in the clause that promises it: refund_within"),
    "rejected": N_("a claim that was refused has ended, and no timer runs: leave this out"),
}
SINCE = N_("a timer counts from the moment when its state began: leave this out")
PAUSE = N_("no timer pauses; what money waits for stands in its clause: withhold_until")
NO_WARNING = N_("nobody is reminded in this state: leave warn out")
ONE_WARNING = N_("one reminder goes out at most: name one time")
THEN = N_("this does not happen by itself in this state: on_timeout can be %(known)s")
NOT_KEPT = frozenset({*ELSEWHERE.values(), SINCE, PAUSE, NO_WARNING, ONE_WARNING, THEN})


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
    state = table.choice("state", (*TIMED, *ELSEWHERE))
    due = table.duration("due")
    for key in ("state", "due"):
        if key not in table.values:
            table.complain("", N_("%(key)s is missing"), key=key)
    warn = tuple(table.read_duration("warn", text) for text in table.words("warn"))
    then = table.choice("on_timeout", ON_TIMEOUT)
    for key, sentence in (("from", SINCE), ("pause_until", PAUSE)):
        if table.has(key):
            table.complain(key, sentence)
    table.close()
    if state in ELSEWHERE:
        table.complain("state", ELSEWHERE[state])
        return None
    if not state or due is None:
        return None
    if warn and state not in WARNED:
        table.complain("warn", NO_WARNING)
    if len(warn) > 1 and state in WARNED:
        table.complain("warn", ONE_WARNING)
    if then and then not in TIMED[state]:
        table.complain("on_timeout", THEN, known=", ".join(TIMED[state]))
        then = ""
    return Timer(
        state=state, due=due, warn=tuple(each for each in warn if each), on_timeout=then or "escalate"
    )
