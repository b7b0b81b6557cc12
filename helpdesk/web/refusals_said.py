"""Every sentence with which an action refuses, so that it can be translated; a test compares the two.

`%(name)s` stands for what the action filled in.
"""

from helpdesk.web.known_sentences import KnownSentences

N_ = str  # marks a sentence for the catalogues

SENTENCES = (
    # tickets
    N_("there is no ticket %(number)s"),
    N_("say on whom the ticket waits"),
    N_("this colleague does not work here any more"),
    N_("the conversation has moved on: read what came in, then send again"),
    N_("a %(before)s ticket cannot become %(after)s"),
    N_("this ticket was merged into %(number)s: go on there"),
    N_("this ticket stands on its own"),
    N_("nothing stops automatic mail to this address"),
    N_("this ticket is marked as spam: take the mark away first"),
    N_("a ticket cannot be merged into itself"),
    N_("one of these tickets has just been merged: look again"),
    N_("one of these tickets is marked as spam: take the mark away first"),
    N_("%(number)s is not the number of a ticket"),
    N_("#%(number)s is of %(buyer)s, #%(into)s of another buyer: answers go to %(reader)s only"),
    # what goes out
    N_("there is no such message on this ticket"),
    N_("write something first"),
    N_("this is longer than %(count)s characters: send it as a file"),
    N_("these files are more than 20 MB together: mail servers refuse that"),
    N_("your words could not be told from the quoted ones: answer above them"),
    N_("the buyer has no address that can be written to"),
    N_("the mailbox of this ticket was removed: nothing can be sent from it"),
    N_("the mailbox of this message was removed: write your answer anew"),
    N_("too late: the message is already on its way"),
    N_("automatic mail is never sent a second time"),
    N_("this message has been settled already"),
    N_("this mail is not planned any more"),
    N_("there is no such plan"),
    # what came in
    N_("this message is neither parked nor ignored any more"),
    N_("this message is not parked any more"),
    N_("say why nothing more is to be done"),
    N_("this is a copy of a message that is in a conversation already"),
    N_("there is no such message"),
    N_("the server never gave us the bytes of this message: look in the mailbox itself"),
    N_("there is no received mail behind this entry"),
    N_("there is no such file"),
    # money
    N_("%(currency)s is not one of the currencies of ISO 4217"),
    N_("%(currency)s and %(other)s cannot be added"),
    N_("%(amount)s is not an amount: write it like 128.50"),
    N_("%(currency)s has %(digits)s digits after the point, %(amount)s has %(given)s"),
    N_("an amount of nothing is no refund"),
    N_("%(method)s is not a way to pay"),
    N_("give the reference of the payment, so that it can be traced"),
    N_("a refund by %(method)s with the reference %(reference)s is noted already"),
    N_("there is no such refund"),
    N_("a refund that is %(before)s cannot become %(after)s"),
    # surveys
    N_("there is no such survey"),
    N_("choose one of the five"),
    N_("this survey has ended"),
    N_("this survey has been answered already; thank you"),
    # people
    N_("%(email)s is not an address"),
    N_("a name is needed: buyers see it under replies"),
    N_("%(email)s works here already"),
    N_("this is the last owner: make somebody else an owner first"),
    N_("a password has at least %(count)s characters"),
    N_("this is not your present password"),
    N_("there is no such colleague"),
    N_("choose a role"),
    # mailboxes
    N_("there is no such mailbox"),
    N_("there is no mailbox called %(name)s"),
    N_("say whose mail this is: --mailbox %(known)s"),
    N_("there is a mailbox called %(name)s already"),
    N_("the mailbox %(name)s reads %(address)s already: pause or remove it first"),
    N_("at most %(count)s characters fit here"),
    N_("the server has changed: type the password again"),
    N_("give the mailbox a name"),
    N_("the %(part)s server is missing"),
    N_("%(port)s is not a port"),
    N_("%(tls)s is not one of none, starttls, tls"),
    N_("at most %(count)s folders with short names"),
    N_("%(limit)s is not a limit: a whole number up to %(most)s"),
    N_("the password is missing"),
    N_("%(provider)s is neither google nor microsoft"),
    N_("the client ID of the registration is missing"),
    N_("%(authority)s is not an https address"),
    N_("this mailbox is not opened with a sign-in at Google or Microsoft"),
    N_("this sign-in was not begun here, or too long ago: begin it anew"),
    N_("this sign-in was begun by somebody else: begin it anew"),
    N_("the server has changed: save, then sign in again"),
    N_("a sign-in can be tested when it has been made: add the mailbox first"),
    N_("%(since)s is neither now, all nor a date like 2026-01-31"),
)

KNOWN = KnownSentences(SENTENCES)
