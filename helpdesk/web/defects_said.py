"""Every sentence with which `mail` says what was odd about a message, so that it can be translated."""

from helpdesk.web.known_sentences import KnownSentences
from helpdesk.web.translate import _

N_ = str  # marks a sentence for the catalogues

KNOWN = KnownSentences(
    (
        N_("the message is signed in a form that cannot be opened; it stands in the raw message"),
        N_("the message is encrypted and cannot be read here; it stands in the raw message"),
        N_("winmail.dat is damaged; what could be read of it was unpacked"),
        N_("the words of this message stand in winmail.dat, in a form that is not read here"),
        N_("the charset %(label)s is unknown, read as %(used)s"),
        N_("the charset %(label)s does not fit, read as %(used)s"),
        N_("this is piece %(number)s of %(total)s of a message sent in pieces; it is not joined"),
        N_("the message points to content that lies elsewhere; it is not fetched"),
        N_("the HTML is longer than 2 MB; text was taken from the beginning of it"),
        N_("the HTML is too complex to lay out; its tags were only taken off"),
        N_("the transfer encoding %(name)s is unknown, the part is left as it came"),
        N_("the headers are longer than %(size)s kB; the rest was not read"),
        N_("a header is longer than %(size)s kB; the rest of it was not read"),
        N_("parts are nested deeper than %(count)s; the inner ones stand in the raw message only"),
        N_("a multipart without parts was read as text"),
        N_("more than %(count)s parts; the rest stand in the raw message only"),
        N_("a part says base64 and is plain; it is left as it came"),
        N_("a header line was broken in the middle and was joined again"),
        N_("the blank line between headers and text is missing"),
        N_("nobody is named as the sender"),
        N_("a header holds more than %(count)s encoded words; the rest is shown raw"),
        N_("more than %(count)s references; only the last ones were read"),
        N_("the text is longer than 256 kB; a quote further down was not looked for"),
        N_("the date %(date)s cannot be used"),
        N_("the date lies %(days)s days before the mail was received"),
        N_("the date lies %(days)s days after the mail was received"),
        N_("%(header)s names %(count)s addresses or more; the rest were not read"),
        N_("some lines are not in %(label)s, they were read as %(used)s"),
        N_("From names one address in a form that is not valid"),
        N_("From names several people"),
        N_("From names nobody; the sender is taken from %(header)s"),
    )
)


def sentence(defect: str) -> str:
    """A defect as the reader of the page reads it."""
    known = KNOWN.found(defect)
    said = _(known[0], **known[1]) if known else defect
    return said[:1].upper() + said[1:]
