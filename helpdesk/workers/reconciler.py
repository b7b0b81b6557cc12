"""What a dead sender or a dead line left behind.

A message in `sending` whose lease has run out becomes unknown, visibly on its ticket. An unknown reply is
then looked for in the Sent folder, where many providers file what they took; found there, it was sent.
Otherwise an agent decides. Automatic mail is left unknown: nobody misses a second reminder.

What was put in line for a mailbox at the moment of its removal fails, visibly: no sender looks after it.
"""

import logging
from itertools import groupby

from helpdesk import clock, signing_in
from helpdesk.actions import mailboxes, removal, unknown
from helpdesk.actions.unknown import Unknown
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.models import Mailbox
from helpdesk.vault import SealedError
from mail import mailbox as wire
from mail.errors import MailError

log = logging.getLogger(__name__)


def reconcile() -> int:
    """Make the dead ones unknown, and settle what the Sent folder proves; how many changed."""
    count = _settle_dead()
    if count:
        log.warning("%s messages are unknown: their sender died while handing them over", count)
    count += _fail_stranded()
    with reading() as session:
        replies = unknown.unknown_replies(session, at=clock.now())
    for mailbox_id, rows in groupby(replies, key=lambda row: row.mailbox_id):
        count += _look_in_sent(mailbox_id, list(rows))
    return count


def _settle_dead() -> int:
    """A transaction for each, so that no ticket is held while others are settled."""
    with reading() as session:
        dead = unknown.dead(session, at=clock.now())
    count = 0
    for row_id in dead:
        with transaction() as session:
            count += unknown.settle_dead(session, row_id, at=clock.now())
    return count


def _fail_stranded() -> int:
    """What no sender looks after, because its mailbox was removed while it was put in line."""
    with reading() as session:
        rows = removal.stranded(session)
    count = 0
    for row_id in rows:
        with transaction() as session:
            count += removal.fail(session, row_id, at=clock.now())
    return count


def _look_in_sent(mailbox_id: int, rows: list[Unknown]) -> int:
    try:
        with reading() as session:
            account = mailboxes.imap_account(current_desk(), session.get_one(Mailbox, mailbox_id))
        account = signing_in.armed(mailbox_id, account)
        with wire.Mailbox.connect(account) as mailbox:
            sent = mailbox.sent_folder()
            found = [row for row in rows if sent is not None and mailbox.find_in(sent, row.message_id)]
    except (MailError, SealedError) as error:
        log.info("mailbox %s: its Sent folder could not be searched: %s", mailbox_id, error)
        return 0
    for row in found:
        with transaction() as session:
            unknown.settle_as_found(session, row, at=clock.now())
        log.info("outbox %s was sent: it stands in the Sent folder", row.row_id)
    return len(found)
