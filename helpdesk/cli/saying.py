"""The pages' own sentences at a terminal, which knows no reader's language: English."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import current_app
from flask_babel import force_locale

from helpdesk import zones


@contextmanager
def in_english() -> Iterator[None]:
    """Inside, sentences that pages make are English, and their moments are in the shop's zone.

    To be entered before any transaction.
    """
    zones.learn()
    with current_app.test_request_context(), force_locale("en"):
        yield
