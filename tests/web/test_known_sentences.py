"""A sentence that was filled in is found again, and never by a shorter one whose blanks would hold it."""

import pytest

from helpdesk.web import defects_said, gateways_said, refusals_said, troubles_said
from helpdesk.web.known_sentences import BLANK, KnownSentences

ROOMS = {
    "defects": defects_said.KNOWN,
    "gateways": gateways_said.KNOWN,
    "refusals": refusals_said.KNOWN,
    "removed": troubles_said.REMOVED,
    "troubles": troubles_said.KNOWN,
}
FILLINGS = ("7", "imap.shop.example:993", "A. NO (half) said: that. 说完了", "the message")


def filled(sentence: str, filling: str) -> str:
    return BLANK.sub(lambda blank: filling, sentence)


@pytest.mark.parametrize("room", ROOMS)
@pytest.mark.parametrize("filling", FILLINGS)
def test_no_sentence_stands_in_the_shadow_of_another(room: str, filling: str) -> None:
    known = ROOMS[room]
    lost = {
        sentence: known.found(filled(sentence, filling))
        for sentence in known.sentences
        if (known.found(filled(sentence, filling)) or ("",))[0] != sentence
    }
    assert lost == {}


@pytest.mark.parametrize("order", [1, -1])
def test_the_sentence_with_more_words_of_its_own_is_found_in_any_order(order: int) -> None:
    known = KnownSentences(("%(a)s refused %(b)s: %(said)s.", "%(a)s refused the login: %(said)s.")[::order])
    assert known.found("x refused the login: no.") == (
        "%(a)s refused the login: %(said)s.",
        {"a": "x", "said": "no"},
    )


def test_what_a_server_said_may_hold_full_stops() -> None:
    known = KnownSentences(("%(account)s refused: %(said)s. %(hint)s",))
    found = known.found("x refused: NO. Look at https://x. Check the password.")
    assert found is not None
    assert found[1] == {"account": "x", "said": "NO. Look at https://x", "hint": "Check the password."}
