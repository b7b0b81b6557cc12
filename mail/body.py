"""What to read of a message: which parts are its text and its HTML, and how the text is laid out.

Also what is packed: Outlook's winmail.dat, files written into the text, the inside of what is only signed.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from mail import armour, calendar, charset, cms, headers, html, html_quotes, mime, subjects, textfiles, tnef
from mail.mime import Part
from mail.types import Wrapping

_STUB = re.compile(
    r"html|不支持|无法显示|查看此邮件|client|viewer|browser|format|empty|no text|plain.?text", re.I
)
_META_CHARSET = re.compile(rb"<meta[^>]{0,300}?charset\s{0,5}=\s{0,5}[\"']?([\w.:-]{1,40})", re.I)
_CMS = ("application/pkcs7-mime", "application/x-pkcs7-mime")
_MESSAGES = ("message/rfc822", "message/global")
_MAX_UNWRAPPED = 5  # signed parts inside signed parts
_UNREADABLE = "the message is encrypted and cannot be read here; it stands in the raw message"


@dataclass(frozen=True, slots=True)
class Leaf:
    """A part without parts, and the bytes that its offsets are of."""

    raw: bytes = field(repr=False)
    part: Part


@dataclass(frozen=True, slots=True)
class File:
    """A file that was no part of its own. `content_type` and `content_id` are "" when unknown."""

    name: str
    content: bytes = field(repr=False)
    content_type: str = ""
    content_id: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """A piece of text or HTML; those of one `alternative` (0: of none) say the same."""

    source: str
    is_html: bool
    alternative: int = 0


@dataclass(slots=True)
class Body:
    """Text, HTML, and the leaves that are neither: these are attachments."""

    text: str = ""
    html: str = ""
    rest: list[Leaf] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    wrapping: Wrapping = Wrapping.NONE
    words: list[Words] = field(default_factory=list)


def read(raw: bytes, root: Part, defects: list[str]) -> Body:
    """Choose among alternatives and put the texts of the other parts together in order."""
    body = Body()
    _collect(raw, root, body, defects)
    body.rest = [leaf for leaf in body.rest if not _is_unpacked(leaf, body, defects)]
    body.html = "\n".join(each.source for each in body.words if each.is_html)
    passed_on = subjects.is_forward(headers.decoded(root.first("Subject")))
    text = _text(body.words, (html if passed_on else html_quotes).to_text, defects, html.Room())
    if not text.strip():
        text = _inner_words(body, defects)
    text = charset.mended(charset.clean(text.replace("\r\n", "\n").replace("\r", "\n")))
    body.text = _without_armour(text, body, defects).strip("\n")
    return body


def _text(
    words: list[Words], to_text: Callable[[str, list[str]], str], defects: list[str], room: html.Room
) -> str:
    """All words in order; of alternatives the plain ones, unless they are empty or only say so."""

    def said_by(page: str) -> str:
        page = room.begin(page, defects)
        return to_text(page, defects) if room.take(page) else html.bare_text(page, defects)

    chosen: list[str] = []
    seen: set[int] = set()
    for each in words:
        if each.alternative == 0:
            chosen.append(said_by(each.source) if each.is_html else each.source)
        elif each.alternative not in seen:
            seen.add(each.alternative)
            same = [other for other in words if other.alternative == each.alternative]
            plain = "\n".join(other.source for other in same if not other.is_html)
            rich = "\n".join(other.source for other in same if other.is_html)
            said = said_by(rich) if rich and (not plain.strip() or _is_stub(plain)) else ""
            chosen.append(said if len(said) > len(plain.strip()) else plain)
    return "\n".join(piece for piece in chosen if piece.strip())


def _inner_words(body: Body, defects: list[str]) -> str:
    """What an enclosed text, message or invitation says, when the message says nothing; one level down."""
    for leaf in body.rest:
        if leaf.part.content_type == "text/plain" and leaf.part.disposition != "attachment":
            return _plain_text(leaf.raw, leaf.part, body, defects)
        if leaf.part.content_type in _MESSAGES:
            return enclosed(mime.content(leaf.raw, leaf.part, defects))[1]
        if leaf.part.content_type == "text/calendar":
            data = mime.content(leaf.raw, leaf.part, defects)
            return calendar.summary(data, leaf.part.parameters.get("charset", ""))
    return ""


def enclosed(data: bytes, room: html.Room | None = None) -> tuple[Part, str]:
    """The headers and the words of a message inside another; its oddities are not those of the outer one.

    Several messages may share the room for layout.
    """
    data = data.lstrip(b"\r\n")
    unheard: list[str] = []
    root = mime.tree(data, unheard)
    body = Body()
    _collect(data, root, body, unheard)
    return root, _text(body.words, html.to_text, unheard, room or html.Room())


def _collect(raw: bytes, root: Part, body: Body, defects: list[str]) -> None:
    """Every leaf goes to the words or to the rest."""
    waiting: list[tuple[Leaf, int]] = [(Leaf(raw, root), 0)]  # and the outermost alternative it belongs to
    alternatives = unwrapped = 0
    while waiting:
        leaf, alternative = waiting.pop()
        part = leaf.part
        _name_wrapping(part, body, defects, is_outermost=part is root)
        if part.is_multipart:
            if part.content_type == "multipart/alternative" and not alternative:
                alternatives += 1
                alternative = alternatives
            waiting.extend((Leaf(leaf.raw, child), alternative) for child in reversed(part.children))
        elif part.content_type in _CMS and not body.words and unwrapped < _MAX_UNWRAPPED:
            unwrapped += 1
            inner = _unsigned(leaf, body, defects)
            waiting.append((inner, alternative)) if inner else body.rest.append(leaf)
        elif not _is_body(part, seen_body=bool(body.words)):
            body.rest.append(leaf)
        elif part.content_type == "text/html":
            body.words.append(Words(_html_source(leaf.raw, part, defects), True, alternative))
        else:
            body.words.append(Words(_plain_text(leaf.raw, part, body, defects), False, alternative))


def _name_wrapping(part: Part, body: Body, defects: list[str], *, is_outermost: bool) -> None:
    """What the type of a part says about the whole."""
    if part.content_type == "multipart/signed" and body.wrapping is Wrapping.NONE:
        body.wrapping = Wrapping.SIGNED
    elif part.content_type == "multipart/encrypted":
        body.wrapping = Wrapping.ENCRYPTED
        mime.note(defects, _UNREADABLE)
    elif part.content_type == "message/partial" and is_outermost:
        body.wrapping = Wrapping.PARTIAL
        number, total = part.parameters.get("number", "?"), part.parameters.get("total", "?")
        mime.note(
            defects,
            f"this is piece {number[:9]} of {total[:9]} of a message sent in pieces; it is not joined",
        )
    elif part.content_type == "message/external-body":
        body.wrapping = Wrapping.EXTERNAL if is_outermost else body.wrapping
        mime.note(defects, "the message points to content that lies elsewhere; it is not fetched")


def _unsigned(leaf: Leaf, body: Body, defects: list[str]) -> Leaf | None:
    """The inside of a part that is signed as a whole, None when it is encrypted or cannot be opened."""
    data = mime.content(leaf.raw, leaf.part, defects)
    inner = cms.content(data)
    if inner:
        body.wrapping = Wrapping.SIGNED
        return Leaf(inner, mime.tree(inner, defects))
    if cms.is_signed(data):
        mime.note(
            defects, "the message is signed in a form that cannot be opened; it stands in the raw message"
        )
        body.wrapping = Wrapping.SIGNED
    else:
        mime.note(defects, _UNREADABLE)
        body.wrapping = Wrapping.ENCRYPTED
    return None


def _without_armour(text: str, body: Body, defects: list[str]) -> str:
    """PGP written into the text: signed words without the armour around them, encrypted ones named."""
    if armour.is_encrypted(text):
        body.wrapping = Wrapping.ENCRYPTED
        mime.note(defects, _UNREADABLE)
        return text
    if armour.SIGNED not in text:
        return text
    body.wrapping = Wrapping.SIGNED
    return armour.without(text)


def _is_unpacked(leaf: Leaf, body: Body, defects: list[str]) -> bool:
    """Whether the leaf is a winmail.dat whose words and files now stand in the body."""
    part = leaf.part
    name = (part.disposition_parameters.get("filename") or part.parameters.get("name") or "").lower()
    if "ms-tnef" not in part.content_type and name != "winmail.dat":
        return False
    data = mime.content(leaf.raw, part, defects)
    if not tnef.is_tnef(data):
        return False
    found = tnef.unpack(data)
    body.files += [File(each.name, each.content, each.content_type, each.content_id) for each in found.files]
    has_words = any(each.source.strip() for each in body.words)
    if not has_words and found.text.strip():
        body.words.append(Words(found.text, False, alternative=-1))
    if not has_words and found.html.strip():
        body.words.append(Words(found.html, True, alternative=-1))
    if not found.is_whole:
        mime.note(defects, "winmail.dat is damaged; what could be read of it was unpacked")
    lost_words = found.has_rtf and not (has_words or found.text.strip() or found.html.strip())
    if lost_words:
        mime.note(defects, "the words of this message stand in winmail.dat, in a form that is not read here")
    return found.is_whole and not lost_words and bool(found.files or found.text or found.html or has_words)


def _is_body(part: Part, *, seen_body: bool) -> bool:
    if part.content_type not in (
        "text/plain",
        "text/html",
        "text/enriched",
        "text/richtext",
        "text/markdown",
    ):
        return False
    if part.disposition == "attachment":
        return False
    named = "filename" in part.disposition_parameters or "name" in part.parameters
    return not (named and (seen_body or part.disposition == "inline"))


def _plain_text(raw: bytes, part: Part, body: Body, defects: list[str]) -> str:
    label = part.parameters.get("charset", "")
    data, files = textfiles.extract(mime.content(raw, part, defects))
    body.files += [File(charset.decode(each.name, label).text, each.content) for each in files]
    decoded = charset.decode(data, label)
    if decoded.defect:
        mime.note(defects, decoded.defect)
    text = decoded.text.replace("\r\n", "\n")
    if part.parameters.get("format", "").lower() == "flowed":
        return unflowed(text, delete_space=part.parameters.get("delsp", "").lower() == "yes")
    if part.content_type in ("text/enriched", "text/richtext"):
        return html.strip_tags(text)
    return text


def _html_source(raw: bytes, part: Part, defects: list[str]) -> str:
    """HTML by its BOM, then the MIME charset, then its own meta tag."""
    data = mime.content(raw, part, defects)
    label = part.parameters.get("charset", "")
    meta = _META_CHARSET.search(data[:4_096])
    inner = meta[1].decode("ascii", "ignore") if meta else ""
    first = charset.decode(data, label if charset.codec_named(label) not in ("", "ascii") else inner or label)
    if first.defect and inner and inner != label:
        second = charset.decode(data, inner)
        first = first if second.defect else second
    if first.defect:
        mime.note(defects, first.defect)
    return first.text


def unflowed(text: str, *, delete_space: bool) -> str:
    """Undo format=flowed (RFC 3676): join lines that end in a space, at one quote depth."""
    out: list[str] = []
    open_depth = -1  # quote depth of a paragraph that goes on, -1 when none does
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        content = line[depth:].removeprefix(" ")
        flows = content.endswith(" ") and content != "-- "
        shown = content[:-1] if flows and delete_space else content
        if open_depth == depth and content != "-- ":
            out.append(shown)
        else:
            if out:
                out.append("\n")
            out.append(f"{'>' * depth} {shown}" if depth else shown)
        open_depth = depth if flows else -1
    return "".join(out)


def _is_stub(text: str) -> bool:
    """A text part that only says that there is HTML."""
    bare = text.strip()
    return len(bare) < 200 and "\n\n" not in bare and bool(_STUB.search(bare)) and "http" not in bare.lower()
