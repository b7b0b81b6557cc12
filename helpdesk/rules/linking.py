"""Which order a mail is about, and how sure that is.

    evidence                                              level       what follows
    a number hits, verified sender = an address of it     verified    everything
    the same, the sender is not verified                  weak        one-time link to the address on file
    a number hits, the sender is somebody else            weak        the same; the asker: neutral words
    a number hits, the order has no address               weak        the form: name, telephone, number; or
                                                                      an agent; the asker: neutral words
    no number hits, the sender has one order of 90 days   suggested   an agent or the buyer confirms
    no number hits, the sender has several                none        a page to choose from, to that address
    anything else                                         none        neutral words, when a number was named

Whoever asks gets the same words at the same time whether or not there is such an order: see `neutral`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from helpdesk.rules.claim_terms import LinkLevel
from helpdesk.rules.order_numbers import Place
from mail.types import Verdict

RECENT = timedelta(days=90)
OPEN_FOR = timedelta(days=7)  # how long a one-time link works
MOST_LINKS = 5  # orders that one mail is linked to
MOST_NEW_LINKS = 3  # that may be asked for from the page of an old one
STRENGTH = {LinkLevel.SUGGESTED: 1, LinkLevel.WEAK: 2, LinkLevel.VERIFIED: 3}


class How(StrEnum):
    """What a link rests on."""

    SENDER = "sender"  # verified, and an address of the order
    NUMBER = "number"  # only the number was known
    ONLY_ORDER = "only_order"  # the one order of this address
    LINK = "link"  # somebody who reads mail at the address on file said so
    PICKER = "picker"  # the same, by choosing among the orders of that address
    AGENT = "agent"  # a colleague looked
    FORM = "form"  # a platform's buyer typed name, telephone and number: see rules/buyer_form.py


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A number of the mail that an order has."""

    order_id: int
    place: Place
    is_senders: bool  # the sender's address is one of the order's
    has_address: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    order_id: int
    level: LinkLevel
    how: How
    other_address: bool  # the asker's is not on the order
    ask_owner: bool = False  # send a one-time link to the address on file


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    links: tuple[Link, ...] = ()
    choose: bool = False  # send the sender a page with his own orders
    neutral: bool = False  # say to the asker that the order's address was written to, if there is one


def decide(
    hits: Sequence[Hit], own_orders: Sequence[int], *, names_a_number: bool, verdict: Verdict
) -> Decision:
    """`hits` best first; `own_orders` are the sender's of the last 90 days; `verdict` is on his address."""
    links = tuple(_link(hit, verdict) for hit in hits[:MOST_LINKS])
    # Who reads the sender's mail is told by the link itself; words beside it would say it twice.
    neutral = names_a_number and not any(hit.is_senders for hit in hits)
    if links or verdict is Verdict.FAIL or not own_orders:
        return Decision(links=links, neutral=neutral)
    if len(own_orders) > 1:
        return Decision(choose=True, neutral=neutral)
    only = Link(order_id=own_orders[0], level=LinkLevel.SUGGESTED, how=How.ONLY_ORDER, other_address=False)
    return Decision(links=(only,), neutral=neutral)


def _link(hit: Hit, verdict: Verdict) -> Link:
    if hit.is_senders and verdict is Verdict.PASS:
        return Link(order_id=hit.order_id, level=LinkLevel.VERIFIED, how=How.SENDER, other_address=False)
    return Link(
        order_id=hit.order_id,
        level=LinkLevel.WEAK,
        how=How.NUMBER,
        other_address=not hit.is_senders,
        ask_owner=hit.has_address,
    )
