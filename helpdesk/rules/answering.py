"""May this message be acknowledged by itself? The reason why not is shown on the ticket."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from mail.types import Incoming, Kind, Verdict

FRESH = timedelta(days=1)
PER_ADDRESS_AND_DAY = 3
PER_HOUR = 500  # to all addresses together: somebody makes us write to strangers
NOBODY = frozenset(
    [
        "mailer-daemon",
        "no-reply",
        "noreply",
        "do-not-reply",
        "donotreply",
        "bounce",
        "bounces",
        "daemon",
        "autoreply",
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What the message itself does not say."""

    quiet: bool  # imported: nothing is sent for it
    spam: bool
    forwarded: bool = False  # a colleague passed it on: the buyer has not written to us
    names_sender: bool = True  # From does; the envelope alone is no person's word
    received_at: datetime | None  # when the server got it
    at: datetime
    mailbox_removed: bool = False  # there is nothing to send it from
    can_be_written_to: bool
    our_addresses: frozenset[str]  # casefolded
    suppressed: bool
    automatic_mail_today: int  # to this address, all tickets
    automatic_mail_this_hour: int  # to everybody
    verdict: Verdict  # on the sender


def withheld_because(incoming: Incoming, circumstances: Circumstances) -> str | None:
    """A short reason, or None when the acknowledgement may go out."""
    if circumstances.quiet:
        return "imported"
    if circumstances.spam:
        return "spam"
    if circumstances.mailbox_removed:
        return "mailbox_removed"
    if circumstances.forwarded:
        return "forwarded"
    if circumstances.verdict is Verdict.FAIL:
        return "sender_not_genuine"  # whoever gets the answer did not write
    if incoming.sender is None or not circumstances.names_sender:
        return "no_sender"
    if not circumstances.can_be_written_to:
        return "address_not_usable"
    if incoming.kind is not Kind.HUMAN:
        return str(incoming.kind)
    if incoming.sender.key in circumstances.our_addresses:
        return "our_own_address"
    if incoming.sender.key.partition("@")[0] in NOBODY:
        return "nobody_reads_there"
    if circumstances.received_at is None or circumstances.at - circumstances.received_at > FRESH:
        return "older_than_a_day"
    if circumstances.suppressed:
        return "suppressed"
    if circumstances.automatic_mail_today >= PER_ADDRESS_AND_DAY:
        return "enough_for_today"
    if circumstances.automatic_mail_this_hour >= PER_HOUR:
        return "too_much_at_once"
    return None
