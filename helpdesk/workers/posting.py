"""Letters to colleagues: taken, handed over with no transaction open, and gone from the table."""

import logging

from helpdesk import clock, signing_in
from helpdesk.actions import mailboxes, staff_letters
from helpdesk.actions.staff_letters import Post
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.models import Mailbox
from helpdesk.vault import SealedError
from mail import transport
from mail.compose import compose
from mail.errors import AccountError, MailError

BATCH = 50

log = logging.getLogger(__name__)


def post() -> int:
    """Hand over what is due; how many were tried."""
    for count in range(BATCH):
        with transaction() as session:
            taken = staff_letters.next_post(session, current_desk(), at=clock.now())
        if taken is None:
            return count
        _hand_over(taken)
    return BATCH


def _hand_over(taken: Post) -> None:
    try:
        with reading() as session:
            mailbox = session.get_one(Mailbox, taken.mailbox_id)
            account = mailboxes.smtp_account(current_desk(), mailbox)
        transport.send(
            signing_in.armed(taken.mailbox_id, account),
            sender=taken.outgoing.sender.email,
            recipient=taken.outgoing.to.email,
            raw=compose(taken.outgoing),
            before_data=lambda: None,
        )
    except (MailError, SealedError) as error:
        if isinstance(error, AccountError):
            signing_in.refused(taken.mailbox_id, error)
        log.warning("letter %s to a colleague was not taken: %s", taken.letter_id, type(error).__name__)
        with transaction() as session:
            staff_letters.put_back(session, taken, str(error), at=clock.now())
    else:
        with transaction() as session:
            staff_letters.mark_sent(session, taken, at=clock.now())
