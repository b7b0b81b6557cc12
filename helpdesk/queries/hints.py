"""What the newest words of a buyer say by themselves: computed when a ticket is read, stored nowhere."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from helpdesk.queries.entries import EntryView
from helpdesk.queries.orders import OrderView
from helpdesk.rules.phrasebook import Book
from helpdesk.rules.reasons import Facts
from helpdesk.rules.states import EntryKind
from helpdesk.rules.wishes import Hints, hints, of_order

LOOKED_AT = 3  # of the newest mails of the buyer: a matter is told in the first ones, and thanks tell nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Hinted:
    """The hints of one mail, and which entry it is."""

    entry_id: int
    hints: Hints


def of(entries: Sequence[EntryView], book: Book) -> Hinted | None:
    """Of the newest mail that tells a reason; of the newest that tells anything, when none does."""
    received = [entry for entry in entries if entry.kind is EntryKind.RECEIVED and is_by_a_person(entry)]
    told = [found for entry in reversed(received[-LOOKED_AT:]) if (found := _of(entry, book)) is not None]
    return next((each for each in told if each.hints.suggestion.guesses), told[0] if told else None)


def of_orders(hinted: Hinted | None, orders: Iterable[OrderView]) -> Hinted | None:
    """The same, where the orders are known that it may be about."""
    if hinted is None:
        return None
    whole = frozenset(amount for order in orders for amount in order.wholes)
    return replace(hinted, hints=of_order(hinted.hints, whole))


def words(entry: EntryView) -> str:
    """Subject and new words: what is looked at."""
    said = entry.facts.get("new") or entry.facts.get("text") or ""
    return f"{entry.facts.get('subject', '')}\n\n{said}"


def _of(entry: EntryView, book: Book) -> Hinted | None:
    found = hints(words(entry), book, Facts(photos=sum(_is_photo(file.content_type) for file in entry.files)))
    return Hinted(entry_id=entry.id, hints=found) if found else None


def is_by_a_person(entry: EntryView) -> bool:
    """Not by a machine in their name."""
    return str(entry.facts.get("kind", "human")) == "human"


def _is_photo(content_type: str) -> bool:
    return content_type.startswith("image/")
