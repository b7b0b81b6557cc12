"""What the steps of a macro are called, and what is said of them before they are done."""

from collections.abc import Mapping
from dataclasses import dataclass

from helpdesk.rules.macros import ME, NOBODY, ClaimStep, Do, Step, state_of
from helpdesk.web import wording
from helpdesk.web.translate import _, _l

CLAIM_STEPS = {
    ClaimStep.GRANT: _l("Grant what the policy grants"),
    ClaimStep.OFFER: _l("Offer what the policy grants"),
    ClaimStep.ASK: _l("Ask a second person to grant it"),
}
TITLES = {
    Do.NOTE: _l("Note for colleagues"),
    Do.ASSIGN: _l("Assign"),
    Do.REPLY: _l("Reply to the buyer"),
    Do.STATE: _l("State"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """One step as it would be done now."""

    title: str = ""
    detail: str = ""
    hint: str = ""
    problem: str = ""  # why it cannot be done; "" as far as anybody knows
    is_letter: bool = False  # the detail is what the buyer will read


def title(step: Step) -> str:
    """What it is called."""
    return str(CLAIM_STEPS[ClaimStep(step.value)] if step.do is Do.CLAIM else TITLES[step.do])


def letter(value: str) -> str:
    """What a step of the claim sends besides."""
    if value == ClaimStep.ASK:
        return _("Nothing is sent to the buyer before the second person has said yes.")
    return _("The buyer gets the letter about it.")


def assigned(value: str, names: Mapping[str, str], mine: str) -> Foreseen:
    if value == ME:
        return Foreseen(detail=mine)
    if value == NOBODY:
        return Foreseen(detail=_("nobody"))
    if value not in names:
        return Foreseen(problem=_("This colleague does not work here any more."))
    return Foreseen(detail=names[value])


def state(value: str) -> str:
    state, on = state_of(value)
    return str(wording.WAITS[on] if on else wording.STATES[state])


def line(step: Step, replies: Mapping[str, str], names: Mapping[str, str]) -> str:
    """One step in a list of macros."""
    match step.do:
        case Do.CLAIM:
            return title(step)
        case Do.REPLY:
            return _("%(step)s: %(what)s", step=title(step), what=replies.get(step.value, "?"))
        case Do.ASSIGN:
            to = _("whoever runs it") if step.value == ME else names.get(step.value, _("nobody"))
            return _("%(step)s: %(what)s", step=title(step), what=to)
        case Do.STATE:
            return _("%(step)s: %(what)s", step=title(step), what=state(step.value))
        case Do.NOTE:
            return _("%(step)s: %(what)s", step=title(step), what=step.value[:60])
