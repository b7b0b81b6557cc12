"""The pages' own sentences at a terminal, which knows no reader's language: English."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import current_app
from flask_babel import force_locale


@contextmanager
def in_english() -> Iterator[None]:
    """Inside, sentences that pages make are English, and their moments are in the shop's zone."""
    with current_app.test_request_context(), force_locale("en"):
        yield
