"""What the forms of the inside of the shop hold: days, moments, numbers, files."""

from datetime import UTC, date, datetime, time

from flask import request
from werkzeug.datastructures import FileStorage

from helpdesk.current import current_desk
from helpdesk.errors import InvalidError
from helpdesk.web import uploads
from mail.attachments import safe_name
from mail.types import Attachment

REFUSED = 422


def day(name: str) -> date:
    """A day as `<input type=date>` sends it. Raises InvalidError."""
    try:
        return date.fromisoformat(request.form.get(name, "").strip())
    except ValueError as error:
        raise InvalidError("give a day like 2026-01-31", field=name) from error


def end_of_day(name: str) -> datetime:
    """The last minute of a day, where the shop is. Raises InvalidError."""
    return _in_utc(datetime.combine(day(name), time(23, 59), tzinfo=current_desk().zone), name)


def moment(name: str) -> datetime | None:
    """A moment as `<input type=datetime-local>` sends it, where the shop is; None when it is empty."""
    typed = request.form.get(name, "").strip()
    if not typed:
        return None
    try:
        found = datetime.fromisoformat(typed)
    except ValueError as error:
        raise InvalidError("give a day and a time", field=name) from error
    return _in_utc(found if found.tzinfo else found.replace(tzinfo=current_desk().zone), name)


def _in_utc(found: datetime, name: str) -> datetime:
    try:
        return found.astimezone(UTC)
    except OverflowError as error:  # the first day of all, east of Greenwich; the last one, west of it
        raise InvalidError("give a day and a time", field=name) from error


def number(name: str, otherwise: int = 0) -> int:
    """A whole number that is not negative; what is none counts as `otherwise`."""
    typed = request.form.get(name, "").strip()
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else otherwise


def keys(name: str) -> list[int]:
    """The rows that are ticked; what is no key of ours is nobody's row."""
    typed = request.form.getlist(name)
    return [int(each) for each in typed if each.isascii() and each.isdigit() and len(each) < 10]


def files(name: str) -> tuple[Attachment, ...]:
    """The files of one field; a browser sends one without a name when none was chosen."""
    return uploads.staffs([_file(upload) for upload in request.files.getlist(name) if upload.filename])


def _file(upload: FileStorage) -> Attachment:
    return Attachment(
        filename=safe_name(upload.filename or "") or "file",
        content_type=(upload.mimetype or "application/octet-stream").lower()[:255],
        content=upload.read(),
    )
