"""HTML of a mail made harmless: an allowlist, no address of the sender's choosing, bounded in size.

It is shown in a frame of its own origin besides (`security.MAIL_FRAME`); neither wall trusts the other.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from html import unescape
from urllib.parse import unquote

import nh3

from helpdesk.web import buyers_links

LONGEST = 400_000  # characters
MOST_TAGS = 6_000  # nested, that many take 60 ms to clean; the time grows with the square

TAGS = frozenset(
    """
    a abbr b bdi blockquote br caption center code col colgroup dd del div dl dt em font h1 h2 h3 h4
    h5 h6 hr i img ins kbd li ol p pre q s samp small span strike strong sub sup table tbody td
    tfoot th thead tr u ul var wbr
    """.split()  # noqa: SIM905  (a list of seventy literals reads worse)
)
DROPPED_WHOLE = frozenset(
    """
    script style svg math template noscript noembed noframes iframe object embed applet audio video
    canvas form select textarea button title xmp plaintext
    """.split()  # noqa: SIM905  (a list of seventy literals reads worse)
)
TABLE = frozenset({"align", "valign", "width", "height", "bgcolor", "colspan", "rowspan"})
ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "width", "height"},
    "font": {"color", "size"},
    "ol": {"start", "type"},
    "table": {"align", "width", "border", "cellpadding", "cellspacing", "bgcolor"},
    "td": set(TABLE),
    "th": set(TABLE),
    "tr": {"align", "valign", "bgcolor"},
    "col": {"span", "width"},
    "*": {"dir", "lang"},
}
TAG = re.compile("(<[^>]*>)")  # of what nh3 has written: a > inside of a value is escaped there
NAME = re.compile(r"</?([A-Za-z0-9]+)")
ENTITY = re.compile(r"(&(?:[A-Za-z]+|#[0-9]+|#x[0-9A-Fa-f]+);)")
# Nothing is seen of these inside of a line; every other element begins a line or a cell.
INLINE = frozenset(
    """
    a abbr b bdi code del em font i ins kbd q s samp small span strike strong sub sup u var wbr
    """.split()  # noqa: SIM905  (a list of literals reads worse)
)
SPACES = str.maketrans("\n\r\t\f", "    ")  # in HTML they are spaces
SCHEMES = {"http", "https", "mailto", "tel"}
IMAGE_HERE = "/frames/images/"  # the only addresses that an image may have afterwards


class TooLargeError(Exception):
    """Longer or deeper than a page is made for: show the text instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    html: str
    quoted: str  # what the mail quotes, for folding; "" when nothing is quoted
    blocked: int  # images that were left out because they stand on somebody else's server


def clean(
    html: str,
    *,
    address_of: Callable[[str], str | None],
    fold: int | None = None,
    remote: bool = False,
) -> Cleaned:
    """Harmless HTML. `address_of` gives our address for a Content-ID, None when no such image came with it.

    `remote`: images on other people's servers stay, which tells those that the mail was read.

    What stands from `fold` on is cleaned by itself: both pieces come back with every element closed.
    Raises TooLargeError.
    """
    if len(html) > LONGEST or html.count("<") > MOST_TAGS:
        raise TooLargeError(f"{len(html)} characters, {html.count('<')} tags")
    blocked: list[str] = []
    keep = None if remote else blocked
    new, quoted = (_cleaned(piece, address_of, keep) for piece in (html[:fold], html[len(html[:fold]) :]))
    return Cleaned(html=new, quoted=quoted.strip(), blocked=len(blocked))


def masked(cleaned: Cleaned, mask: Callable[[str], str]) -> Cleaned:
    """The same with its words masked; what stands inside of tags is left as it is."""
    return Cleaned(
        html=_masked(cleaned.html, mask), quoted=_masked(cleaned.quoted, mask), blocked=cleaned.blocked
    )


def words(html: str) -> str:
    """What is read of HTML that was cleaned, one character for one; an element of its own line is a line."""
    return "".join(said for _, said in _pieces(html))


def _masked(html: str, mask: Callable[[str], str]) -> str:
    """The mask is laid over the words as they are read: a tag in the midst of a number hides nothing."""
    pieces = list(_pieces(html))
    covered, place, out = mask("".join(said for _, said in pieces)), 0, []
    for source, said in pieces:
        shown = covered[place : place + len(said)]
        place += len(said)
        out.append(source if shown == said else _covered(source, said, shown))
    return "".join(out)


def _covered(source: str, said: str, shown: str) -> str:
    """The source with what the mask has changed: its line breaks stay, and a character of its own by name."""
    if len(source) != len(said):
        return shown
    return "".join(old if new == read else new for old, read, new in zip(source, said, shown, strict=True))


def _pieces(html: str) -> Iterator[tuple[str, str]]:
    """Each piece of the source, and what is read of it."""
    for piece in TAG.split(html):
        if piece.startswith("<"):
            name = NAME.match(piece)
            yield piece, "" if name and name[1].lower() in INLINE else "\n"
            continue
        for text in ENTITY.split(piece):
            yield text, unescape(text) if text.startswith("&") else text.translate(SPACES)


def _cleaned(html: str, address_of: Callable[[str], str | None], blocked: list[str] | None) -> str:
    return nh3.clean(
        html,
        tags=set(TAGS),
        clean_content_tags=set(DROPPED_WHOLE),
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        attribute_filter=partial(_attribute, address_of=address_of, blocked=blocked),
        url_schemes=SCHEMES | {"cid"},
        link_rel="noopener noreferrer",
        set_tag_attribute_values={"a": {"target": "_blank"}, "img": {"loading": "lazy"}},
        strip_comments=True,
    )


def _attribute(
    tag: str, name: str, value: str, *, address_of: Callable[[str], str | None], blocked: list[str] | None
) -> str | None:
    """What becomes of an attribute's value; None removes it."""
    if tag == "img" and name == "src":
        return _image(value.strip(), address_of, blocked)
    if tag == "a" and name == "href":
        if buyers_links.is_one(value):
            return None
        return value if value.strip().lower().startswith(tuple(f"{scheme}:" for scheme in SCHEMES)) else None
    return value


def _image(value: str, address_of: Callable[[str], str | None], blocked: list[str] | None) -> str | None:
    if value.lower().startswith("cid:"):
        return address_of(unquote(value[4:]))
    if blocked is None:
        return value if value.lower().startswith(("https://", "http://")) else None
    blocked.append(value)
    return None
