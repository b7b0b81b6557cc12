"""`_("sentence")` in the reader's language, and `_l` for tables that are made before there is a reader."""

from typing import Any

from flask_babel import gettext, lazy_gettext


def _(sentence: str, **values: object) -> str:
    """The sentence with its `%(name)s` filled in."""
    return str(gettext(sentence, **values))


def _l(sentence: str) -> Any:
    """The same, decided when it is shown."""
    return lazy_gettext(sentence)
