"""The rules that are shipped, a file per language, and the shop's own beside them."""

import logging
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from helpdesk.rules.phrasebook import Book
from helpdesk.rules.phrasebook_reading import Fault, Read, read, tried

HERE = Path(__file__).parent
LARGEST = 1_000_000  # bytes of a shop's file

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Checked:
    """What a file of rules is: how many rules and examples, and all that is wrong with it."""

    rules: int
    examples: int
    faults: tuple[Fault, ...]


@cache
def shipped() -> Book:
    """The rules that come with the desk, for both languages at once: mails mix them."""
    return Book(rule for path in files() for rule in _read(path).rules)


@cache
def book(own: Path | None) -> Book:
    """The shipped rules and the shop's own. A file with faults is left out as a whole; the log says so."""
    if own is None:
        return shipped()
    faults = check(own).faults
    if faults:
        log.warning("%s is not used, it has %d faults: run `helpdesk reasons check`", own, len(faults))
        return shipped()
    return Book((*shipped().rules, *_read(own).rules))


def files() -> tuple[Path, ...]:
    return tuple(sorted(HERE.glob("*.toml")))


def check(path: Path) -> Checked:
    """Read a file and try its examples: everything that is wrong, by line."""
    found = _read(path)
    faults = list(found.faults)
    if found.rules:
        faults += tried(found.rules, {str(path): path.read_text(encoding="utf-8")})
    return Checked(
        rules=len(found.rules),
        examples=sum(len(rule.yes) + len(rule.no) for rule in found.rules),
        faults=tuple(sorted(faults)),
    )


def _read(path: Path) -> Read:
    """Faults instead of exceptions, so that one look tells all of them."""
    try:
        if path.stat().st_size > LARGEST:
            return _unread(path, f"it is larger than {LARGEST:,} bytes")
        return read(str(path), path.read_text(encoding="utf-8"))
    except OSError as error:
        return _unread(path, f"it cannot be read: {error.strerror or error}")
    except UnicodeDecodeError as error:
        return _unread(path, f"it is not UTF-8 at byte {error.start + 1}: save it as UTF-8")


def _unread(path: Path, said: str) -> Read:
    return Read((), (Fault(str(path), 1, said),))
