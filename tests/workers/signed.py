"""A shop whose mailbox is opened with tokens."""

from dataclasses import replace

from helpdesk import clock, signing_in
from helpdesk.actions import grants, mailboxes
from helpdesk.actions.grants import GrantForm
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.models import Mailbox, MailboxGrant
from mail import mailbox as wire
from mail import oauth
from mail.accounts import ServerAccount
from tests.servers.dovecot import Dovecot
from tests.servers.oauth import CLIENT_ID, CLIENT_SECRET, Agreement, OAuthServer
from tests.shop import Shop


class Signed:
    """The shop's mailbox, moved to a provider that takes tokens only."""

    def __init__(self, shop: Shop, dovecot: Dovecot, provider: OAuthServer) -> None:
        self.shop, self.dovecot, self.provider = shop, dovecot, provider
        self.user = dovecot.new_user()
        with dovecot.session(self.user):
            pass
        self.form = replace(
            shop.form("now"),
            imap_port=dovecot.imap_port,
            username=self.user,
            password="",
            grant=GrantForm(
                provider="microsoft",
                client_id=CLIENT_ID,
                client_secret=CLIENT_SECRET,
                authority=provider.authority,
            ),
        )
        self.change(self.form)

    def change(self, form: mailboxes.MailboxForm) -> None:
        with transaction() as session:
            row = session.get_one(Mailbox, self.shop.mailbox_id)
            mailboxes.change(session, current_desk(), row, form, at=clock.now())

    def agree(self) -> Agreement:
        """Somebody signs in on the page."""
        agreement = self.provider.agree(self.user)
        tokens = oauth.refresh(self.provider.client(), agreement.refresh)
        with transaction() as session:
            grants.agree(session, current_desk(), self.shop.mailbox_id, tokens, at=clock.now())
        return agreement

    def account(self) -> ServerAccount:
        with reading() as session:
            return mailboxes.imap_account(current_desk(), session.get_one(Mailbox, self.shop.mailbox_id))

    def armed(self) -> ServerAccount:
        return signing_in.armed(self.shop.mailbox_id, self.account())

    def check(self) -> None:
        wire.check(self.armed())

    def grant(self) -> MailboxGrant:
        with reading() as session:
            return session.get_one(MailboxGrant, self.shop.mailbox_id)

    def token_is_over(self) -> None:
        """By our clock; the provider's own goes on."""
        with transaction() as session:
            session.get_one(MailboxGrant, self.shop.mailbox_id).access_until = clock.now()
