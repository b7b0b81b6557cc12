"""Readable text out of HTML: a linear look first, the layout engine only for what is small and shallow."""

import html
import re

from inscriptis import get_text
from inscriptis.css_profiles import CSS_PROFILES
from inscriptis.model.config import ParserConfig

MAX_SIZE = 2_097_152  # characters of HTML that are read at all
_LAYOUT_SIZE = 524_288  # characters that the layout engine gets
_LAYOUT_TAGS = 20_000
_LAYOUT_DEPTH = 100
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
_CONFIG = ParserConfig(css=CSS_PROFILES["strict"].copy(), display_images=True)
_MANY_BLANK = re.compile(r"\n[ \t]*(?:\n[ \t]*){2,}")
_TRAILING = re.compile(r"[ \t]+$", re.M)


def to_text(source: str, defects: list[str]) -> str:
    """The text that a person would read; "" only when there is none. Never raises."""
    if len(source) > MAX_SIZE:
        source = source[:MAX_SIZE]
        defects.append("the HTML is longer than 2 MB; text was taken from the beginning of it")
    if not is_plain_enough(source):
        defects.append("the HTML is too complex to lay out; its tags were only taken off")
        return _tidy(strip_tags(source))
    try:
        text = _tidy(get_text(source, _CONFIG))
    except (
        Exception
    ):  # the engine is a third party's, the input a stranger's: any failure means strip instead
        text = ""
    return text or _tidy(strip_tags(source))


def is_plain_enough(source: str) -> bool:
    """Whether tags, depth and attributes stay within what the layout engine does in linear time."""
    if len(source) > _LAYOUT_SIZE or source.count("<") > _LAYOUT_TAGS:
        return False
    depth = 0
    position = source.find("<")
    while position >= 0:
        end = source.find(">", position)
        if end < 0:
            return True
        tag = source[position + 1 : end]
        if tag.count("=") > _MAX_ATTRIBUTES and len(tag.split(None, 2_000)) > _MAX_ATTRIBUTES:
            return False
        if len(tag) > 2_000 and len(tag.split(None, 2_001)) > 2_000:
            return False
        name = _NAME.match(tag)
        if name and name[1].lower() not in _VOID and not tag.endswith("/"):
            depth += -1 if tag.startswith("/") else 1
            if depth > _LAYOUT_DEPTH:
                return False
        position = source.find("<", end)
    return True


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
    return _MANY_BLANK.sub("\n\n", _TRAILING.sub("", text.replace("\r\n", "\n").replace("\xa0", " "))).strip()
