"""Whom an entry concerns, and by which ways each person wants to be told.

Nobody is told of what she did herself. What is not chosen is as `DEFAULTS` says; mail that a buyer's answer
came is a choice of its own (`ToldOf`), because it also counts for tickets that are nobody's.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from helpdesk.rules.states import EntryKind
from helpdesk.rules.turns import is_the_buyers


class AlertEvent(StrEnum):
    """In the order in which the settings list them."""

    ASSIGNED = "assigned"  # a ticket was given to me
    ANSWERED = "answered"  # the buyer wrote on a ticket of mine
    MENTIONED = "mentioned"  # a note names me
    APPROVAL = "approval"  # something waits for my yes
    MONEY = "money"  # money back failed, or nobody knows
    PROMISE = "promise"  # what was promised is nearly due, or overdue
    MAILBOX = "mailbox"  # mail is not read, or not sent


class Channel(StrEnum):
    PAGE = "page"  # the bell
    BROWSER = "browser"  # a notice of the browser while a page is open
    MAIL = "mail"


DEFAULTS: Mapping[AlertEvent, frozenset[Channel]] = {
    AlertEvent.ASSIGNED: frozenset({Channel.PAGE, Channel.BROWSER}),
    AlertEvent.ANSWERED: frozenset({Channel.PAGE}),
    AlertEvent.MENTIONED: frozenset({Channel.PAGE, Channel.BROWSER}),
    AlertEvent.APPROVAL: frozenset({Channel.PAGE, Channel.BROWSER}),
    AlertEvent.MONEY: frozenset({Channel.PAGE, Channel.BROWSER}),
    AlertEvent.PROMISE: frozenset({Channel.PAGE}),
    AlertEvent.MAILBOX: frozenset({Channel.PAGE}),
}
BY_CHOICE_OF_ITS_OWN = (AlertEvent.ANSWERED,)  # by mail: ToldOf
NEVER_BY_MAIL = (AlertEvent.MAILBOX,)  # what cannot send would have to tell
FOR_LEADS = (AlertEvent.APPROVAL, AlertEvent.MAILBOX)  # nobody else is told of these

MONEY_VERBS = frozenset({"refund_failed", "refund_unknown", "refund_needs_action", "refund_reversed"})
PROMISE_VERBS = frozenset(
    {
        "answer_overdue",
        "return_overdue",
        "promise_overdue",
        "platform_deadline_near",
        "chase_overdue",
        "refund_near",
    }
)


@dataclass(frozen=True, slots=True)
class Concern:
    """An event and the people whom it is about; nobody named: the leads."""

    event: AlertEvent
    people: tuple[int, ...]


def concerns(
    kind: EntryKind, verb: str, actor: str, facts: Mapping[str, Any], assignee_id: int | None
) -> Concern | None:
    """What an entry is to people; None for most entries."""
    hers = (assignee_id,) if assignee_id is not None else ()
    if verb == "assigned" and facts.get("after") is not None:
        return Concern(AlertEvent.ASSIGNED, (int(facts["after"]),))
    if is_the_buyers(kind, verb, actor):
        return Concern(AlertEvent.ANSWERED, hers) if hers else None
    if kind is EntryKind.NOTE and facts.get("mentions"):
        return Concern(AlertEvent.MENTIONED, tuple(int(each) for each in facts["mentions"]))
    if verb in MONEY_VERBS:
        return Concern(AlertEvent.MONEY, hers)
    if verb in PROMISE_VERBS:
        return Concern(AlertEvent.PROMISE, hers)
    return None


def channels(chosen: Mapping[str, Sequence[str]], event: AlertEvent) -> frozenset[Channel]:
    """By which ways somebody with these choices is told of it."""
    if event not in chosen:
        return DEFAULTS[event]
    return frozenset(Channel(each) for each in chosen[event] if each in list(Channel))


def choices(ticked: Iterable[str]) -> dict[str, list[str]]:
    """Of a table of check boxes, each "event-channel": every event, with the ways that are ticked."""
    said = set(ticked)
    return {
        str(event): [str(each) for each in Channel if f"{event}-{each}" in said and is_offered(event, each)]
        for event in AlertEvent
    }


def is_offered(event: AlertEvent, channel: Channel) -> bool:
    """Whether there is such a box; mail of a buyer's answer is kept elsewhere."""
    return not (channel is Channel.MAIL and event in (*NEVER_BY_MAIL, *BY_CHOICE_OF_ITS_OWN))
