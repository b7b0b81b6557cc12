"""A good token before each login: the one place where pages and workers ask Google and Microsoft for it.

    armed     look (transaction) -> refresh (no transaction is open) -> keep (transaction)

A mailbox with a password passes through unchanged.
"""

import logging
import time
from dataclasses import replace

from sqlalchemy.exc import DBAPIError

from helpdesk import clock
from helpdesk.actions import grants
from helpdesk.actions.grants import NotAgreedError, Ready, Turn
from helpdesk.current import current_desk
from helpdesk.db import transaction
from helpdesk.errors import NotFoundError
from mail import oauth
from mail.accounts import ServerAccount
from mail.errors import AccountError, MailError, TransientError

PATIENCE = 45.0  # seconds for another worker to refresh
KEEP_AGAIN = (0.2, 1, 5, 15)  # seconds between tries to keep a rotated token: losing it ends the agreement

log = logging.getLogger(__name__)


def armed(mailbox_id: int, account: ServerAccount) -> ServerAccount:
    """The account with a token, where the mailbox needs one.

    Raises AccountError, TransientError and SealedError. No transaction is open while the provider is asked.
    """
    until = time.monotonic() + PATIENCE
    while True:
        try:
            with transaction() as session:
                step = grants.next_step(session, current_desk(), mailbox_id, at=clock.now())
        except NotFoundError:
            return account
        except NotAgreedError as error:
            raise AccountError(
                "Nobody has signed in to this mailbox yet: do so on its page.", part="oauth"
            ) from error
        if isinstance(step, Ready):
            return replace(account, access_token=step.access)
        if isinstance(step, Turn):
            return replace(account, access_token=_refreshed(mailbox_id, step))
        if time.monotonic() > until:
            raise TransientError("Another worker is asking for a new token, and takes long.")
        time.sleep(0.2)


def refused(mailbox_id: int, error: AccountError) -> bool:
    """A server refused a login. True when it was an old token, so that a new one is worth a try at once."""
    if error.part != "oauth":
        return False
    with transaction() as session:
        return grants.forget_access(session, mailbox_id, at=clock.now())


def _refreshed(mailbox_id: int, turn: Turn) -> str:
    try:
        tokens = oauth.refresh(turn.client, turn.refresh)
    except MailError:
        with transaction() as session:
            grants.pass_turn(session, mailbox_id, turn)
        raise
    for pause in (*KEEP_AGAIN, None):
        try:
            with transaction() as session:
                grants.keep(session, current_desk(), mailbox_id, tokens, turn, at=clock.now())
            break
        except DBAPIError as error:
            if pause is None:
                raise
            log.warning("mailbox %s: a new token could not be kept yet: %s", mailbox_id, error.orig)
            time.sleep(pause)
    log.info("mailbox %s: a new token, good for %s", mailbox_id, tokens.lifetime)
    return tokens.access
