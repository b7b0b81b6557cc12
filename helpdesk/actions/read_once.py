"""No address is read through two mailboxes at a time: mail would come twice, and answers leave by either.

A paused mailbox is in nobody's way: so a desk moves from one provider to another. Therefore it is asked when
one is added or changed, and again when one is resumed.
"""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.errors import InvalidError
from helpdesk.models import Mailbox
from mail.types import key_of


def check(session: Session, addresses: Iterable[str], *, but: int = 0) -> None:
    """Raises InvalidError naming the active mailbox that reads one of these; `but` is not looked at."""
    wanted = {key_of(each.strip()) for each in addresses}
    for other in session.scalars(select(Mailbox).where(Mailbox.active, Mailbox.id != but)):
        if both := wanted & {key_of(each) for each in other.addresses}:
            said = f"the mailbox {other.name} reads {min(both)} already: pause or remove it first"
            raise InvalidError(said, field="address")


def resume(session: Session, mailbox: Mailbox) -> None:
    """Read it from now on. Raises InvalidError as `check` does."""
    check(session, mailbox.addresses, but=mailbox.id)
    mailbox.active = True
