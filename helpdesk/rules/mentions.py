"""Who is named in a note: `@Mira Lindqvist`, or `@Mira` where only one colleague is called that."""

from collections import Counter
from collections.abc import Mapping

MOST = 20  # people in one note


def mentioned(text: str, people: Mapping[int, str]) -> tuple[int, ...]:
    """The ids of those who are named, in the order of the text. The longest name that stands there counts."""
    if "@" not in text:
        return ()
    by_name = _names(people)
    longest_first = sorted(by_name, key=len, reverse=True)
    said, found = text.casefold(), dict[int, None]()
    place = said.find("@")
    while place >= 0 and len(found) < MOST:
        name = next((each for each in longest_first if _stands_at(said, each, place + 1)), None)
        if name is not None and not _is_an_address(said, place):
            found[by_name[name]] = None
        place = said.find("@", place + 1)
    return tuple(found)


def _names(people: Mapping[int, str]) -> dict[str, int]:
    """Whole names, and the first words of them that only one person has; of two with one name, neither."""
    whole = Counter(name.casefold() for name in people.values())
    first = Counter(_first(name) for name in people.values())
    found = {_first(name): key for key, name in people.items() if first[_first(name)] == 1}
    found |= {name.casefold(): key for key, name in people.items() if whole[name.casefold()] == 1}
    return {name: key for name, key in found.items() if name}


def _first(name: str) -> str:
    return next(iter(name.casefold().split()), "")


def _stands_at(said: str, name: str, place: int) -> bool:
    """No letter goes on behind it; Chinese writes without blanks, so a Han character may follow."""
    after = said[place + len(name) : place + len(name) + 1]
    return said.startswith(name, place) and not (after.isalnum() and after.isascii())


def _is_an_address(said: str, place: int) -> bool:
    """The @ of mira@shop.example."""
    before = said[place - 1 : place]
    return before.isascii() and (before.isalnum() or before in tuple("._%+-"))
