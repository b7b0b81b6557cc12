"""What speaks against sending a text, asked before it goes: each objection with what it is about.

Pure: what is about to be sent and what stands on the ticket come in, objections come out. Whoever asks lets
those pass that the agent has read and insists on; some nobody may insist on.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from helpdesk.rules import guard_figures, guard_promises, guard_words
from helpdesk.rules.guard_text import own_words
from helpdesk.rules.money import Money


class Stop(StrEnum):
    """What is objected to."""

    MOVED_ON = "moved_on"  # words came in that the agent has not seen
    PLACEHOLDER = "placeholder"  # ours, not filled in
    INSIDE = "inside"  # a note about to go to the buyer
    UNFILLED = "unfilled"  # looks as if something was to be filled in
    ATTACHMENT = "attachment"  # promised, and not there
    AMOUNT = "amount"  # none that stands in claim, order or refund
    ORDER = "order"  # a number that is not this ticket's
    RECIPIENT = "recipient"  # an address that has not been in this conversation


# Sending all the same is never meant: the page is read first, the text is changed, or it becomes a note.
NEVER = frozenset({Stop.MOVED_ON, Stop.PLACEHOLDER, Stop.INSIDE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    stop: Stop
    found: str = ""  # the words, number or address that it is about
    known: tuple[str, ...] = ()  # what stands here instead

    @property
    def may_be_insisted_on(self) -> bool:
        return self.stop not in NEVER

    @property
    def key(self) -> str:
        """By which a page says that just this one was read: other words are another objection."""
        return f"{self.stop}:{self.found}"[:300]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What is about to be sent."""

    text: str  # the agent's own words
    files: int
    recipients: tuple[str, ...] = ()  # keys of the addresses besides the buyer's


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What stands on the ticket."""

    moved_on: bool = False
    amounts: tuple[Money, ...] = ()  # of claims, orders, offers, refunds: those that are shown come first
    orders: tuple[str, ...] = ()  # numbers in their compared form
    shapes: tuple[str, ...] = ()  # how the shop's own numbers look
    heard: str = ""  # subject and words of the buyer
    colleagues: tuple[str, ...] = ()  # names and addresses
    addresses: frozenset[str] = frozenset()  # keys of all that have been in the conversation


def objections(draft: Draft, standing: Standing) -> tuple[Objection, ...]:
    """Everything that speaks against it, what weighs most first."""
    own = own_words(draft.text)
    blank = guard_words.placeholder(draft.text)
    found = (
        (Stop.PLACEHOLDER, blank, ()),
        (Stop.INSIDE, guard_words.meant_inside(own) or guard_words.mentioned(own, standing.colleagues), ()),
        (Stop.UNFILLED, "" if blank else guard_words.likely_placeholder(draft.text), ()),
        (Stop.ATTACHMENT, "" if draft.files else guard_promises.promised_file(own), ()),
        (Stop.AMOUNT, guard_figures.wrong_amount(own, standing.amounts), _shown(standing.amounts)),
        (
            Stop.ORDER,
            guard_figures.wrong_order(own, standing.orders, standing.shapes, heard=standing.heard),
            standing.orders,
        ),
    )
    moved_on = (Objection(stop=Stop.MOVED_ON),) if standing.moved_on else ()
    new = tuple(
        Objection(stop=Stop.RECIPIENT, found=each)
        for each in draft.recipients
        if each not in standing.addresses
    )
    return (
        *moved_on,
        *(Objection(stop=stop, found=words[:200], known=known) for stop, words, known in found if words),
        *new,
    )


def unmet(found: Collection[Objection], insisted: Collection[str] | None) -> tuple[Objection, ...]:
    """Those that still stand. `insisted` are keys of objections that the agent has read and overruled; None:
    there is no page to ask her on, and only what nobody may insist on stands."""
    return tuple(
        each for each in found if not (each.may_be_insisted_on and (insisted is None or each.key in insisted))
    )


def _shown(amounts: tuple[Money, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(each) for each in amounts))[:6]
