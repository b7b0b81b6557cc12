"""What to read of a message: which parts are its text and its HTML, and how the text is laid out."""

import re
from dataclasses import dataclass, field

from mail import charset, headers, html, html_quotes, mime, subjects
from mail.mime import Part

_STUB = re.compile(
    r"html|不支持|无法显示|查看此邮件|client|viewer|browser|format|empty|no text|plain.?text", re.I
)
_META_CHARSET = re.compile(rb"<meta[^>]{0,300}?charset\s{0,5}=\s{0,5}[\"']?([\w.:-]{1,40})", re.I)


@dataclass(slots=True)
class Body:
    """Text, HTML, and the leaves that are neither: these are attachments."""

    text: str = ""
    html: str = ""
    rest: list[Part] = field(default_factory=list)


def read(raw: bytes, root: Part, defects: list[str]) -> Body:
    """Choose among alternatives and put the texts of the other parts together in order."""
    plain: list[str] = []
    rich: list[str] = []
    body = Body()
    _collect(raw, root, plain, rich, body, defects)
    body.html = "\n".join(rich)
    text = "\n".join(plain)
    if body.html and (not text.strip() or _is_stub(text)):
        passed_on = subjects.is_forward(headers.decoded(root.first("Subject")))
        from_html = (html if passed_on else html_quotes).to_text(body.html, defects)
        text = from_html if len(from_html) > len(text.strip()) or not text.strip() else text
    if not text.strip():
        text = _inner_words(raw, body.rest, defects)
    body.text = charset.clean(text.replace("\r\n", "\n").replace("\r", "\n")).strip("\n")
    return body


def _inner_words(raw: bytes, rest: list[Part], defects: list[str]) -> str:
    """What an enclosed message says, when the message itself says nothing; one level down and no further."""
    enclosed = next(
        (part for part in rest if part.content_type in ("message/rfc822", "message/global")), None
    )
    if enclosed is None:
        return ""
    data = mime.content(raw, enclosed, defects).lstrip(b"\r\n")
    unheard: list[str] = []  # its oddities are those of another message
    plain: list[str] = []
    rich: list[str] = []
    _collect(data, mime.tree(data, unheard), plain, rich, Body(), unheard)
    return "\n".join(plain) if "".join(plain).strip() else html.to_text("\n".join(rich), unheard)


def _collect(
    raw: bytes, root: Part, plain: list[str], rich: list[str], body: Body, defects: list[str]
) -> None:
    """Every leaf goes to the text, to the HTML or to the rest. Plain text beside HTML says the same words."""
    waiting: list[tuple[Part, bool]] = [(root, False)]  # the part, and whether an alternative to it is HTML
    seen_body = False
    while waiting:
        part, beside_html = waiting.pop()
        if part.is_multipart:
            alternative = part.content_type == "multipart/alternative"
            children = part.children
            has_html = beside_html or (alternative and any(_holds_html(child) for child in children))
            waiting.extend((child, has_html) for child in reversed(children))
        elif not _is_body(part, seen_body):
            body.rest.append(part)
        elif part.content_type == "text/html":
            seen_body = True
            source = _html_source(raw, part, defects)
            rich.append(source)
            if not beside_html and plain and source.strip():
                plain.append(html.to_text(source, defects))  # text above, HTML below: not alternatives
        else:
            seen_body = True
            plain.append(_plain_text(raw, part, defects))


def _holds_html(part: Part) -> bool:
    return any(each.content_type == "text/html" and each.disposition != "attachment" for each in part.walk())


def _is_body(part: Part, seen_body: bool) -> bool:
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


def _plain_text(raw: bytes, part: Part, defects: list[str]) -> str:
    data = mime.content(raw, part, defects)
    decoded = charset.decode(data, part.parameters.get("charset", ""))
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
