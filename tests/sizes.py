"""How much a test does: small counts for everyday runs, full counts for figures."""

import os
from typing import TypeVar

VARIABLE = "HELPDESK_TEST_SIZE"
T = TypeVar("T")
NAMES = ("small", "full")


class UnknownSizeError(Exception):
    """The environment names a size that does not exist."""


def name() -> str:
    """Either "small" or "full", from HELPDESK_TEST_SIZE; small when nothing is said."""
    chosen = os.environ.get(VARIABLE) or "small"
    if chosen not in NAMES:
        raise UnknownSizeError(f"{VARIABLE} is {chosen!r}: it can be {' or '.join(NAMES)}")
    return chosen


def size(*, small: T, full: T) -> T:
    """The one of the two that this run wants: `size(small=40, full=1000)` messages."""
    return full if name() == "full" else small
