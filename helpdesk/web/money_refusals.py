"""Why money is not noted or taken, and what a line of a statement comes to: for the catalogues."""

N_ = str  # marks a sentence for the catalogues

SENTENCES = (
    # what is left
    N_("this order was paid in %(known)s, so nothing goes back in %(currency)s"),
    N_(
        "%(wanted)s is more than is left of %(payment)s: %(paid)s paid − %(refunded)s refunded"
        " − %(promised)s promised = %(left)s"
    ),
    N_(
        "%(wanted)s is more than is left of claim %(claim)s:"
        " %(goods)s goods + %(delivery)s delivery = %(left)s"
    ),
    # money that a person pays by hand
    N_("all money is stopped: a lead has to let it move again first"),
    N_("nobody has taken this refund to pay it by hand"),
    N_("%(name)s has taken this to pay it by hand: ask first, or a lead puts it back"),
    N_(
        "%(gateway)s was told to pay %(key)s already: pay nothing by hand; what you have paid"
        " as well, have it sent back, or cancel it there"
    ),
    N_("a statement shows that this was paid: note how it came back, if it did"),
    # money that no gateway answers for
    N_("only what a gateway still has can be ended so: look again"),
    N_("a gateway has this: only a lead may say that nothing was paid"),
    N_("the gateway may be paying this at this moment: wait an hour, and look again"),
    N_("say how you know that nothing was paid"),
    # money that nobody here asked for
    N_("a lead has taken this as external: only a lead takes it back"),
    N_("only a lead takes money that nobody here asked for"),
    N_("this tells of no money that left: put it away, or note the refund by hand"),
    N_("link the order first: the money comes off its payment"),
    N_("payment %(payment)s is none of this ticket's orders: they have %(known)s"),
    N_("somebody has seen to this already"),
    N_("there is no such line"),
    # lines of statements
    N_("nobody here has asked for this"),
    N_("this may be any of %(keys)s"),
    N_("%(key)s is %(amount)s, the line says %(other)s"),
    N_(
        "%(key)s is %(state)s here: no money should have left; if it did, put this away and"
        " note it on the ticket as paid by hand"
    ),
    N_("%(key)s was paid by %(reference)s already: was it paid a second time?"),
    N_("%(key)s is being sent at this moment"),
    N_("another refund is noted with the reference %(reference)s already"),
    # files of statements
    N_("choose the file of the statement"),
    N_("this is larger than 10 MB: use `helpdesk reconcile`"),
    N_("this has no line of headings with %(wanted)s: is it another kind of statement?"),
    N_("this is a workbook of Excel: export it as CSV, best as CSV UTF-8"),
    N_("this is neither UTF-8 nor GB18030: export it as CSV UTF-8"),
    N_("line %(line)s: %(said)s; is a quotation mark missing?"),
    N_(
        "%(field)s is %(cell)s: Excel has rounded the number and its digits are lost;"
        " export the file again and import it without opening it in Excel"
    ),
    N_("%(cell)s has no time zone: name it in the map"),
    N_("%(cell)s is no date in the forms of the map"),
)
