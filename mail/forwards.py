"""Who wrote a message that somebody passed on, and what: enclosed, or inline below a header block.

Each mail program writes the block in its own way: in what language, behind a line or without one, quoted or
not. What all have in common is a From label and one more label near it. `quoting_words` has the wording.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from mail import addresses, dates, headers, parse, subjects
from mail import quoting_words as words
from mail.types import Address, Attachment, Incoming, key_of

MAX_SCANNED = 262_144  # characters; a forward that begins further down is not looked for
_ENCLOSED = ("message/rfc822", "message/global")
_BLOCK = 40  # lines in which the labels of one header block stand
_LONGEST_LINE = 2_000  # characters of a line that are looked at
_KINDS = ("from", "date", "to", "subject", "cc")
_NEEDED = {"from", "date", "subject"}
_OTHERS = frozenset((
    "replyto", "bcc", "importance", "priority", "attachments", "organization", "resentfrom", "回复", "回复至",
    "答复", "密送", "密件抄送", "密件副本", "抄送人", "重要性", "优先级", "附件", "组织", "回覆", "回覆至",
))  # fmt: skip
_MARKS = "-‐_=—–─━*# \t|>＞"
_QUOTED = re.compile(r"[ \t]{0,8}[>＞] ?")
_LABEL = re.compile(r"[ \t>＞|*•]*([^\W\d_][^:：|\n]{0,24}?)[ \t*]*[:：|](.*)", re.S)
_EMAIL = re.compile(r"[^\s<>\[\]():：;；,\"'|*&]{1,64}@[^\s<>\[\]():：;；,\"'|*&]{1,253}")
_LINK = re.compile(r"href=[\"']mailto:([^\"'?>]{3,320})[\"'?][^>]{0,300}>([^<]{1,200})<", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class Forwarded:
    """The message that was passed on, as far as it can be told, and what stands above it."""

    sender: Address | None  # who wrote it; None when that is not said, or said twice
    subject: str  # as it was, without what passing it on put in front
    sent_at: datetime | None  # aware; None when it names no zone
    date: str  # as it stands in the forward; "" when it is not said
    message_id: str  # without <>; "" when it is not known
    text: str
    html: str
    attachments: tuple[Attachment, ...]
    above: str  # words of whoever passed it on
    beside: tuple[Attachment, ...] = ()  # files of whoever passed it on


@dataclass(frozen=True, slots=True)
class _Line:
    start: int  # offset in the text
    end: int  # offset behind its newline
    bare: str  # for matching: bounded, odd blanks replaced
    label: str  # from, date, to, subject or cc when it begins like a header, else ""
    value: str  # the words after the label


def read(incoming: Incoming) -> Forwarded | None:
    """What was passed on in this message; None when it is no forward. Linear in its size, never raises."""
    enclosed = [each for each in incoming.attachments if each.content_type in _ENCLOSED]
    if len(enclosed) == 1:
        return _enclosed(incoming, enclosed[0])
    inline = _inline(incoming)
    if inline is None and (enclosed or subjects.is_forward(incoming.subject)):
        return _unclear(incoming)
    return inline


def _enclosed(incoming: Incoming, file: Attachment) -> Forwarded:
    inner = parse.parse(file.content.lstrip(b"\r\n"))
    alone = " ".join(incoming.text[:20_000].split()) == " ".join(inner.text[:20_000].split())
    return Forwarded(
        sender=None if _is_unclear(inner) else inner.sender,
        subject=inner.subject or subjects.bare(incoming.subject),
        sent_at=inner.sent_at,
        date=inner.header("Date")[:100],
        message_id=inner.message_id,
        text=inner.text,
        html=inner.html,
        attachments=inner.attachments,
        above="" if alone else incoming.text.strip(),  # a mail without words shows those of the enclosed one
        beside=tuple(each for each in incoming.attachments if each is not file),
    )


def _is_unclear(inner: Incoming) -> bool:
    return any(defect.startswith(addresses.UNCLEAR_FROM) for defect in inner.defects)


def _unclear(incoming: Incoming) -> Forwarded:
    """A forward in which nobody can be found."""
    return Forwarded(
        sender=None,
        subject=incoming.subject,
        sent_at=None,
        date="",
        message_id="",
        text=incoming.text,
        html=incoming.html,
        attachments=incoming.attachments,
        above="",
    )


def _inline(incoming: Incoming) -> Forwarded | None:
    """The first thing of another message that stands in the text has to be the forward."""
    passed_on = subjects.is_forward(incoming.subject)
    lines = _lines(incoming.text)
    for index, line in enumerate(lines):
        core = line.bare.strip(_MARKS).rstrip(":： ").lower()
        if not core:
            continue
        if (len(core) < 60 and core in words.FORWARDED) or words.FORWARDED_BY.match(line.bare):
            return _from_block(incoming, lines, index, index + 1) or _unclear(incoming)
        if passed_on and (line.label or core in words.ORIGINAL):
            found = _from_block(incoming, lines, index, index if line.label else index + 1)
            if found is not None:
                return found
        if _QUOTED.match(line.bare) or line.bare.lower().rstrip("* ").endswith(words.WROTE):
            return None  # an answer, whatever it quotes
        if not passed_on and core in words.ORIGINAL:
            return None
    return None


def _from_block(incoming: Incoming, lines: list[_Line], first: int, top: int) -> Forwarded | None:
    """The forward whose header block begins near line `top` and which begins at line `first`."""
    fields, below = _block(lines, top)
    if "from" not in fields or len(_NEEDED & fields.keys()) < 2:
        return None
    subject = headers.one_line(fields.get("subject", ""))
    while first and not lines[first - 1].bare.strip(_MARKS):
        first -= 1  # the ruler above
    return Forwarded(
        sender=_person(fields["from"], incoming.html),
        subject=subject or subjects.bare(incoming.subject),
        sent_at=dates.moment(fields.get("date", "")),
        date=headers.one_line(fields.get("date", ""))[:100],
        message_id="",
        text=_body(incoming.text, lines, top, below),
        html="",
        attachments=incoming.attachments,
        above=incoming.text[: lines[first].start].strip() if first < len(lines) else "",
    )


def _block(lines: list[_Line], top: int) -> tuple[dict[str, str], int]:
    """The values by label, and the line at which the words below begin."""
    fields: dict[str, str] = {}
    latest = ""
    number = top
    while number < min(len(lines), top + _BLOCK):
        line = lines[number]
        blank = not line.bare.strip(_MARKS)
        if line.label and line.label not in fields:
            latest, fields[line.label] = line.label, line.value
        elif blank and not fields:
            pass
        elif blank:
            ahead = [each for each in lines[number + 1 : number + 3] if each.bare.strip(_MARKS)]
            goes_on = bool(ahead) and ahead[0].label not in ("", *fields)
            if fields.keys() >= _NEEDED or not (goes_on or (latest and not fields[latest])):
                break
        elif latest and _continues(lines, number, fields, latest):
            fields[latest] = f"{fields[latest]} {line.bare.strip(_MARKS)}".strip()
        elif not _is_other_label(line):
            break
        number += 1
    return fields, number


def _is_other_label(line: _Line) -> bool:
    """A header that tells nothing here, as Apple's Reply-To."""
    match = _LABEL.match(line.bare)
    return match is not None and re.sub(r"[\s.*-]+", "", match[1]).lower() in _OTHERS


def _continues(lines: list[_Line], number: int, fields: dict[str, str], latest: str) -> bool:
    """Whether a line without a label belongs to the value above it."""
    bare = lines[number].bare
    if not fields[latest] or (latest == "from" and "@" not in fields[latest] and "@" in bare[:200]):
        return True
    if latest in ("to", "cc") and "@" in bare[:400] and bare.rstrip().endswith((">", ";", ",")):
        return True
    below = lines[number + 1] if number + 1 < len(lines) else None
    return bare[:1] in " \t" or (below is not None and below.label not in ("", *fields))


def _body(text: str, lines: list[_Line], top: int, below: int) -> str:
    """The words under the block; without the mark before each line where the block has one too."""
    if below >= len(lines):
        return ""
    rest = text[lines[below].start :]
    if any(_QUOTED.match(line.bare) for line in lines[top:below] if line.label):
        rest = "\n".join(_QUOTED.sub("", line, count=1) for line in rest.split("\n"))
    return rest.strip("\n").rstrip()


def _person(value: str, html: str) -> Address | None:
    """The one person that a From value names; by the link in the HTML when it shows only her name."""
    shown = headers.one_line(value)[:1_000].strip(" ;；,|*")
    found = list(_EMAIL.finditer(shown))
    if not found:
        return _linked(shown, html)
    if len({key_of(each[0]) for each in found}) > 1:
        return None
    name = re.split(r"[<\[(]|mailto:", shown[: found[0].start()], maxsplit=1)[0].strip(" \"'“”*|<[(;；")
    return _address(found[0][0], name)


def _linked(name: str, html: str) -> Address | None:
    links = {
        key_of(link[1].strip()): link[1].strip()
        for link in _LINK.finditer(html[:MAX_SCANNED])
        if name and " ".join(link[2].split()) == name
    }
    return _address(next(iter(links.values())), name) if len(links) == 1 else None


def _address(email: str, name: str) -> Address | None:
    known = addresses.address(email.rstrip("."))
    if known is None:
        return None
    return Address(email=known.email, name="" if key_of(name) == known.key else name[:200])


def _lines(text: str) -> list[_Line]:
    found: list[_Line] = []
    start, limit = 0, min(len(text), MAX_SCANNED)
    while start < limit:
        newline = text.find("\n", start, limit)
        end = limit if newline < 0 else newline
        bare = text[start : min(end, start + _LONGEST_LINE)]
        for odd in ("\xa0", "&nbsp;", "\u3000"):
            bare = bare.replace(odd, " ")
        bare = bare.replace("\ufeff", "").replace("\u200b", "")
        found.append(_Line(start, end + 1, bare, *_labelled(bare)))
        start = end + 1
    return found


def _labelled(line: str) -> tuple[str, str]:
    match = _LABEL.match(line[:_LONGEST_LINE])
    if match is None:
        return "", ""
    label = words.LABELS.get(re.sub(r"[\s.*]+", "", match[1]).lower(), "")
    if label not in _KINDS:
        return "", ""
    return label, match[2].strip(" \t|*").strip()
