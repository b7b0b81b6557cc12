"""Every sentence with which we say why a message waits or did not go out, so that it can be translated.

They are made by workers, who know no reader, and stand in the rows of messages and mailboxes. What a server
said stays as it was said.
"""

from collections.abc import Mapping
from typing import Any

from helpdesk.web import refusals_said
from helpdesk.web.known_sentences import KnownSentences
from helpdesk.web.translate import _

N_ = str  # marks a sentence for the catalogues

REMOVED = KnownSentences((N_("%(name)s (removed %(number)s)"),))  # see actions/removal.py
KNOWN = KnownSentences(
    (
        # came in, not understood
        N_("these bytes are no mail: they have no header that anybody wrote"),
        N_("these bytes are no mail: they have no header"),  # older versions
        N_("the server lists this message and gives no bytes of it: look in the mailbox itself"),
        N_("the message is too large to be fetched: only its header was"),
        N_("the desk stopped %(count)s times while reading this message"),
        N_("blob %(digest)s is missing"),
        N_("blob %(digest)s is damaged"),
        N_("%(digest)s is not a SHA-256"),
        # went out, or did not
        N_("the mailbox was removed before this was sent"),
        N_("the sender stopped while handing it over"),
        N_("found in the Sent folder"),
        N_("The domain of %(address)s is not possible."),
        N_("The part before the @ is not ASCII, and our mail provider cannot send to such an address."),
        N_("%(address)s is not an e-mail address."),
        N_("The message has %(size)s MB, %(account)s takes %(limit)s MB: send smaller attachments."),
        N_("%(account)s took the message but did not confirm it: %(said)s."),
        N_("%(account)s answered %(code)s to the message: %(said)s."),
        N_("%(account)s put off %(step)s: %(said)s."),
        N_("%(account)s takes no more for now: %(said)s."),
        N_("%(account)s refused %(step)s: %(said)s."),
        # the server, or the way to it
        N_("%(account)s sends only from the address of its login %(login)s: %(said)s."),
        N_("%(account)s wants a login before it sends to others: %(said)s."),
        N_("%(account)s answered: %(said)s."),
        N_("%(account)s is busy: %(said)s."),
        N_("%(account)s has no such folder: %(said)s."),
        N_("There is no server of the name %(host)s: check the host."),
        N_("The name %(host)s could not be looked up: %(said)s."),
        N_("%(account)s did not answer within %(seconds)s seconds."),
        N_("Nothing answers at %(account)s: the server is down, or host or port are wrong."),
        N_("The connection to %(account)s broke: %(said)s."),
        N_(
            "The certificate of %(account)s cannot be verified (%(said)s). Check the host name; for a server "
            "with a certificate authority of its own, give the CA file."
        ),
        N_(
            "%(account)s does not speak TLS where it was expected: try another port, or %(other)s instead of "
            "%(tls)s."
        ),
        N_("%(account)s offers only versions of TLS that are no longer safe (%(said)s)."),
        N_("TLS with %(account)s broke: %(said)s."),
        N_("The CA file %(file)s cannot be read as PEM certificates: %(said)s"),
        N_("%(account)s refused the login of %(login)s: %(said)s. %(hint)s"),
        N_(
            "%(account)s did not take the sign-in of %(login)s: %(said)s. Was it made with this very "
            "account, and is IMAP, and SMTP with a login, switched on for it? Then sign in again."
        ),
        N_(
            "the stored password cannot be read with this HELPDESK_SECRET_KEY; bring the old key back or "
            "type the password again"
        ),
        N_(
            "this mailbox sends at most %(count)s messages within 24 hours: the next goes out at "
            "%(moment)s UTC"
        ),
        # what is filled in
        N_(
            "Use the authorisation code (授权码) here, not the password of the web mail, and see in the web "
            "mail's settings that IMAP and SMTP are switched on; the code dies when the password is changed."
        ),
        N_("Google wants OAuth or an app password (two-step verification on), not the account's password."),
        N_("Microsoft needs OAuth for this mailbox: it no longer takes passwords from programs."),
        N_("Check the user name (often the whole address) and the password."),
        N_("the sender address"),
        N_("the recipient"),
        N_("to take a message"),
        N_("the message"),
    )
)


def sentence(said: str) -> str:
    """Why a message waits, as the reader of the page reads it; as it is where we do not know it.

    A plan says of which kind the error was, then the sentence of the refusal.
    """
    kind, colon, refused = said.partition(": ")
    is_refusal = bool(colon) and kind.isidentifier() and kind.endswith("Error")
    known = refusals_said.KNOWN.found(refused) if is_refusal else KNOWN.found(said)
    if known is None:
        return said
    text, filled = known
    return _(text, **{name: sentence(value) for name, value in filled.items()})


def answer(facts: Mapping[str, Any]) -> str:
    """What the server, or we ourselves, said of a message; "?" when that was erased."""
    return sentence(str(facts.get("answer") or "?"))


def mailbox(name: str) -> str:
    """The name of a mailbox, which may have been removed."""
    known = REMOVED.found(name)
    return _(known[0], **known[1]) if known else name
