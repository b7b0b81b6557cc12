"""Orders in words: states, how sure a link is, what it rests on, and what an entry says of them."""

from collections.abc import Callable

from helpdesk.queries.entries import EntryView
from helpdesk.rules.claim_terms import LinkLevel, OrderState
from helpdesk.rules.linking import How
from helpdesk.web import reasons
from helpdesk.web.translate import _, _l

STATES = {
    OrderState.UNPAID: _l("not paid"),
    OrderState.PAID: _l("paid, not shipped"),
    OrderState.SHIPPED: _l("shipped"),
    OrderState.DELIVERED: _l("delivered"),
    OrderState.COMPLETED: _l("completed"),
    OrderState.CANCELED: _l("canceled"),
    OrderState.REFUNDED: _l("refunded in full"),
}
LEVELS = {
    LinkLevel.VERIFIED: _l("verified"),
    LinkLevel.WEAK: _l("not confirmed"),
    LinkLevel.SUGGESTED: _l("suggested"),
}
HOWS = {
    How.SENDER: _l("the sender is verified and on the order"),
    How.NUMBER: _l("only the number was named"),
    How.ONLY_ORDER: _l("the only order of this address in 90 days"),
    How.LINK: _l("confirmed by the link to the address on file"),
    How.PICKER: _l("chosen by the buyer, by a link to the address on file"),
    How.AGENT: _l("confirmed by a colleague"),
    How.FORM: _l("verified by form: name, telephone and number fit"),
}

ASK_IN_THE_CHAT = _l("Ask for a code through the chat of the platform.")


def how(word: str) -> str:
    """What a link rests on; a word of the future as it is."""
    return str(HOWS[How(word)]) if word in list(How) else word


def _number(entry: EntryView) -> str:
    return str(entry.facts.get("number", "?"))


def _linked(entry: EntryView, who: str) -> str:
    level = str(entry.facts.get("level", ""))
    said = {
        "who": who,
        "number": _number(entry),
        "level": str(LEVELS[LinkLevel(level)]) if level in list(LinkLevel) else level,
        "how": entry.facts.get("reason") or how(str(entry.facts.get("how", ""))),
    }
    if entry.actor.kind in ("agent", "buyer"):
        return _("%(who)s linked order %(number)s: %(level)s (%(how)s)", **said)
    return _("Linked with order %(number)s: %(level)s (%(how)s)", **said)


def _link_sent(entry: EntryView, who: str) -> str:
    if entry.facts.get("number"):
        return _("Automatic question to the address of order %(number)s", number=_number(entry))
    return _("Automatic question: which order is it about?")


def _not_sent(entry: EntryView, who: str) -> str:
    because = str(entry.facts.get("because", ""))
    return _(
        "The address of the order was not asked: %(because)s",
        because=reasons.NOT_ANSWERED.get(because, because),
    )


def _missed(entry: EntryView, who: str) -> str:
    tries, most = entry.facts.get("tries", 0), entry.facts.get("of", 0)
    said = _(
        "%(who)s typed name, telephone and number of an order, and they fit none (try %(tries)s of %(of)s)",
        who=who,
        tries=tries,
        of=most,
    )
    return said if tries < most else f"{said}. {ASK_IN_THE_CHAT}"


SAY: dict[str, Callable[[EntryView, str], str]] = {
    "order_linked": _linked,
    "order_unlinked": lambda entry, who: _(
        "%(who)s: it is not about order %(number)s", who=who, number=_number(entry)
    ),
    "order_denied": lambda entry, who: _(
        "Whoever reads the mail of order %(number)s says: that was not me", number=_number(entry)
    ),
    "order_form_missed": _missed,
    "order_link_sent": _link_sent,
    "order_link_not_sent": _not_sent,
    "order_words_sent": lambda entry, who: _("Automatic words: with whom we speak about an order"),
}
