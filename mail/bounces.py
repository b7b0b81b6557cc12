"""Delivery reports: whom a message of ours did not reach, and whether trying again is pointless.

Reads RFC 3464 where there is one, X-Failed-Recipients, and the free forms of servers that write prose. The
wording stands in `bounce_words`. Every loop is bounded: a report is at most a page of facts.
"""

import re

from mail import bounce_words as words
from mail import classify, headers, mime, references
from mail.types import Attachment, Bounce, Incoming

MAX_RECIPIENTS = 100
_MAX_TEXT = 65_536  # characters of prose that are looked at
_MAX_DIAGNOSTIC = 500  # characters
_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^{|}~-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,10}")
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d]|\.\d)")
_CODE = re.compile(r"(?<![\d.])([45]\d\d)(?=[ -]|$)")
_MESSAGE_ID = re.compile(
    r"^[> \t|]{0,10}message-id:[ \t]{0,10}\r?\n?[ \t]{0,10}<([^<>\s]{1,998})>", re.I | re.M
)
_RETURNED_FIELD = re.compile(
    r"[> \t]{0,4}(?:received|return-path|dkim-signature|message-id|mime-version):", re.I
)
_NOT_A_RECIPIENT = re.compile(
    r"^\W{0,8}(?:from|sender|mail from|reply-to|message-id|x-[\w-]{1,40}|references|发件人|寄件者|date)\b"
    r"|reporting-mta|mail from:|return-path|contact|postmaster@|abuse@|support@|helpdesk|mailto:",
    re.I,
)


def read(incoming: Incoming) -> tuple[Bounce, ...]:
    """One `Bounce` per recipient that the report speaks of; () when the message is no report."""
    if not classify.is_bounce(incoming):
        return ()
    prose, returned = _prose(incoming)
    message_id = _returned_id(incoming, returned)
    found = _from_status_part(incoming, prose, message_id) or _from_prose(
        incoming, prose, returned, message_id
    )
    return tuple({each.recipient.casefold(): each for each in reversed(found)}.values())[::-1]


def is_permanent(action: str, status: str, diagnostic: str) -> bool:
    """Whether the address is gone: by the other server's words first, by the status code without them."""
    if action in ("delayed", "delivered", "relayed", "expanded") or status.startswith(("2.", "4.")):
        return False
    if status.startswith(words.OTHER_STATUS) and status not in words.GONE_STATUS:
        return False
    verdict = _says_gone(diagnostic)
    return status in words.GONE_STATUS if verdict is None else verdict


def _says_gone(diagnostic: str) -> bool | None:
    """What the words say: the address is gone, or the trouble is another one; None when they say neither."""
    said = " ".join(diagnostic.lower().split())
    if any(each in said for each in (*words.NOT_AT_RCPT, *words.STAYS)):
        return False
    if any(each in said for each in words.GONE):
        return True
    return False if any(each in said for each in words.HINTS) else None


def _about(prose: str, recipient: str, otherwise: str) -> str:
    """The words of the report that decide on this recipient: the nearest ones that say anything."""
    near = _near(prose, recipient, below=12)
    nearer = (_near(prose, recipient, below=0), _near(prose, recipient, below=2), near)
    return next((each for each in nearer if _says_gone(each) is not None), otherwise)


def _mentions(text: str, phrases: tuple[str, ...]) -> bool:
    said = " ".join(text.lower().split())
    return any(each in said for each in phrases)


def _prose(incoming: Incoming) -> tuple[str, str]:
    """The words of the report, and behind them what it quotes of the returned message."""
    text = incoming.text[:_MAX_TEXT]
    offset = 0
    for number, line in enumerate(text.split("\n")):
        lowered = line[:200].lower()
        ruled = lowered.lstrip()[:2] in ("--", "==", "__", "**")
        phrases = (*words.RETURNED, *words.RETURNED_RULED) if ruled else words.RETURNED
        if number and (_RETURNED_FIELD.match(line[:200]) or any(each in lowered for each in phrases)):
            return text[:offset], text[offset:]
        offset += len(line) + 1
    return text, ""


def _returned_id(incoming: Incoming, returned: str) -> str:
    """Message-ID of the message that came back, from its copy or from words that quote it."""
    for each in incoming.attachments:
        if _is_copy(each):
            root = mime.tree(each.content[:_MAX_TEXT].lstrip(), [])
            found = references.message_ids(headers.unfolded(root.first("Message-ID")))
            if found:
                return found[0]
    match = _MESSAGE_ID.search(returned) or _MESSAGE_ID.search(incoming.text[:_MAX_TEXT])
    return match[1] if match else ""


def _is_copy(each: Attachment) -> bool:
    copies = ("message/rfc822", "message/global", "text/rfc822-headers", "message/rfc822-headers")
    return each.content_type in copies or each.filename.lower().endswith(".eml")


def _from_status_part(incoming: Incoming, prose: str, message_id: str) -> list[Bounce]:
    """RFC 3464: groups of fields, the first about the message, each other one about a recipient."""
    found: list[Bounce] = []
    for part in incoming.attachments:
        if part.content_type not in ("message/delivery-status", "message/global-delivery-status"):
            continue
        for group in re.split(rb"\r?\n[ \t]*\r?\n", part.content[:_MAX_TEXT].strip())[: MAX_RECIPIENTS * 2]:
            fields = _fields(group)
            recipient = _typed(fields.get("original-recipient", "")) or _typed(
                fields.get("final-recipient", "")
            )
            if "action" not in fields and "status" not in fields:
                continue
            if recipient or "final-recipient" in fields:
                found.append(_bounce(recipient, fields, prose, message_id))
    return found[:MAX_RECIPIENTS]


def _fields(group: bytes) -> dict[str, str]:
    fields: dict[str, str] = {}
    root = mime.tree(group + b"\n\n", [])
    for name, value in root.headers:
        fields.setdefault(name.lower(), headers.decoded(value))
    return fields


def _typed(value: str) -> str:
    """The address of `rfc822; a@x` without its type."""
    address = _ADDRESS.search(value.rpartition(";")[2])
    return address[0] if address else ""


def _bounce(recipient: str, fields: dict[str, str], prose: str, message_id: str) -> Bounce:
    action = (fields.get("action", "").split() or ["failed"])[0].lower().strip("();,")
    code_type, _, words_of_server = fields.get("diagnostic-code", "").partition(";")
    diagnostic = words_of_server.strip() or code_type.strip()
    about = _about(prose, recipient, prose[:5_000])
    said = diagnostic
    if len(diagnostic) <= 12:  # a bare code: the comment of Status and the report's prose know more
        said = f"{diagnostic} {fields.get('status', '')} {about}"
    given = (
        _STATUS.search(each)
        for each in (fields.get("status", ""), diagnostic, _near(prose, recipient, below=0))
    )
    codes = [match[1] for match in given if match]
    code = next((each for each in codes if not each.endswith(".0.0")), codes[0] if codes else "")
    filtered = _mentions(_near(prose, recipient, below=12), words.NOT_AT_RCPT)
    return Bounce(
        recipient=recipient,
        action=action,
        status=code,
        permanent=not filtered and is_permanent(action, code, said),
        diagnostic=_short(diagnostic or prose),
        message_id=message_id,
    )


def _from_prose(incoming: Incoming, prose: str, returned: str, message_id: str) -> list[Bounce]:
    """The free forms: addresses in the report's own words, each with the passage about it."""
    recipients = _recipients(incoming, prose, returned)
    found = []
    for recipient in recipients or [""]:
        passage = _passage(prose, recipient, recipients)
        said = passage if _mentions(passage, words.NOT_AT_RCPT) else _about(prose, recipient, passage)
        places = (_near(prose, recipient, below=0), _near(prose, recipient, below=2), passage, prose)
        status = next((found_status for each in places if (found_status := _status(each))), "")
        delayed = _is_delay(incoming, passage)
        found.append(
            Bounce(
                recipient=recipient,
                action="delayed" if delayed else "failed",
                status=status,
                permanent=is_permanent("delayed" if delayed else "failed", status, said),
                diagnostic=_short(passage),
                message_id=message_id,
            )
        )
    return found


def _recipients(incoming: Incoming, prose: str, returned: str) -> list[str]:
    """X-Failed-Recipients, else addresses where reports name them, else the To of the returned message."""
    declared = [
        address
        for value in incoming.all_headers("X-Failed-Recipients")
        for address in _ADDRESS.findall(value)
    ]
    if declared:
        return list(dict.fromkeys(declared))[:MAX_RECIPIENTS]
    ours = {each.key for each in incoming.to} | ({incoming.sender.key} if incoming.sender else set())
    strong: list[str] = []
    weak: list[str] = []
    for line in prose.split("\n"):
        shown = line[:500]
        if "@" not in shown or _NOT_A_RECIPIENT.search(shown):
            continue
        for match in _ADDRESS.finditer(shown):
            address = match[0].strip(".'")
            if address.casefold() in ours:
                continue
            alone = len(shown.strip()) - len(address) < 12
            named = any(each in shown.lower() for each in words.NAMES_RECIPIENT)
            (strong if alone or named else weak).append(address)
    chosen = strong or weak[:1] or _ADDRESS.findall(_returned_to(incoming, returned))[:MAX_RECIPIENTS]
    return list(dict.fromkeys(chosen))[:MAX_RECIPIENTS]


def _returned_to(incoming: Incoming, returned: str) -> str:
    for each in incoming.attachments:
        if _is_copy(each) and (value := mime.tree(each.content[:_MAX_TEXT].lstrip(), []).first("To")):
            return headers.unfolded(value)
    match = re.search(r"^[> \t]{0,4}to:(.{1,500})$", returned, re.I | re.M)
    return match[1] if match else ""


def _passage(prose: str, recipient: str, recipients: list[str]) -> str:
    """What the report says of this recipient: from its line to the next recipient's, or all of it."""
    start = prose.find(recipient) if recipient else -1
    if start < 0 or len(recipients) < 2:
        return prose
    others = (prose.find(each, start + len(recipient)) for each in recipients if each != recipient)
    return prose[start : min((each for each in others if each >= 0), default=len(prose))]


def _near(prose: str, recipient: str, *, below: int) -> str:
    """The lines that name the recipient, each with some below it."""
    if not recipient:
        return ""
    lines = prose.split("\n")
    named = [number for number, line in enumerate(lines) if recipient in line][:10]
    return "\n".join(line for number in named for line in _until_blank(lines[number : number + 1 + below]))


def _until_blank(lines: list[str]) -> list[str]:
    blank = next((number for number, line in enumerate(lines) if not line.strip()), len(lines))
    return lines[:blank]


def _status(passage: str) -> str:
    """An enhanced status code, or the class of a bare reply code as x.0.0 (RFC 3463)."""
    match = _STATUS.search(passage[:20_000])
    if match:
        return match[1]
    code = _CODE.search(passage[:20_000])
    return f"{code[1][0]}.0.0" if code else ""


def _is_delay(incoming: Incoming, passage: str) -> bool:
    said = f"{incoming.subject}\n{passage[:5_000]}".lower()
    return any(each in said for each in words.DELAYED)


def _short(text: str) -> str:
    return headers.one_line(text)[:_MAX_DIAGNOSTIC]
