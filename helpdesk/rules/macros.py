"""What a macro may do: a list of steps, each a verb of this table and one value, kept as JSON.

A macro is the same list of actions as a routine, run by hand. The order of a list is the order in which it is
carried out; what can go together stands in `check`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from helpdesk.rules.states import TicketState, WaitingOn

MOST_STEPS = 12
LONGEST = 20_000  # characters of a note


class Do(StrEnum):
    """The verbs, in the order in which the form lists them, which is the order of their sense."""

    CLAIM = "claim"  # a step of the claim that goes on: see ClaimStep
    NOTE = "note"  # words for colleagues
    ASSIGN = "assign"  # ME, NOBODY, or the id of a colleague
    REPLY = "reply"  # the id of a saved reply
    STATE = "state"  # open, solved, closed, or waiting:<whom>


class ClaimStep(StrEnum):
    GRANT = "grant"  # what the policy grants, at once
    OFFER = "offer"  # the same, for the buyer to accept
    ASK = "ask"  # a second person, to grant it


ME, NOBODY = "me", "nobody"
STATES = (
    TicketState.OPEN,
    TicketState.SOLVED,
    TicketState.CLOSED,
    *(f"{TicketState.WAITING}:{on}" for on in WaitingOn),
)


class MacroError(ValueError):
    """No macro; `str()` is a sentence, `field` the verb at fault."""

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class Step:
    do: Do
    value: str


def steps(given: Iterable[Mapping[str, Any]]) -> tuple[Step, ...]:
    """As they were kept. A verb that this version does not know is left out: it was taken away since."""
    return tuple(Step(Do(each["do"]), str(each["value"])) for each in given if each.get("do") in list(Do))


def as_data(given: Iterable[Step]) -> list[dict[str, str]]:
    return [{"do": str(step.do), "value": step.value} for step in given]


def check(given: tuple[Step, ...]) -> None:
    """Raises MacroError for a list that no ticket could be put through."""
    if not given:
        raise MacroError("choose at least one thing that it does")
    if len(given) > MOST_STEPS:
        raise MacroError(f"at most {MOST_STEPS} steps")
    verbs = [step.do for step in given]
    if len(set(verbs)) < len(verbs):
        raise MacroError("each kind of step may stand in it once")
    for step in given:
        if not _is_possible(step):
            raise MacroError("there is no such choice", field=step.do)


def then(given: tuple[Step, ...]) -> tuple[TicketState, WaitingOn | None] | None:
    """The state that it leaves behind, where it names one."""
    said = next((step.value for step in given if step.do is Do.STATE), None)
    return state_of(said) if said is not None else None


def state_of(value: str) -> tuple[TicketState, WaitingOn | None]:
    """ "waiting:bank" as the two that a ticket has."""
    state, _, on = value.partition(":")
    return TicketState(state), WaitingOn(on) if on else None


def _is_possible(step: Step) -> bool:
    match step.do:
        case Do.CLAIM:
            return step.value in list(ClaimStep)
        case Do.STATE:
            return step.value in STATES
        case Do.NOTE:
            return bool(step.value.strip()) and len(step.value) <= LONGEST
        case Do.REPLY:
            return step.value.isdigit()
        case Do.ASSIGN:
            return step.value in (ME, NOBODY) or step.value.isdigit()
