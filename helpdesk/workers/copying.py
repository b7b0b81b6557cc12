"""What was sent is filed in the Sent folder, after the fact: a failure here sends nothing again."""

import logging

from helpdesk import clock, signing_in
from helpdesk.actions import copies, mailboxes
from helpdesk.actions.copies import Copy
from helpdesk.blobs import MissingBlobError
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.models import Mailbox
from helpdesk.vault import SealedError
from mail import mailbox as wire
from mail.errors import MailError

log = logging.getLogger(__name__)


def file_copies(mailbox_id: int) -> int:
    """File what is due; how many copies were dealt with. Trouble waits for the next time."""
    with transaction() as session:
        due = copies.take_due(session, mailbox_id, at=clock.now())
    if not due:
        return 0
    try:
        with reading() as session:
            account = mailboxes.imap_account(current_desk(), session.get_one(Mailbox, mailbox_id))
        with wire.Mailbox.connect(signing_in.armed(mailbox_id, account)) as folder:
            return _file_all(mailbox_id, folder, due)
    except (MailError, SealedError) as error:
        log.info("mailbox %s: copies could not be filed as sent: %s", mailbox_id, error)
        return 0


def _file_all(mailbox_id: int, folder: wire.Mailbox, due: list[Copy]) -> int:
    sent = folder.sent_folder()
    if sent is None:
        log.info("mailbox %s has no folder for what was sent", mailbox_id)
    for copy in due:
        if sent is not None:
            _file(folder, sent, copy)
        with transaction() as session:
            copies.settle(session, copy.row_id)
    return len(due)


def _file(folder: wire.Mailbox, sent: str, copy: Copy) -> None:
    """Unless it stands there already: some providers file by a setting of the user's, or after a while."""
    if folder.find_in(sent, copy.message_id):
        return
    try:
        raw = current_desk().blobs.get(copy.sha256)
    except MissingBlobError as error:
        log.warning("outbox %s: %s", copy.row_id, error)
        return
    folder.append(sent, raw, at=copy.sent_at)
