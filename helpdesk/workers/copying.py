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

BATCH = 50  # over one connection: messages to be sent are waiting, too

log = logging.getLogger(__name__)


def file_copies(mailbox_id: int) -> int:
    """File what is due, over one connection; how many copies that were. Trouble waits for the next time."""
    copy, count = _next(mailbox_id), 0
    if copy is None:
        return 0
    try:
        with reading() as session:
            account = mailboxes.imap_account(current_desk(), session.get_one(Mailbox, mailbox_id))
        with wire.Mailbox.connect(signing_in.armed(mailbox_id, account)) as folder:
            sent = folder.sent_folder()
            if sent is None:
                log.info("mailbox %s has no folder for what was sent", mailbox_id)
            while copy is not None:
                if sent is not None:
                    _file(folder, sent, copy)
                with transaction() as session:
                    copies.settle(session, copy.row_id)
                copy, count = _next(mailbox_id) if count + 1 < BATCH else None, count + 1
    except (MailError, SealedError) as error:
        log.info("mailbox %s: copies could not be filed as sent: %s", mailbox_id, error)
        with transaction() as session:
            copies.put_off(session, mailbox_id, at=clock.now())
    return count


def _next(mailbox_id: int) -> Copy | None:
    with transaction() as session:
        return copies.take_next(session, mailbox_id, at=clock.now())


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
