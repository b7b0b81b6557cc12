"""Files that came with a message: their bytes and a name that is safe to show and to save under."""

import mimetypes
import re
import unicodedata
from collections.abc import Sequence
from urllib.parse import unquote

from mail import body, calendar, headers, html, mime
from mail.mime import Part
from mail.types import Attachment

MAX_NAME = 200  # bytes of UTF-8
_EXTENSIONS = {
    "image/jpeg": ".jpg", "image/jpg": ".jpg", "image/png": ".png", "image/gif": ".gif",
    "image/webp": ".webp", "image/heic": ".heic", "image/bmp": ".bmp", "image/tiff": ".tiff",
    "image/svg+xml": ".svg", "application/pdf": ".pdf", "application/zip": ".zip",
    "application/msword": ".doc", "application/vnd.ms-excel": ".xls", "application/ms-tnef": ".dat",
    "application/json": ".json",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/pkcs7-signature": ".p7s", "application/x-pkcs7-signature": ".p7s",
    "application/pkcs7-mime": ".p7m", "application/pgp-signature": ".asc", "audio/mpeg": ".mp3",
    "audio/amr": ".amr", "video/mp4": ".mp4", "video/quicktime": ".mov", "text/plain": ".txt",
    "text/html": ".html", "text/calendar": ".ics", "text/csv": ".csv", "text/vcard": ".vcf",
    "text/x-vcard": ".vcf", "text/rfc822-headers": ".txt", "message/rfc822": ".eml",
    "message/global": ".eml", "message/delivery-status": ".txt", "message/disposition-notification": ".txt",
    "message/feedback-report": ".txt",
}  # fmt: skip
_SIGNATURES = frozenset((
    "application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature",
))  # fmt: skip
_LONGEST_PREVIEW = 20_000  # characters
_MOST_PREVIEWS = 20  # of one message
_CID = re.compile(r"\bcid:([^\"'\s<>()]{1,500})", re.I)
_TRANSPORT_NEWLINE = re.compile(r"[\r\n]+")


def of(read: body.Body, defects: list[str]) -> tuple[Attachment, ...]:
    """Everything that came along: parts that are neither text nor HTML, and what was packed in others."""
    shown = frozenset(unquote(each).lower() for each in _CID.findall(read.html))
    parts = [
        attachment(leaf.raw, leaf.part, number, shown, defects)
        for number, leaf in enumerate(read.rest, start=1)
    ]
    packed = [_packed(file, number, shown) for number, file in enumerate(read.files, start=len(parts) + 1)]
    return (*parts, *packed)


def attachment(raw: bytes, part: Part, number: int, shown: frozenset[str], defects: list[str]) -> Attachment:
    """The part as a file; `number` names it when the sender did not.

    Only what the HTML really shows is inline: a photo that nothing refers to is evidence.
    """
    content_id = headers.one_line(headers.unfolded(part.first("content-id"))).strip("<> ")
    content_id = unquote(content_id) if "%" in content_id else content_id
    return Attachment(
        filename=filename(part, number),
        content_type=part.content_type,
        content=mime.content(raw, part, defects),
        content_id=content_id,
        inline=content_id.lower() in shown,
        is_signature=part.content_type in _SIGNATURES,
    )


def _packed(file: body.File, number: int, shown: frozenset[str]) -> Attachment:
    """The type is the sender's word; without it the ending of the name says what it may be."""
    guessed = file.content_type or mimetypes.guess_type(file.name[-100:])[0] or "application/octet-stream"
    extension = _EXTENSIONS.get(guessed, ".bin")
    return Attachment(
        filename=safe_name(file.name) or f"attachment-{number}{extension}",
        content_type=guessed,
        content=file.content,
        content_id=file.content_id,
        inline=file.content_id.lower() in shown,
    )


def preview(attachment: Attachment, room: html.Room | None = None) -> str:
    """The words of an enclosed message or an invitation, beside the file; "" for anything else.

    `room` is what layout may still cost when there are several.
    """
    if attachment.content_type == "text/calendar":
        return calendar.summary(attachment.content)
    if not _is_message(attachment):
        return ""
    root, words = body.enclosed(attachment.content, room)
    shown = [
        f"{name}: {headers.one_line(headers.decoded(root.first(name)))}"
        for name in ("From", "To", "Date", "Subject")
        if root.first(name)
    ]
    return "\n".join((*shown, "", words.strip()))[:_LONGEST_PREVIEW].strip()


def previews(files: Sequence[Attachment]) -> dict[str, str]:
    """The words of the first files that can have any, by position counted from "0"."""
    room = html.Room()
    readable = [
        (position, file)
        for position, file in enumerate(files)
        if file.content_type == "text/calendar" or _is_message(file)
    ]
    found = ((str(position), preview(file, room)) for position, file in readable[:_MOST_PREVIEWS])
    return {position: words for position, words in found if words}


def _is_message(attachment: Attachment) -> bool:
    return attachment.content_type in ("message/rfc822", "message/global") or (
        attachment.filename.lower().endswith(".eml") and b":" in attachment.content[:200]
    )


def filename(part: Part, number: int) -> str:
    """The name the sender gave, made safe; one derived from the type when there is none."""
    given = part.disposition_parameters.get("filename") or part.parameters.get("name") or ""
    name = safe_name(given)
    extension = _EXTENSIONS.get(part.content_type, ".bin")
    if name:
        missing = part.content_type in ("message/rfc822", "message/global") and "." not in name
        return safe_name(f"{name}{extension}") if missing else name
    family = part.content_type.partition("/")[0]
    if part.content_type in _SIGNATURES:
        return f"signature{extension}"
    known = family in ("image", "message", "text", "audio", "video")
    return f"{family if known else 'attachment'}-{number}{extension}"


def safe_name(name: str) -> str:
    """Without path, control, bidi and zero-width characters, at most MAX_NAME bytes; may be ""."""
    visible = headers.one_line(unicodedata.normalize("NFC", _TRANSPORT_NEWLINE.sub("", name[:10_000])))
    last = re.split(r"[/\\]", visible)[-1].strip(" .") if re.search(r"[/\\]", visible) else visible.strip()
    last = last.lstrip(".").strip()
    return _shortened(last)


def _shortened(name: str) -> str:
    """Cut in the middle of the stem, on a character, and keep the extension."""
    if len(name.encode()) <= MAX_NAME:
        return name
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension.encode()) > 20:
        return name.encode()[:MAX_NAME].decode("utf-8", "ignore")
    room = MAX_NAME - len(extension.encode()) - 1
    return stem.encode()[:room].decode("utf-8", "ignore").rstrip() + "." + extension
