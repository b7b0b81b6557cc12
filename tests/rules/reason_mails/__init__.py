"""Mails of buyers with what a careful colleague would note of each: blind.toml, later.toml."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
HALVES = ("blind", "later")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    half: str
    language: str
    text: str
    reason: str
    also: tuple[str, ...]
    wish: str
    amount: str
    flags: tuple[str, ...]

    @property
    def has_reason(self) -> bool:
        return self.reason not in ("none", "other")

    @property
    def right(self) -> set[str]:
        """What may be said of it without being wrong."""
        return {self.reason, *self.also}


def mails(half: str) -> list[Mail]:
    with (HERE / f"{half}.toml").open("rb") as file:
        return [_mail(half, table) for table in tomllib.load(file)["mail"]]


def every() -> list[Mail]:
    return [mail for half in HALVES for mail in mails(half)]


def _mail(half: str, table: dict[str, Any]) -> Mail:
    return Mail(
        half=half,
        language=table["language"],
        text=table["text"].strip(),
        reason=table["reason"],
        also=tuple(table.get("also", ())),
        wish=table.get("wish", ""),
        amount=table.get("amount", ""),
        flags=tuple(sorted(table.get("flags", ()))),
    )
