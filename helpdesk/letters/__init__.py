"""SAY: every text to a buyer, zh-CN and en. Plain Jinja over files; knows no Flask and no database.

    texts/<letter>.<locale>.txt      first line the subject, an empty line, then the body

The action that sends a letter renders and stores it; nothing is rendered later.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

LOCALES = ("zh-CN", "en")
FALLBACK = "en"
TEXTS = Path(__file__).parent / "texts"


@dataclass(frozen=True, slots=True)
class Letter:
    subject: str  # without "Re:" and number
    text: str


def render(letter: str, locale: str, /, **values: Any) -> Letter:
    """The letter of this name in a language, en where we have no other. A missing value is an error."""
    chosen = locale if locale in LOCALES else FALLBACK
    page = _environment().get_template(f"{letter}.{chosen}.txt").render(**values)
    subject, _, text = page.partition("\n\n")
    return Letter(subject=" ".join(subject.split()), text=text.strip() + "\n")


def with_words(letter: Letter, words: str) -> Letter:
    """The letter with a paragraph of an agent's own before the signature, which is the last one."""
    if not words:
        return letter
    said, _, signed = letter.text.rstrip().rpartition("\n\n")
    return Letter(subject=letter.subject, text=f"{said}\n\n{words}\n\n{signed}\n")


def names() -> set[str]:
    """Every letter there is."""
    return {path.name.split(".")[0] for path in TEXTS.glob("*.txt")}


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEXTS),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701  plain text; its HTML form is made, escaped, by mail.compose
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
