"""Files in a buyer's form. When the form comes back with a complaint, its good files stay with us meanwhile.

A browser never fills in a file again, and on a phone that means to look for every photo once more. So files
that can be kept are stored, and the form carries a signed word for each of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import request
from itsdangerous import BadData, URLSafeSerializer
from werkzeug.datastructures import FileStorage

from helpdesk import clock
from helpdesk.actions import once
from helpdesk.blobs import MissingBlobError
from helpdesk.current import current_desk
from helpdesk.db import transaction
from helpdesk.rules import evidence_files
from helpdesk.web import limits
from mail.attachments import safe_name
from mail.types import Attachment

FILES, KEPT = "files", "kept"
MOST_KEPT = 40  # files, on one page within a day
MOST_AHEAD = evidence_files.MOST_OF_A_CLAIM  # likewise


@dataclass(frozen=True, slots=True)
class Kept:
    """A file of the form before: its name, and the word by which the next one brings it."""

    name: str
    word: str


def read() -> tuple[Attachment, ...]:
    """The files of this form, those of the one before it first. Their types are what their bytes say."""
    again = [
        file for word in request.form.getlist(KEPT)[: evidence_files.MOST_AT_ONCE] if (file := _kept(word))
    ]
    return (*again, *(_file(upload) for upload in request.files.getlist(FILES) if upload.filename))


def ahead(files: Sequence[Attachment]) -> None:
    """Store what a buyer sends before the transaction opens whose rows name it: no lock waits for the disk.

    What is refused after all stays there unnamed, so only so many of a page are stored ahead within a day;
    any other is stored when its row is written.
    """
    for file in files[: evidence_files.MOST_AT_ONCE]:
        good = evidence_files.refused(file.filename, file.content) is None
        if good and _is_room("files ahead", MOST_AHEAD):
            current_desk().blobs.put(file.content)


def staffs(files: Sequence[Attachment]) -> tuple[Attachment, ...]:
    """The same for files of a colleague, who may send as many as she likes."""
    for file in files:
        current_desk().blobs.put(file.content)
    return tuple(files)


def keep(files: Sequence[Attachment]) -> list[Kept]:
    """Store what can be evidence, and give the words for the form; each is good on this very page only."""
    good = [file for file in files if evidence_files.refused(file.filename, file.content) is None]
    desk = current_desk()
    return [
        Kept(file.filename, str(_signer().dumps([desk.blobs.put(file.content), file.filename])))
        for file in good[: evidence_files.MOST_AT_ONCE]
        if _is_room("kept files", MOST_KEPT)
    ]


def _is_room(what: str, most: int) -> bool:
    """Nothing names these files yet, so nothing else limits how many of them one link may leave with us."""
    with transaction() as session:
        key = limits.key(f"{what} of {request.path}")
        return once.count(session, key, most=most, within=once.KEPT, at=clock.now())


def _file(upload: FileStorage) -> Attachment:
    content = upload.read()
    return Attachment(
        filename=safe_name(upload.filename or "") or "file",
        content_type=evidence_files.content_type(content) or "application/octet-stream",
        content=content,
    )


def _kept(word: str) -> Attachment | None:
    try:
        sha256, name = _signer().loads(word)
        content = current_desk().blobs.get(str(sha256))
    except (BadData, UnicodeError, ValueError, TypeError, MissingBlobError):
        return None
    return Attachment(filename=str(name), content_type=evidence_files.content_type(content), content=content)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_desk().secret, salt=f"helpdesk-kept-file-{request.path}")
