"""Files in a buyer's form. When the form comes back with a complaint, its good files stay with us meanwhile.

A browser never fills in a file again, and on a phone that means to look for every photo once more. So files
that can be kept are stored, and the form carries a signed word for each of them.
"""

import hashlib
from collections.abc import Mapping, Sequence
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
from helpdesk.rules.claim_terms import EvidenceKind
from helpdesk.web import limits
from mail.attachments import safe_name
from mail.types import Attachment

FILES, KEPT = "files", "kept"
OF_KIND = {f"files-{kind}": kind for kind in EvidenceKind}  # fields whose files show what the field says
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
    fresh = [each for field in (FILES, *OF_KIND) for each in request.files.getlist(field) if each.filename]
    return (*again, *(_file(upload) for upload in fresh))


def told() -> dict[str, EvidenceKind]:
    """What the form says that its files show, by SHA-256: by the field in which each stood."""
    said = {}
    for word in request.form.getlist(KEPT)[: evidence_files.MOST_AT_ONCE]:
        sha256, _, kind = _read_word(word) or ("", "", "")
        if kind in list(EvidenceKind):
            said[sha256] = EvidenceKind(kind)
    for field, kind in OF_KIND.items():
        said |= {_sha256(each): kind for each in request.files.getlist(field) if each.filename}
    return said


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
    shows = told()
    good = [file for file in files if evidence_files.refused(file.filename, file.content) is None]
    desk = current_desk()
    return [
        _keep(desk.blobs.put(file.content), file.filename, shows)
        for file in good[: evidence_files.MOST_AT_ONCE]
        if _is_room("kept files", MOST_KEPT)
    ]


def _keep(sha256: str, filename: str, shows: Mapping[str, EvidenceKind]) -> Kept:
    return Kept(filename, str(_signer().dumps([sha256, filename, shows.get(sha256, "")])))


def _is_room(what: str, most: int) -> bool:
    """Nothing names these files yet, so nothing else limits how many of them one link may leave with us."""
    with transaction() as session:
        key = limits.key(f"{what} of {request.path}")
        return once.count(session, key, most=most, within=once.KEPT, at=clock.now())


def _file(upload: FileStorage) -> Attachment:
    content = upload.read()
    upload.seek(0)
    return Attachment(
        filename=safe_name(upload.filename or "") or "file",
        content_type=evidence_files.content_type(content) or "application/octet-stream",
        content=content,
    )


def _kept(word: str) -> Attachment | None:
    sha256, name, _ = _read_word(word) or ("", "", "")
    try:
        content = current_desk().blobs.get(sha256)
    except (ValueError, MissingBlobError):
        return None
    return Attachment(filename=name, content_type=evidence_files.content_type(content), content=content)


def _read_word(word: str) -> tuple[str, str, str] | None:
    """SHA-256, name, and what it shows ("" for nothing said); None for what nobody here has signed."""
    try:
        sha256, name, kind = _signer().loads(word)
    except (BadData, UnicodeError, ValueError, TypeError):
        return None
    return str(sha256), str(name), str(kind)


def _sha256(upload: FileStorage) -> str:
    content = upload.read()
    upload.seek(0)
    return hashlib.sha256(content).hexdigest()


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_desk().secret, salt=f"helpdesk-kept-file-{request.path}")
