"""The file by which an agent shows that she has paid: a picture of the platform's page, a PDF of the bank."""

from werkzeug.datastructures import FileStorage

from helpdesk.current import current_desk
from helpdesk.errors import InvalidError
from helpdesk.rules import evidence_files
from mail.attachments import safe_name


def keep(upload: FileStorage | None) -> str | None:
    """Store the file and give its SHA-256; None when none was chosen. Raises InvalidError for other files."""
    if upload is None or not upload.filename:
        return None
    content = upload.read()
    refused = evidence_files.refused(safe_name(upload.filename) or "file", content)
    if refused is not None:
        raise InvalidError(refused.sentence, field="proof")
    return current_desk().blobs.put(content)
