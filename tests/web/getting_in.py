"""Letters to colleagues in tests: handed to a real SMTP server, their links followed."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from helpdesk.db import transaction
from helpdesk.models import Mailbox
from helpdesk.workers import posting
from mail.parse import parse
from mail.types import Incoming
from tests.servers.smtp import SmtpSink
from tests.web.conftest import Desk

LINK = re.compile(r"http://127\.0\.0\.1:8000(/(?:join|new-password|set-up)/\S+)")


def connect(desk: Desk, smtp: SmtpSink) -> None:
    """The desk's mailbox sends through this server."""
    with transaction() as session:
        mailbox = session.get_one(Mailbox, desk.mailbox_id)
        mailbox.smtp_port = smtp.port


def posted(smtp: SmtpSink) -> list[Incoming]:
    """Hand over what is due; all letters that the server has by then."""
    posting.post()
    return [parse(message.raw) for message in smtp.messages]


def link_in(letter: Incoming) -> str:
    """The path of the one link of ours in a letter."""
    (path,) = LINK.findall(letter.text)
    return str(path)


@contextmanager
def no_mailbox(desk: Desk) -> Iterator[None]:
    """Inside, nothing can be sent."""
    with transaction() as session:
        session.get_one(Mailbox, desk.mailbox_id).active = False
    yield
    with transaction() as session:
        session.get_one(Mailbox, desk.mailbox_id).active = True
