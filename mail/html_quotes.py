"""The containers in which mail programs put what they quote in HTML, found in one pass over the tags.

Containers that enclose the quote end with their element; others (Outlook's rule above the header block) mean
everything below. Forwarded messages stand in the same containers: they are evidence and are left alone.
"""

import re
from dataclasses import dataclass

from mail import html, quoting, quoting_marks, quoting_words, subjects
from mail.quoting_lines import Line, lines
from mail.types import Incoming

MAX_QUOTES = 100  # answers between more quotes than that are not told apart
_MAX_TAGS = 50_000  # further down no quote is looked for
_MAX_CHECKS = 100  # looks at the words around a tag
_LOOK = 4_000  # characters of HTML that one such look takes
_WORDS = 1_500  # characters of text that it needs of them

_ENCLOSING_CLASSES = frozenset((
    "ntes-mailmaster-quote", "history-quote-wrapper", "tutanota_quote", "zmail_extra", "quoted-text",
    "moz-email-quote",
))  # fmt: skip
_ENCLOSING_IDS = frozenset((
    "isreplycontent", "original-content", "reply139content",
    "olk_src_body_section", "mail-editor-reference-message-container",
))  # fmt: skip
# NetEase's people go on writing inside an emptied one: these count only with a mark of the quote itself.
_DOUBTFUL_IDS = frozenset(("ntes-pcmail-quote", "ntes-flashmail-quote"))
# Around an attribution line and the quote, and around answers between the pieces of it.
_WRAPPING_CLASSES = frozenset(("gmail_quote", "gmail_quote_container", "protonmail_quote"))
_INTRODUCING_CLASSES = frozenset(("moz-cite-prefix", "gmail_attr", "j-reply"))
_BELOW_IDS = frozenset(("divrplyfwdmsg", "appendonsend", "replysplit", "stopspelling"))
_FORWARDING = frozenset(("moz-forward-container", "isforwardcontent"))
_TAG = re.compile(r"<(?:!--|(/?)([a-zA-Z][a-zA-Z0-9]{0,20}))")
_ATTRIBUTE = re.compile(
    r"\b(class|id|type|style|tabindex|_quote|data-marker)\s{0,9}"
    r"(?:=\s{0,9}(?:\"([^\"]{0,2000})|'([^']{0,2000})|([^\s\"'>]{1,2000})))?",
    re.I,
)
_HEAD_RULE = re.compile(
    r"border-top(?:-color)?:[^;]{0,40}(?:#b5c4df|#e1e1e1|rgb\((?:225,225,225|181,196,223|229,229,229)\))"
)
_HOLDERS = frozenset(("div", "blockquote", "hr", "article", "span", "table", "td", "section", "p"))
_MARKS = frozenset(("blockquote", "hr", "article"))  # these mean something without attributes too
_NOT_SHOWN = ("style", "script", "head", "title")


@dataclass(frozen=True, slots=True)
class Quote:
    """`source[start:end]` is one quoted piece; `fold` is where its introduction begins."""

    start: int
    end: int
    fold: int


def fold(incoming: Incoming) -> int:
    """Where the page may fold the HTML of a message; a forward by its subject is not folded."""
    if subjects.is_forward(incoming.subject):
        return len(incoming.html)
    return cut(incoming.html)


def cut(source: str) -> int:
    """Where the new words end in the HTML, `len(source)` when nothing is quoted or own words follow."""
    found = quotes(source)
    if not found or not quoting.split(with_marks(source, found, [])).quoted:
        return len(source)
    return found[0].fold


def to_text(source: str, defects: list[str]) -> str:
    """The text of the HTML, quoted pieces with a `>` before each line, as mail programs write them."""
    return with_marks(source, quotes(source), defects)


def with_marks(source: str, found: tuple[Quote, ...], defects: list[str]) -> str:
    if not found:
        return html.to_text(source, defects)
    pieces: list[str] = []
    position = 0
    for quote in found:
        pieces.append(html.to_text(source[position : quote.start], defects))
        pieces.append(_marked(html.to_text(source[quote.start : quote.end], defects)))
        position = quote.end
    pieces.append(html.to_text(source[position:], defects))
    return "\n\n".join(piece for piece in pieces if piece)


def _marked(text: str) -> str:
    """Each line with a mark; a quote that opens with a header block is known by that and stays as it is."""
    opening = [line for line in lines(text[:_LOOK]) if not line.is_blank][:_MAX_CHECKS]
    if any(quoting_marks.is_separator(opening, n) or quoting_marks.is_header_block(opening, n) for n in (0, 1)
           if n < len(opening)):  # fmt: skip
        return text
    return "\n".join(f"> {line}" if line else ">" for line in text.split("\n")) if text else ""


def quotes(source: str) -> tuple[Quote, ...]:
    """The outermost quoted pieces in document order; none from a forwarded message on."""
    return _Scan(source[: html.MAX_SIZE]).run()


class _Scan:
    """One pass over the tags of a page."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.lowered = source.lower() if len(source.lower()) == len(source) else source
        self.last_blockquote = self.lowered.rfind("<blockquote")
        self.found: list[Quote] = []
        self.checks = 0
        self.introduced = -1  # where a wrapper or an attribution line began that no quote has followed yet
        self.article = -1

    def run(self) -> tuple[Quote, ...]:
        position = 0
        for _ in range(_MAX_TAGS):
            tag = _TAG.search(self.source, position)
            if tag is None or len(self.found) >= MAX_QUOTES:
                break
            text = self.source[position : tag.start()]
            if self._is_dashed(text):
                self._add(self.article if self.article >= 0 else position, len(self.source))
                break
            if text.strip() and "original" not in text.lower() and "原始" not in text:
                self.article = -1
            end = self._end_of(tag)
            if end < 0:
                break
            position = end
            is_bare = end - tag.end() <= 1
            if tag[2] and not tag[1] and tag[2].lower() in (_MARKS if is_bare else _HOLDERS):
                has = _attributes(self.source[tag.start() : min(end, tag.start() + _LOOK)])
                after = self._opened(_Opening(tag[2].lower(), tag.start(), end, has))
                if after < 0:
                    break
                position = max(position, after)
        return tuple(self.found)

    def _end_of(self, tag: re.Match[str]) -> int:
        """Past the tag, past what is not shown inside it; -1 when it is never closed."""
        if tag[2] is None:
            end = self.source.find("-->", tag.end())
            return end + 3 if end >= 0 else -1
        end = self.source.find(">", tag.end())
        if end >= 0 and not tag[1] and tag[2].lower() in _NOT_SHOWN:
            return self.lowered.find(f"</{tag[2].lower()}", end)
        return end + 1 if end >= 0 else -1

    def _opened(self, tag: "_Opening") -> int:
        """What an opening tag means: the position to go on from (0: right behind it), -1 to stop."""
        if tag.name == "article":
            self.article = tag.start
        if _FORWARDING & tag.classes or tag.identity in _FORWARDING:
            return -1
        if self._means_below(tag):
            if not self._is_forward(tag):
                self._add(tag.start, len(self.source))
            return -1
        if tag.classes & _INTRODUCING_CLASSES and not tag.classes & _ENCLOSING_CLASSES:
            self.introduced = tag.start if self.introduced < 0 else self.introduced
            return 0
        is_wrapper = bool(tag.classes & _WRAPPING_CLASSES) and tag.name != "blockquote"
        if is_wrapper and tag.start < self.last_blockquote:
            self.introduced = tag.start
            return -1 if self._is_forward(tag) else 0
        if not (is_wrapper or self._encloses(tag)):
            return 0
        if self._is_forward(tag) or any(map(quoting_marks.is_forward, self._above(tag)[-1:])):
            return -1
        stop = self._closed(tag)
        self._add(tag.start, stop)
        return stop

    def _encloses(self, tag: "_Opening") -> bool:
        if tag.classes & _ENCLOSING_CLASSES or tag.identity in _ENCLOSING_IDS:
            return True
        if tag.identity.startswith("lark-mail-quote") or "__QUOTED_TEXT__" in tag.has.get("data-marker", ""):
            return True
        if any(each.endswith("yahoo_quoted") for each in tag.classes):
            return True
        if tag.name != "blockquote":
            return False
        if tag.identity in _DOUBTFUL_IDS:
            return self._is_introduced(tag) or self._is_labelled(tag)
        return (
            tag.has.get("type", "").lower() == "cite"
            or "_quote" in tag.has
            or bool(tag.classes & _WRAPPING_CLASSES)
            or self.introduced >= 0
            or self._is_introduced(tag)
        )

    def _means_below(self, tag: "_Opening") -> bool:
        if tag.identity in _BELOW_IDS:
            return tag.identity != "appendonsend" or self._heads_a_message(tag)
        if tag.name == "hr":
            return tag.has.get("tabindex") == "-1" or self._heads_a_message(tag)
        style = re.sub(r"\s", "", tag.has.get("style", "").lower())
        if not _HEAD_RULE.search(style):
            return False
        return self._is_labelled(tag) if "#b5c4df" in style else self._heads_a_message(tag)

    def _heads_a_message(self, tag: "_Opening") -> bool:
        """Whether the words right below are a header block."""
        below = self._below(tag)
        return bool(below) and any(
            quoting_marks.is_header_block(below, 0, announced=announced) for announced in (True, False)
        )

    def _is_labelled(self, tag: "_Opening") -> bool:
        """Whether the first words are a From label: enough where the container itself is a strong sign."""
        return any(line.label == "from" and bool(line.value.strip()) for line in self._below(tag)[:1])

    def _is_forward(self, tag: "_Opening") -> bool:
        return any(map(quoting_marks.is_forward, self._below(tag)[:2]))

    def _is_introduced(self, tag: "_Opening") -> bool:
        """Whether an attribution line stands right above."""
        above = self._above(tag)
        return bool(above) and quoting_marks.attribution([*above, *lines("> x")], len(above) - 1) is not None

    def _below(self, tag: "_Opening") -> list[Line]:
        return self._written(tag.end, tag.end + _LOOK, below=True)

    def _above(self, tag: "_Opening") -> list[Line]:
        return self._written(max(0, tag.start - _LOOK // 2), tag.start, below=False)

    def _written(self, start: int, end: int, *, below: bool) -> list[Line]:
        """The lines of words in a piece of the page, without the blank ones."""
        if self.checks >= _MAX_CHECKS:
            return []
        self.checks += 1
        text = html.strip_tags(self.source[start:end])
        near = text[:_WORDS] if below else text[-_WORDS:]
        return [line for line in lines(near) if not line.is_blank]

    def _is_dashed(self, text: str) -> bool:
        """QQ's `---- 原始邮件 ----`, or its bare words at the head of an article."""
        if len(text) > 200 or ("-" not in text and self.article < 0) or not text.strip():
            return False
        found = lines(text.strip())
        core = found[0].text.strip("- ").lower()
        if core not in quoting_words.ORIGINAL or len(found) != 1:
            return False
        return self.article >= 0 or len(found[0].text.strip()) - len(core) > 6

    def _closed(self, tag: "_Opening") -> int:
        """Where the element ends that was just opened; the end of the page when it never does."""
        depth = 1
        edges = re.compile(rf"<(/?){tag.name}\b", re.I)
        for edge in edges.finditer(self.source, tag.end):
            depth += -1 if edge[1] else 1
            if depth == 0:
                end = self.source.find(">", edge.end())
                return end + 1 if end >= 0 else len(self.source)
        return len(self.source)

    def _add(self, start: int, end: int) -> None:
        self.found.append(Quote(start, end, self.introduced if self.introduced >= 0 else start))
        self.introduced = -1


class _Opening:
    """An opening tag; `has` holds those of its attributes that matter here."""

    __slots__ = ("classes", "end", "has", "identity", "name", "start")

    def __init__(self, name: str, start: int, end: int, has: dict[str, str]) -> None:
        self.name, self.start, self.end, self.has = name, start, end, has
        self.classes = frozenset(has.get("class", "").lower().split())
        self.identity = has.get("id", "").lower()


def _attributes(tag: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(tag):
        found.setdefault(match[1].lower(), match[2] or match[3] or match[4] or "")
    return found
