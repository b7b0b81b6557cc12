"""What an agent writes, as HTML: a small part of CommonMark, and nothing that plain words trip over.

Bold, italic, lists, quotes, code and links. No headings and no rules: a line of dashes below a name is a line
of dashes. No HTML: what looks like it is shown. No pictures: they go as files. Two walls: the parser makes no
other element, and nh3 lets no other one through.
"""

import re
from collections.abc import Iterator

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from mail.links import LINK, without_punctuation

LONGEST = 20_000  # characters; beyond that the words are shown as they are
_STYLES = {
    "p": "margin: 0 0 1em",
    "ul": "margin: 0 0 1em; padding-left: 1.6em",
    "ol": "margin: 0 0 1em; padding-left: 1.6em",
    "blockquote": "margin: 0 0 1em; padding-left: 12px; border-left: 2px solid #8888; opacity: .75",
    "code": "font-family: ui-monospace, monospace; font-size: .95em",
}
_TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "blockquote", "code", "a"}
_ATTRIBUTES = {"*": {"style"}, "a": {"href"}, "ol": {"start"}}
_SCHEMES = {"http", "https", "mailto"}
_MARKS = re.compile(r"[*_`\[>]|^[ ]{0,3}(?:[-+]|[0-9]{1,9}[.)]) ", re.MULTILINE)


def html_of_words(words: str) -> str | None:
    """The elements of a body; None where there is nothing to mark up, or too much of it."""
    if len(words) > LONGEST or not _MARKS.search(words):
        return None
    tokens = _PARSER.parse(words)
    for token in tokens:
        _style(token)
        for child in token.children or ():
            _style(child)
    made = _PARSER.renderer.render(tokens, _PARSER.options, {})
    return nh3.clean(
        made, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=_SCHEMES, link_rel=None, strip_comments=True
    ).strip()


def _style(token: Token) -> None:
    if token.nesting >= 0 and token.tag in _STYLES:
        token.attrSet("style", _STYLES[token.tag])


def _link_addresses(state: StateCore) -> None:
    """Addresses that stand in the text by themselves, as in a letter without any marks."""
    for token in state.tokens:
        if token.type == "inline" and token.children:
            token.children = list(_linked(token.children))


def _linked(children: list[Token]) -> Iterator[Token]:
    inside = 0
    for child in children:
        inside += {"link_open": 1, "link_close": -1}.get(child.type, 0)
        if child.type != "text" or inside:
            yield child
        else:
            yield from _pieces(child.content)


def _pieces(text: str) -> Iterator[Token]:
    end = 0
    for found in LINK.finditer(text):
        url = without_punctuation(found[0])
        yield Token("text", "", 0, content=text[end : found.start()])
        yield Token("link_open", "a", 1, attrs={"href": url})
        yield Token("text", "", 0, content=url)
        yield Token("link_close", "a", -1)
        end = found.start() + len(url)
    yield Token("text", "", 0, content=text[end:])


def _parser() -> MarkdownIt:
    parser = MarkdownIt("zero", {"html": False, "breaks": True, "typographer": False})
    parser.enable(["blockquote", "list", "newline", "escape", "backticks", "emphasis", "link"])
    parser.core.ruler.push("link_addresses", _link_addresses)
    return parser


_PARSER = _parser()
