"""A page as its reader sees it: words, without markup."""

import html
import re

TAG = re.compile(r"<[^>]+>")


def read(page: str) -> str:
    """The words of a page with single spaces between them."""
    return " ".join(html.unescape(TAG.sub(" ", page)).replace("\xa0", " ").split())
