"""What is noted of a gateway that gave no plain answer: our own sentences, for the catalogues.

What a gateway itself says stays in its own words.
"""

from helpdesk.web.known_sentences import KnownSentences
from helpdesk.web.translate import _

N_ = str  # marks a sentence for the catalogues

SENTENCES = (
    N_("%(gateway)s is not set up on this desk any more"),
    N_("the process that handed it over ended before there was an answer"),
    N_("no answer that can be read (%(kind)s)"),
    N_("an answer that is not signed: %(said)s"),
    N_("an answer that is not signed (%(status)s): %(said)s"),
    N_("an answer about another refund"),
    N_("the request was lost"),
    N_("the answer was lost"),
    N_("this key belongs to another refund"),
    N_("sent back by the buyer's bank"),
    N_("the payment has %(count)s refunds and more: not all were looked through"),
    N_("Stripe wants fewer questions"),
    N_("Stripe does not accept HELPDESK_STRIPE_KEY for this"),
    N_("WeChat Pay answered %(status)s"),
    N_("to be paid by hand, with the remark %(key)s"),
    N_("told by %(source)s"),
)
KNOWN = KnownSentences(SENTENCES)


def said(words: str) -> str:
    """Ours in the reader's language; those of a gateway as they are."""
    known = KNOWN.found(words)
    return _(known[0], **known[1]) if known is not None else words
