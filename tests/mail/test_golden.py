"""Whole messages and what is made of them: `tests/emails/NAME.eml` beside `NAME.txt`.

After a wanted change: `REGENERATE_GOLDEN=1 pytest tests/mail/test_golden.py`, then read the difference.
"""

import hashlib
import os
from pathlib import Path

import pytest

from mail import quoting
from mail.bounces import read
from mail.parse import parse
from mail.types import Attachment, Wrapping

EMAILS = Path(__file__).resolve().parents[1] / "emails"


def described(raw: bytes) -> str:
    """Everything that matters of a message, a line each, for people to read in a difference."""
    incoming = parse(raw)
    answer = quoting.of(incoming)
    lines = [
        f"subject: {incoming.subject}",
        f"sender: {incoming.sender}",
        f"to: {', '.join(map(str, incoming.to))}",
        f"message-id: {incoming.message_id}",
        f"references: {' '.join(incoming.references)}",
        f"sent at: {incoming.sent_at}",
        f"kind: {incoming.kind}",
        *([f"wrapping: {incoming.wrapping}"] if incoming.wrapping is not Wrapping.NONE else []),
        f"parts: {' '.join(incoming.parts)}",
        *(f"attachment: {written(each)}" for each in incoming.attachments),
        *(
            f"bounce: {each.recipient} {each.action} {each.status}"
            f" {'permanent' if each.permanent else 'transient'} of {each.message_id}: {each.diagnostic}"
            for each in read(incoming)
        ),
        *(f"defect: {each}" for each in incoming.defects),
        "--- new",
        answer.new,
        "--- quoted",
        answer.quoted,
        *(["--- signature", answer.signature] if answer.signature else []),
    ]
    return "\n".join(line.rstrip() for line in "\n".join(lines).split("\n")).rstrip() + "\n"


def written(file: Attachment) -> str:
    traits = [*(["inline"] if file.inline else []), *(["signature"] if file.is_signature else [])]
    digest = hashlib.sha256(file.content).hexdigest()[:12]
    return " ".join((file.filename, file.content_type, f"{len(file.content)} bytes", digest, *traits))


@pytest.mark.parametrize("name", sorted(path.stem for path in EMAILS.glob("*.eml")))
def test_the_message_is_read_as_written_down(name: str) -> None:
    found = described((EMAILS / f"{name}.eml").read_bytes())
    golden = EMAILS / f"{name}.txt"
    if os.environ.get("REGENERATE_GOLDEN"):
        golden.write_text(found, encoding="utf-8")
    assert found == golden.read_text(encoding="utf-8")
