"""Why something happened, was planned or was left undone: the words for what entries keep as one word."""

from helpdesk.rules.reminders import Reason
from helpdesk.web.translate import _l

ON = {
    "buyer": _l("the buyer"),
    "carrier": _l("the carrier"),
    "bank": _l("the bank"),
    "colleague": _l("a colleague"),
}
PLANS = {
    "arrival_check": _l("the question whether the money arrived"),
    "arrival_assumed": _l("the end of the time to say that the money is not there"),
    "survey": _l("the question how it was"),
    "money_sent": _l("a letter to the buyer that the money has left"),
    "money_delayed": _l("a letter to the buyer that the money is late"),
    "money_looked_for": _l("a letter to the buyer that the money is being looked for"),
    "money_traced": _l("a letter to the buyer with what the bank says"),
    "money_by_hand": _l("the moment from which it is paid by hand, if the gateway still has it"),
    "money_chase": _l("a look whether somebody has found out where the money is"),
    "answer": _l("a look whether the answer is there"),
    "return_warning": _l("a reminder to send the goods back"),
    "return_deadline": _l("the end of the time to send the goods back"),
    "return_arrival": _l("a look whether the goods are back"),
    "inspection": _l("a look whether the goods were inspected"),
    "promise": _l("a look whether the promised goods have left"),
    "coupon_end": _l("the end of the coupon"),
    "platform_deadline": _l("a look at the dispute: the platform's deadline comes"),
    "stop_parcel": _l("a look whether the parcel was stopped: the order is refunded in full"),
    "refund_due": _l("the day by which the refund was promised"),
    "snooze": _l("this ticket wakes"),
    "reply_later": _l("a reply"),
    "claim_reminder": _l("the reminder of what is missing"),
    "claim_due": _l("the end of the claim's time"),
    "offer_expiry": _l("the end of the offer"),
}
WITHDRAWN = {
    Reason.BUYER_WROTE: _l("the buyer wrote"),
    Reason.ARRIVED: _l("the money has arrived"),
    Reason.NOT_ARRIVED: _l("the money has not arrived"),
    Reason.REVERSED: _l("the money came back"),
    Reason.CLOSED: _l("the ticket was closed"),
    Reason.BY_HAND: _l("by hand"),
    Reason.SUPPRESSED: _l("this address takes no mail"),
    Reason.OUT_OF_DATE: _l("it was more than a week late"),
    Reason.OPTED_OUT: _l("the buyer wants no more surveys"),
    Reason.REPLANNED: _l("another one took its place"),
    Reason.MERGED: _l("the ticket was merged"),
    Reason.SEPARATED: _l("its refund is on another ticket"),
    Reason.SPAM: _l("it is spam"),
    Reason.MAILBOX_REMOVED: _l("the mailbox was removed"),
    Reason.DONE: _l("it is done"),
    Reason.UNVERIFIED: _l("nobody has shown that this address may hear of it"),
    Reason.CLAIM_MOVED: _l("the claim has moved on"),
}
NOT_ANSWERED = {
    "imported": _l("it was imported"),
    "forwarded": _l("a colleague passed it on"),
    "spam": _l("it is spam"),
    "mailbox_removed": _l("the mailbox was removed"),
    "sender_not_genuine": _l("the sender is not genuine: somebody else would get it"),
    "too_much_at_once": _l("too much automatic mail has left within an hour"),
    "no_sender": _l("nobody can be seen as its sender"),
    "automatic": _l("a machine wrote it"),
    "bulk": _l("it went to many"),
    "bounce": _l("it is a delivery report"),
    "receipt": _l("it is a read receipt"),
    "complaint": _l("it is an abuse report"),
    "our_own_address": _l("it came from an address of ours"),
    "nobody_reads_there": _l("nobody reads mail at that address"),
    "older_than_a_day": _l("it is older than a day"),
    "matter_is_over": _l("the ticket is solved or closed"),
    "suppressed": _l("this address takes no mail"),
    "address_not_usable": _l("its address is not one that can be written to"),
    "enough_for_today": _l("this address has had enough automatic mail for today"),
}
OPENED = {
    "only_the_number": _l(
        "only the number in the subject points at the older ticket, and that can be guessed"
    ),
    "only_the_subject": _l("only the subject is the same, and the sender could not be verified"),
    "only_the_order": _l("only the order is the same, and the sender could not be verified"),
    "stranger": _l("the sender is not the buyer of the older ticket"),
    "sender_not_verified": _l("the sender could not be verified"),
    "closed_too_long_ago": _l("the older ticket was closed too long ago"),
    "reused_message_id": _l("it answers a message whose Message-ID several tickets have"),
    "only_the_thread": _l("only the sender's mail program says that it is the same conversation"),
    "only_the_sender": _l("only the sender is the same"),
    "forwarded": _l("a colleague passed it on"),
    "forwarded_of_nobody": _l("it was passed on, but whose mail it was cannot be found in it"),
    "notification_of_a_colleague": _l("it answers what a colleague was told, and is not from that colleague"),
    "colleague_not_verified": _l(
        "it answers what a colleague was told, and that the colleague wrote it could not be verified"
    ),
    "colleague_has_left": _l("it answers what a colleague was told who does not work here any more"),
    "not_by_a_person": _l("it answers what a colleague was told, and a person did not write it"),
}
