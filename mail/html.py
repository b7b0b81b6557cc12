"""Readable text out of HTML: a linear look first, the layout engine only for what is small and shallow."""

import html
import re
from dataclasses import dataclass

from inscriptis import get_text
from inscriptis.css_profiles import CSS_PROFILES
from inscriptis.model.config import ParserConfig

from mail import mime

MAX_SIZE = 2_097_152  # characters of HTML that are read at all
_LAYOUT_SIZE = 524_288  # characters that the layout engine gets
_LAYOUT_TAGS = 20_000
_LAYOUT_DEPTH = 100
_LAYOUT_PADDING = 1_000_000  # characters of blanks that aligning the tables may cost, roughly
_MAX_ATTRIBUTES = 200
_SILENT = ("script", "style", "head", "title", "noscript", "template")
_VOID = frozenset((
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr", "!doctype", "p", "li", "td", "tr", "th",
))  # fmt: skip
_BREAKS = frozenset((
    "p", "div", "br", "tr", "li", "ul", "ol", "table", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6",
    "pre", "hr", "section", "article", "dt", "dd",
))  # fmt: skip
_NAME = re.compile(r"/?\s*([!a-zA-Z][a-zA-Z0-9:]{0,30})")
# Not Word's `.0001pt`, which stands in every mail of it.
_HUGE_LENGTH = re.compile(
    r"(?<![\d.])0{0,9}[1-9]\d{3,20}(?:\.\d{0,9})?\s{0,3}(?:em|ex|rem|px|pt|pc|cm|mm|in|ch|q|v[hw]|%)|\d{21}",
    re.I,
)
_CONFIG = ParserConfig(css=CSS_PROFILES["strict"].copy(), display_images=True)
_RULE = re.compile(r"<hr\b[^>]{0,500}>", re.I)  # the engine would join the lines on both sides of it
_MANY_BLANK = re.compile(r"\n{3,}")


def to_text(source: str, defects: list[str]) -> str:
    """The text that a person would read; "" only when there is none. Never raises."""
    if len(source) > MAX_SIZE:
        source = source[:MAX_SIZE]
        mime.note(defects, "the HTML is longer than 2 MB; text was taken from the beginning of it")
    if not is_plain_enough(source):
        return bare_text(source, defects)
    try:
        text = _tidy(get_text(_RULE.sub("<div></div>", source), _CONFIG))
    except (
        Exception
    ):  # the engine is a third party's, the input a stranger's: any failure means strip instead
        text = ""
    return text or _tidy(strip_tags(source))


def bare_text(source: str, defects: list[str]) -> str:
    """The words without layout: what is left to do for HTML that would take too long."""
    mime.note(defects, "the HTML is too complex to lay out; its tags were only taken off")
    return _tidy(strip_tags(source[:MAX_SIZE]))


@dataclass(slots=True)
class Room:
    """What one message may still have read and laid out; many small pages cost what one large page does."""

    unread: int = MAX_SIZE
    characters: int = _LAYOUT_SIZE
    tags: int = _LAYOUT_TAGS

    def begin(self, source: str, defects: list[str]) -> str:
        """As much of a page as is read at all, with what was read of the pages before it."""
        page = source[: self.unread]
        if len(page) < len(source):
            mime.note(defects, "the HTML is longer than 2 MB; text was taken from the beginning of it")
        self.unread -= len(page)
        return page

    def take(self, source: str) -> bool:
        """Whether the page fits, or is the first, which is measured by itself; its size is used up then."""
        is_first = self.characters == _LAYOUT_SIZE
        tags = source.count("<")
        if not is_first and (len(source) > self.characters or tags > self.tags):
            return False
        self.characters -= max(1, len(source))
        self.tags -= tags
        return True


def is_plain_enough(source: str) -> bool:
    """Whether tags, depth and attributes stay within what the layout engine does in linear time."""
    if len(source) > _LAYOUT_SIZE or source.count("<") > _LAYOUT_TAGS or _HUGE_LENGTH.search(source):
        return False
    depth = 0
    grid = _Grid(lines=source.count("\n") if "<pre" in source.lower() or "white-space" in source else 0)
    position = source.find("<")
    end = -1
    while position >= 0:
        grid.words += position - end - 1
        end = source.find(">", position)
        if end < 0:
            break
        tag = source[position + 1 : end]
        if tag.count("=") > _MAX_ATTRIBUTES and len(tag.split(None, 2_000)) > _MAX_ATTRIBUTES:
            return False
        if len(tag) > 2_000 and len(tag.split(None, 2_001)) > 2_000:
            return False
        match = _NAME.match(tag)
        name = match[1].lower() if match else ""
        closes = tag.startswith("/")
        grid.see(name, closes=closes)
        if name and name not in _VOID and not tag.endswith("/"):
            depth += -1 if closes else 1
            if depth > _LAYOUT_DEPTH:
                return False
        position = source.find("<", end)
    return grid.padding() <= _LAYOUT_PADDING


@dataclass(slots=True)
class _Grid:
    """What aligning costs: the engine pads each line of a cell to the widest of its column."""

    lines: int = 0
    cells: int = 0  # in the present row
    most_cells: int = 1
    depth: int = 0
    deepest: int = 0
    lists: int = 0
    words: int = 0  # characters since the last line break
    longest: int = 0

    def see(self, name: str, *, closes: bool) -> None:
        if name in _BREAKS or name in ("td", "th"):
            self.lines += 1
            self.longest = max(self.longest, self.words)
            self.words = 0
        if name == "table":
            self.depth = max(0, self.depth + (-1 if closes else 1))
            self.deepest = max(self.deepest, self.depth)
        elif name == "tr" and not closes:
            self.cells = 0
        elif name in ("ul", "ol") and not closes:
            self.lists += 1
        elif name in ("td", "th") and not closes:
            self.cells += 1
            self.most_cells = max(self.most_cells, self.cells)

    def padding(self) -> int:
        widest = self.most_cells * max(self.longest, self.words) * self.deepest
        return self.lines * (widest + min(self.lists, _LAYOUT_DEPTH) * 4)


def strip_tags(source: str) -> str:
    """Text between the tags in one pass, whatever the tags are."""
    out: list[str] = []
    position = 0
    lowered = source.lower() if len(source.lower()) == len(source) else source
    while (tag := source.find("<", position)) >= 0:
        out.append(source[position:tag])
        if source.startswith("<!--", tag):
            end = source.find("-->", tag)
            end = end + 2 if end >= 0 else -1
        else:
            end = source.find(">", tag)
        if end < 0:
            position = tag + 1
            break
        name = _NAME.match(source, tag + 1, tag + 40)
        word = name[1].lower() if name else ""
        if word in _BREAKS:
            out.append("\n")
        elif word in ("td", "th"):
            out.append(" ")
        position = end + 1
        if word in _SILENT and source[tag + 1] != "/" and word != "head":
            close = lowered.find(f"</{word}", position)
            if close < 0:
                break
            position = close
    out.append(source[position:] if position < len(source) and source.find("<", position) < 0 else "")
    return html.unescape("".join(out))


def _tidy(text: str) -> str:
    """Without blanks at the ends of lines and more than one empty line; no pattern, which would start anew at
    every blank of a long run."""
    lines = text.replace("\r\n", "\n").replace("\xa0", " ").split("\n")
    return _MANY_BLANK.sub("\n\n", "\n".join(line.rstrip(" \t") for line in lines)).strip()
