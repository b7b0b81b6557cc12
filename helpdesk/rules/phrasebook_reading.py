"""A file of rules becomes rules, or a list of everything that is wrong with it, by line."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from helpdesk.rules.claim_terms import REASONS, Wish
from helpdesk.rules.folding import fold
from helpdesk.rules.phrasebook import Denials, Rule, speaks
from helpdesk.rules.phrases import Phrase, PhraseError, phrase

FLAGS = ("anger", "legal")
SIGNS = ("delay", "thanks", "came", "thanks_for", "but")  # each says nothing alone
CODES: dict[str, tuple[str, ...]] = {
    "reason": tuple(code for code in REASONS if code not in ("agreed", "other")),  # nobody says these
    "wish": tuple(Wish),
    "flag": FLAGS,
    "sign": SIGNS,
}
HEAVIEST = 5
_KNOWN = {
    *CODES, "weight", "phrases", "unless_before", "unless_after", "negations", "circumstance", "yes", "no",
}  # fmt: skip
_HEADER = re.compile(r"[ \t]*\[\[[ \t]*rule[ \t]*\]\]")
_LINE = re.compile(r"at line ([0-9]+)")


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """Something that has to be corrected before a file can be used."""

    source: str
    line: int  # from 1
    said: str

    def __str__(self) -> str:
        return f"{self.source}:{self.line}: {self.said}"


@dataclass(frozen=True, slots=True)
class Read:
    """Usable only when there are no faults."""

    rules: tuple[Rule, ...]
    faults: tuple[Fault, ...]


class _RuleError(ValueError):
    """One fault of one rule, and the words by which its line can be found."""

    def __init__(self, said: str, near: str = "") -> None:
        super().__init__(said)
        self.near = near


def read(source: str, text: str) -> Read:
    """All rules of a file, their examples not yet tried (`tried`)."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        where = _LINE.search(str(error))
        line = int(where.group(1)) if where else text.count("\n") + 1
        return Read((), (Fault(source, line, f"this is not TOML: {error}"),))
    file = _File(source, text)
    rules: list[Rule] = []
    faults = [
        Fault(source, file.line_of(name), f"{name!r} is not known: a file has negations and [[rule]]")
        for name in sorted(tables.keys() - {"negations", "rule"})
    ]
    try:
        negations = _texts(tables, "negations", needed=False)
        given = tables.get("rule", [])
        if not isinstance(given, list) or not all(isinstance(each, dict) for each in given):
            raise _RuleError("rules are tables with the header [[rule]]", "rule")
    except _RuleError as error:
        return Read((), (*faults, Fault(source, file.line_of(error.near), str(error))))
    for index, table in enumerate(given):
        line = file.header(index)
        try:
            rules.append(_rule(source, line, table, negations))
        except _RuleError as error:
            name = f"rule of line {line}{_name(table)}"
            faults.append(Fault(source, file.line_of(error.near, after=line), f"{name}: {error}"))
    return Read(tuple(rules), tuple(faults))


def tried(rules: Iterable[Rule], texts: Mapping[str, str]) -> Iterator[Fault]:
    """Every example that its rule does not keep. `texts` are the files by name, to find the lines."""
    for rule in rules:
        name = f"rule of line {rule.line} ({rule.code})"
        file = _File(rule.source, texts[rule.source])
        for sentence in rule.yes:
            if not speaks(rule, sentence):
                said = f"{name}: it does not speak in its example {sentence!r}"
                yield Fault(rule.source, file.line_of(sentence, after=rule.line), said)
        for sentence in rule.no:
            if speaks(rule, sentence):
                said = f"{name}: it speaks in {sentence!r}, where it must not"
                yield Fault(rule.source, file.line_of(sentence, after=rule.line), said)


class _File:
    """Where things stand: TOML's reader keeps no lines."""

    def __init__(self, source: str, text: str) -> None:
        self.source = source
        self.lines = text.splitlines()
        self.headers = [number for number, line in enumerate(self.lines, 1) if _HEADER.match(line)]

    def header(self, index: int) -> int:
        return self.headers[index] if index < len(self.headers) else 1

    def line_of(self, near: str, *, after: int = 1) -> int:
        """The first line from here on that has these words; the line itself when none has."""
        lines = enumerate(self.lines[after - 1 :], after)
        return next((number for number, line in lines if near and near in line), after)


def _rule(source: str, line: int, table: Mapping[str, Any], negations: tuple[str, ...]) -> Rule:
    for name in table.keys() - _KNOWN:
        raise _RuleError(f"{name!r} is not known; there are {', '.join(sorted(_KNOWN))}", name)
    says, code = _meaning(table)
    obeys, circumstance = _is(table, "negations", else_=True), _is(table, "circumstance", else_=False)
    if circumstance and says != "reason":
        raise _RuleError("only a reason is a circumstance", "circumstance")
    return Rule(
        source=source,
        line=line,
        says=says,
        code=code,
        weight=_weight(table),
        phrases=tuple(_phrase(written) for written in _texts(table, "phrases")),
        before=_denials((*_texts(table, "unless_before", needed=False), *(negations if obeys else ()))),
        after=_denials(_texts(table, "unless_after", needed=False)),
        yes=_texts(table, "yes"),
        no=_texts(table, "no"),
        circumstance=circumstance,
    )


def _is(table: Mapping[str, Any], name: str, *, else_: bool) -> bool:
    given = table.get(name, else_)
    if not isinstance(given, bool):
        raise _RuleError(f"{name} is true or false", name)
    return given


def _meaning(table: Mapping[str, Any]) -> tuple[str, str]:
    said = [name for name in CODES if name in table]
    if len(said) != 1:
        raise _RuleError("it says exactly one of reason, wish, flag and sign")
    (says,) = said
    code = table[says]
    if code not in CODES[says]:
        raise _RuleError(f"{says} {code!r} is not known; there are {', '.join(CODES[says])}", says)
    return says, str(code)


def _weight(table: Mapping[str, Any]) -> int:
    weight = table.get("weight", 3)
    if not isinstance(weight, int) or isinstance(weight, bool) or not 1 <= weight <= HEAVIEST:
        raise _RuleError(f"weight is a whole number from 1 to {HEAVIEST}", "weight")
    return weight


def _phrase(written: str) -> Phrase:
    try:
        return phrase(written)
    except PhraseError as error:
        raise _RuleError(f"{written!r} is no phrase: {error}", written) from error


def _texts(table: Mapping[str, Any], name: str, *, needed: bool = True) -> tuple[str, ...]:
    given = table.get(name, [])
    if not isinstance(given, list) or not all(isinstance(each, str) for each in given):
        raise _RuleError(f'{name} is a list of texts, like ["one", "two"]', name)
    if needed and not given:
        raise _RuleError(f"{name} is missing: every rule has phrases, yes and no")
    return tuple(given)


def _denials(written: Iterable[str]) -> Denials:
    """ "not ..." and "... refund" may stand near by; "没有" stands right before, or behind."""
    right: list[str] = []
    near: list[str] = []
    for each in written:
        words = each.replace("...", "").replace("…", "")
        tokens = fold(words).tokens[:-1]
        if not tokens:
            raise _RuleError(f"{each!r} has no words", each)
        (near if words != each else right).append(f" {' '.join(tokens)} ")
    return Denials(right=tuple(right), near=tuple(near))


def _name(table: Mapping[str, Any]) -> str:
    code = next((table[name] for name in CODES if name in table), "")
    return f" ({code})" if code else ""
