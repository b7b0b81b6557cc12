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
        N_("there is no mailbox yet by which it could be sent"),
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
        # signing in
        N_("%(account)s does not offer STARTTLS: choose tls, or another port."),
        N_("%(account)s does not offer XOAUTH2: %(hint)s."),
        N_("%(account)s offers no login here: %(hint)s."),
        N_("%(account)s takes no password without TLS: choose starttls or tls."),
        N_("%(host)s takes no passwords from programs: this mailbox needs OAuth."),
        N_("The user name holds a line break or another invisible character."),
        N_("User name or password hold a line break or another invisible character."),
        # tokens of Google and Microsoft
        N_("Nobody has signed in to this mailbox yet: do so on its page."),
        N_("Another worker is asking for a new token, and takes long."),
        N_("%(name)s no longer honours the sign-in of this mailbox (%(said)s): sign in again."),
        N_(
            "%(name)s does not accept the client ID or its secret (%(said)s): compare them with the "
            "registration; a secret may have expired."
        ),
        N_("The sign-in was declined at %(name)s (%(said)s): sign in again and agree."),
        N_(
            "%(name)s refuses this kind of sign-in (%(said)s): look at the redirect address and the "
            "permissions of the registration."
        ),
        N_(
            "%(name)s gave no refresh token, so the sign-in would end within the hour: sign in again, and "
            "grant offline access."
        ),
        N_("%(name)s answered without an access token."),
        N_("%(name)s answered %(status)s to the request for a token."),
        N_("%(name)s could not be asked for a token: %(error)s at %(host)s."),
        N_("%(name)s gives no token just now: %(said)s."),
        N_("%(name)s gave an answer that cannot be read: %(said)s"),
        N_("The certificate of %(host)s cannot be verified: %(said)s."),
        N_("%(name)s gives a command line no tokens for mail: sign in on the settings page."),
        N_("%(name)s answered without a code."),
        N_("The code has expired before anybody agreed: begin anew."),
        # folders, and the way of a test mail into one
        N_("There is no folder %(folder)s in this mailbox. There are: %(names)s."),
        N_("%(account)s will not open the folder %(folder)s just now: %(said)s."),
        N_("%(account)s gives the folder %(folder)s no UIDVALIDITY."),
        N_("%(account)s refuses to hand out its messages."),
        N_(
            "The mail arrived, but in the folder %(folder)s: the provider takes mail from this address for "
            "spam. Mark it there as no spam, and let the desk read that folder too."
        ),
        N_(
            "The mail was taken by the sending server but did not come into the folder %(folder)s within "
            "%(seconds)s seconds. Does the address belong to this mailbox, and does no filter move its mail?"
        ),
        # what is filled in
        N_("the login"),
        N_("choose starttls or tls"),
        N_("use a password here"),
        N_("leave the user name empty"),
        N_(
            "Use the authorisation code (授权码) here, not the password of the web mail, and see in the web "
            "mail's settings that IMAP and SMTP are switched on; the code dies when the password is changed."
        ),
        N_(
            "This provider wants an app password here, made in the account's settings, not the account's "
            "password."
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
