"""Reading values out of parsed TOML: every wrong one becomes a Problem with its line, and reading goes on."""

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, TypeVar

from helpdesk.rules import money
from helpdesk.rules.policy_lines import Path
from helpdesk.rules.policy_terms import Duration, Problem

N_ = str  # marks a sentence for the catalogues
E = TypeVar("E", bound=StrEnum)
DURATION = re.compile(r"([1-9][0-9]{0,3})(h|d|bd)")
LONGEST_TEXT = 2000
KINDS: dict[type, str] = {
    str: N_("a text"),
    int: N_("a whole number"),
    bool: N_("true or false"),
    dict: N_("a table"),
}


class Faults:
    """All problems of one file, and where things stand in it."""

    def __init__(self, lines: dict[Path, int]) -> None:
        self.lines = lines
        self.found: list[Problem] = []

    def add(self, path: Path, where: str, sentence: str, /, **values: object) -> None:
        said = tuple(sorted((name, str(value)) for name, value in values.items()))
        self.found.append(Problem(self.line(path), where, sentence, said))

    def line(self, path: Path) -> int:
        """Of the path, or of the nearest thing around it that has a line."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 0)


class Table:
    """A table of the file. What is asked for is known; `close` complains of all the rest."""

    def __init__(self, values: Any, path: Path, where: str, faults: Faults) -> None:
        self.path, self.where, self.faults = path, where, faults
        self.values: dict[str, Any] = values if isinstance(values, dict) else {}
        self.known: set[str] = set()
        if not isinstance(values, dict):
            self.wrong_kind("", dict)

    def complain(self, key: str | int, sentence: str, /, **values: object) -> None:
        path = (*self.path, key) if key != "" else self.path
        self.faults.add(path, self.where, sentence, **values)

    def close(self) -> None:
        """Name every key that nobody asked for, and the known one that looks like it."""
        for key in self.values:
            if key not in self.known:
                self.unknown(key, key, self.known)

    def unknown(self, key: str | int, word: str, known: Iterable[str]) -> None:
        near = get_close_matches(word, sorted(known), n=1)
        if near:
            self.complain(
                key, N_("%(word)s is not known here: did you mean %(near)s?"), word=word, near=near[0]
            )
        else:
            self.complain(
                key,
                N_("%(word)s is not known here: it can be %(known)s"),
                word=word,
                known=", ".join(sorted(known)),
            )

    def wrong_kind(self, key: str | int, kind: type) -> None:
        name = key if key != "" else self.where
        self.complain(key, N_("%(key)s must be %(kind)s"), key=name, kind=KINDS[kind])

    def has(self, key: str) -> bool:
        self.known.add(key)
        return key in self.values

    def take(self, key: str, kind: type, default: Any) -> Any:
        """The value when it is there and of its kind; else the default, and a complaint when it is wrong."""
        if not self.has(key):
            return default
        value = self.values[key]
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            self.wrong_kind(key, kind)
            return default
        return value

    def text(self, key: str, default: str = "", *, required: bool = False, longest: int = 200) -> str:
        value: str = self.take(key, str, default)
        if required and not self.values.get(key):
            self.complain("", N_("%(key)s is missing"), key=key)
        if len(value) > longest:
            self.complain(key, N_("%(key)s is longer than %(count)s characters"), key=key, count=longest)
        return value

    def flag(self, key: str, default: bool = False) -> bool:
        return bool(self.take(key, bool, default))

    def whole(self, key: str, default: int | None, *, least: int = 0, most: int = 100_000) -> int | None:
        value: int | None = self.take(key, int, default)
        if value is not None and not least <= value <= most:
            self.complain(
                key, N_("%(key)s must be from %(least)s to %(most)s"), key=key, least=least, most=most
            )
            return default
        return value

    def percent(self, key: str, default: int) -> int:
        return self.whole(key, default, most=100) or 0 if self.has(key) else default

    def choice(self, key: str, known: Iterable[str], default: str = "") -> str:
        value: str = self.take(key, str, default)
        if value != default and value not in set(known):
            self.unknown(key, value, known)
            return default
        return value

    def member(self, key: str, kind: type[E], default: E | None) -> E | None:
        value = self.choice(key, [each.value for each in kind])
        return kind(value) if value else default

    def words(self, key: str, known: Iterable[str] | None = None) -> tuple[str, ...]:
        """A list of words, a single word counting as a list; each must be known where `known` is given."""
        if not self.has(key):
            return ()
        given = self.values[key]
        given = [given] if isinstance(given, str) else given
        if not isinstance(given, list) or not all(isinstance(word, str) and word for word in given):
            self.complain(key, N_("%(key)s must be a list of words"), key=key)
            return ()
        if not given:
            self.complain(key, N_("%(key)s is an empty list: leave it out"), key=key)
        if known is not None:
            for index, word in enumerate(given):
                if word not in set(known):
                    Table({}, (*self.path, key), self.where, self.faults).unknown(index, word, known)
            given = [word for word in given if word in set(known)]
        return tuple(dict.fromkeys(given))

    def members(self, key: str, kind: type[E]) -> tuple[E, ...]:
        return tuple(kind(word) for word in self.words(key, [each.value for each in kind]))

    def amount(self, key: str, currency: str) -> int | None:
        """Minor units. Money stands in quotes: "12.50", because 12.5 as a number is not exact."""
        if not self.has(key):
            return None
        return self.read_amount(key, self.values[key], currency)

    def read_amount(self, key: str, value: Any, currency: str) -> int | None:
        if not isinstance(value, str):
            self.complain(key, N_('%(key)s is money: write it in quotes, like "12.50"'), key=key)
            return None
        if not currency:
            return None  # complained of already
        try:
            return money.read_or_nothing(value, currency).minor
        except money.AmountError as error:
            self.complain(key, N_("%(key)s: %(said)s"), key=key, said=error)
            return None

    def duration(self, key: str) -> Duration | None:
        if not self.has(key):
            return None
        return self.read_duration(key, self.values[key])

    def read_duration(self, key: str, value: Any) -> Duration | None:
        found = DURATION.fullmatch(value) if isinstance(value, str) else None
        if found is None:
            self.complain(
                key,
                N_('%(value)s is not a time: write it like "48h", "7d" or "2bd" (business days)'),
                value=value,
            )
            return None
        return Duration(int(found[1]), found[2])

    def moment(self, key: str) -> datetime | None:
        if not self.has(key):
            return None
        value = self.values[key]
        if isinstance(value, datetime):
            return value
        self.complain(key, N_("%(key)s must be a moment like 2026-11-01T00:00:00+08:00"), key=key)
        return None

    def day(self, key: str) -> date | None:
        value = self.values.get(key)
        if self.has(key) and (not isinstance(value, date) or isinstance(value, datetime)):
            self.complain(key, N_("%(key)s must be a day like 2026-11-01"), key=key)
            return None
        return value

    def table(self, key: str, where: str = "") -> "Table":
        """The table under this key; an empty one when there is none."""
        given = self.values.get(key, {}) if self.has(key) else {}
        return Table(given, (*self.path, key), where or self.where, self.faults)

    def tables(self, key: str, word: str) -> Iterator["Table"]:
        """The elements of an array of tables, each known by its place until it has a name."""
        given = self.values.get(key, []) if self.has(key) else []
        if not isinstance(given, list):
            self.complain(key, N_("%(key)s must be a list of tables: write [[%(key)s]]"), key=key)
            return
        for index, values in enumerate(given):
            yield Table(values, (*self.path, key, index), f"{word} {index + 1}", self.faults)
