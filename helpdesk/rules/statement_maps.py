"""Which column of a statement means what: a TOML file, read strictly, every fault in one sentence."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from helpdesk.rules.currencies import EXPONENTS
from helpdesk.rules.orders import Fault, FaultsError

FIELDS = ("key", "reference", "payment", "amount", "currency", "happened_at", "remark", "kind", "state")
OUTGOING = ("negative", "any")
_WORDS = ("title", "currency", "timezone", "outgoing")
_LISTS = ("dates", "kinds", "done", "ends")


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementMap:
    """How the statements of one bank or platform are read."""

    title: str
    columns: Mapping[str, tuple[str, ...]]  # our field: headings, the first that the file has counts
    currency: str = ""  # where no column says
    zone: ZoneInfo | None = None  # of moments without an offset
    dates: tuple[str, ...] = ()  # forms of strptime, beside ISO 8601
    kinds: frozenset[str] = frozenset()  # of lines that are refunds, lower case; empty: all are
    done: frozenset[str] = frozenset()  # words of a state that say that the money has left; empty: all do
    ends: tuple[str, ...] = ()  # a line that begins so is no line any more, nor are those below it
    outgoing: str = "any"  # "negative": only amounts below zero have left


def read(text: str) -> StatementMap:
    """The map that a TOML file is. Raises FaultsError with everything that is wrong."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise FaultsError([Fault("", f"this is no TOML: {error}")]) from error
    faults = list(_faults(document))
    if faults:
        raise FaultsError(faults)
    lists = {name: tuple(document.get(name, ())) for name in _LISTS}
    return StatementMap(
        title=document["title"],
        columns={name: tuple(headings) for name, headings in document["columns"].items()},
        currency=document.get("currency", ""),
        zone=ZoneInfo(document["timezone"]) if document.get("timezone") else None,
        dates=lists["dates"],
        kinds=frozenset(word.casefold() for word in lists["kinds"]),
        done=frozenset(word.casefold() for word in lists["done"]),
        ends=lists["ends"],
        outgoing=document.get("outgoing", "any"),
    )


def _faults(document: Mapping[str, Any]) -> Iterator[Fault]:
    known = {*_WORDS, *_LISTS, "columns"}
    yield from (Fault(name, "there is no such key") for name in sorted(set(document) - known))
    for name in _WORDS:
        if not isinstance(document.get(name, ""), str):
            yield Fault(name, "must be text")
    for name in _LISTS:
        if not _are_texts(document.get(name, [])):
            yield Fault(name, "a list of texts")
    if not document.get("title"):
        yield Fault("title", "is missing: what statement is this?")
    if document.get("currency", "EUR") not in EXPONENTS:
        yield Fault("currency", "a code of ISO 4217, like CNY")
    if document.get("outgoing", "any") not in OUTGOING:
        yield Fault("outgoing", f"one of {', '.join(OUTGOING)}")
    if not _is_zone(document.get("timezone", "")):
        yield Fault("timezone", "a zone like Asia/Shanghai")
    yield from _of_columns(document)


def _of_columns(document: Mapping[str, Any]) -> Iterator[Fault]:
    columns = document.get("columns")
    if not isinstance(columns, dict):
        yield Fault("columns", "must be a table")
        return
    for name, headings in columns.items():
        if name not in FIELDS:
            yield Fault(f"columns.{name}", f"there is no such field; known are {', '.join(FIELDS)}")
        elif not headings or not _are_texts(headings):
            yield Fault(f"columns.{name}", 'a list of headings, like ["Amount"]')
    if "amount" not in columns:
        yield Fault("columns.amount", "is missing: which column is the sum?")
    if "currency" not in columns and not document.get("currency"):
        yield Fault("currency", "is missing: name a column, or one currency for the whole file")
    for name, words in (("kind", "kinds"), ("state", "done")):
        if document.get(words) and name not in columns:
            yield Fault(f"columns.{name}", f"is missing: {words} says which of its words count")


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) and each for each in value)


def _is_zone(name: Any) -> bool:
    try:
        ZoneInfo(name or "UTC")
    except (TypeError, ValueError, ZoneInfoNotFoundError):
        return False
    return True
