"""Addresses of the web in a text, so that a reader can click them."""

import re

# ASCII only: in Chinese text the next word follows an address without a space.
LINK = re.compile(r"https?://[A-Za-z0-9\[][!#-;=?-\[\]_a-z~]{0,1999}")
_TRAILING = ".,;:!?'"


def without_punctuation(url: str) -> str:
    """Without what ends the sentence rather than the address; a closing bracket stays when it was opened."""
    while url[-1] in _TRAILING or (url[-1] == ")" and url.count("(") < url.count(")")):
        url = url[:-1]
    return url
