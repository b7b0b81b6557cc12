"""Links that are meant for a buyer alone: on pages of staff they neither lead anywhere nor can be copied.

Whoever opened one would answer in the buyer's name. They stand in the texts of our letters, and in what a
buyer quotes of them; the message source still has them.
"""

import re

from markupsafe import Markup, escape

from helpdesk.links import Passing, Purpose
from helpdesk.web.translate import _

KINDS = "|".join(sorted({*Purpose, *Passing}))
LINK = re.compile(rf"https?://[^\s<>\"']*?/b/(?:{KINDS})/[^\s<>\"']+")


def unlinked(text: str) -> Markup:
    """The text as HTML, with a word in place of each such link."""
    named = Markup('<span class="buyers-link">{}</span>').format(_("the buyer's link"))
    pieces = LINK.split(str(text))
    return named.join(escape(piece) for piece in pieces)


def is_one(address: str) -> bool:
    return LINK.search(address) is not None
