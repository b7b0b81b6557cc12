"""Folded words, the notation of phrases, and what takes a phrase back."""

import time
from collections.abc import Callable

import pytest

from helpdesk import phrasebooks
from helpdesk.rules.folding import LONGEST, fold
from helpdesk.rules.phrasebook import Book, Rule, span
from helpdesk.rules.phrasebook_reading import read
from helpdesk.rules.phrases import PhraseError, phrase, places
from helpdesk.rules.wishes import hints


def stands(written: str, text: str) -> bool:
    return any(places(phrase(written), fold(text)))


def rule(**changes: str) -> Rule:
    """`phrases='["x"]'` and the like, as TOML."""
    lines = {"reason": '"damaged"', "phrases": '["broken"]', "yes": '["broken"]', "no": '["whole"]'} | changes
    found = read("own.toml", "[[rule]]\n" + "\n".join(f"{key} = {value}" for key, value in lines.items()))
    assert not found.faults
    return found.rules[0]


def speaks(made: Rule, text: str) -> bool:
    return bool(Book([made]).matches(fold(text)))


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("箱子压扁", "箱子壓扁了"),
        ("dont fit", "They DON’T fit"),
        ("no reaction", "ｎｏ　ｒｅａｃｔｉｏｎ"),
        ("没有收到", "没有\n收到"),
        ("mix up", "a mix-up"),
        ("充不进电 so sad", "充不进电so sad"),
        ("坏了(，|。)", "又坏了"),
    ],
)
def test_spelling_does_not_hide_a_phrase(written: str, text: str) -> None:
    assert stands(written, text)


def test_a_place_in_the_folded_words_leads_back_to_the_text() -> None:
    text = "１件。 İt’s  BROKEN — 箱子壓扁了!"
    (found,) = places(phrase("broken 箱子压扁"), fold(text))
    shown = span(fold(text), found)
    assert text[shown.start : shown.end] == shown.words == "BROKEN — 箱子壓扁"


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("(came|arrived) (all|) broken", "it came broken"),
        ("(came|arrived) (all|) broken", "it arrived all broken"),
        ("box ... crushed", "The box, as I saw at once, was crushed"),
        ("box...crushed", "box crushed"),
        ("counterfeit*", "obvious counterfeits"),
    ],
)
def test_brackets_gaps_and_open_endings(written: str, text: str) -> None:
    assert stands(written, text)


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("broke", "broken"),
        ("came broken", "came all broken"),
        ("box ... crushed", "I have the box. He is crushed"),
        ("box ... crushed", "box a b c d e f g h i crushed"),
        ("没收到", "没，收到了"),
    ],
)
def test_other_words_do_not_count(written: str, text: str) -> None:
    assert not stands(written, text)


@pytest.mark.parametrize(
    "written", ["", "(a|b", "a|b", "((a))", "... a", "a ...", "(a|) b", "cr*ck", "boot(s|)", "¥"]
)
def test_what_is_no_phrase_is_refused(written: str) -> None:
    with pytest.raises(PhraseError):
        phrase(written)


@pytest.mark.parametrize(
    "text", ["not broken", "not at all broken", "It was neither. No, not broken at all", "if it is broken"]
)
def test_a_negation_before_it_takes_a_phrase_back(text: str) -> None:
    assert not speaks(rule(unless_before='["not ...", "if ..."]'), text)


@pytest.mark.parametrize(
    "text", ["I am not happy, broken", "It was not. Broken", "not what I say it is broken"]
)
def test_a_negation_of_another_clause_does_not(text: str) -> None:
    assert speaks(rule(unless_before='["not ..."]'), text)


def test_a_negation_in_the_gap_takes_it_back() -> None:
    quality = rule(phrases='["质量...问题"]', unless_before='["没有"]', yes='["质量有问题"]', no='["好"]')
    assert speaks(quality, "质量真的有问题")
    assert not speaks(quality, "质量没有问题")


def test_words_behind_it_can_give_it_another_meaning() -> None:
    waits = rule(phrases='["没收到"]', unless_after='["... 退款"]', yes='["没收到"]', no='["好"]')
    assert speaks(waits, "没收到货")
    assert not speaks(waits, "没收到你们退款")


def test_the_longer_phrase_is_meant() -> None:
    short, longer = rule(phrases='["wrong size"]'), rule(phrases='["wrong size chart"]')
    assert [match.rule for match in Book([short, longer]).matches(fold("a wrong size chart"))] == [longer]


FLOODS: dict[str, Callable[[int], str]] = {
    "one phrase": lambda n: "没收到" * n,
    "negations": lambda n: "not broken " * n,
    "beginnings": lambda n: "i ordered but " * n,
    "gaps": lambda n: "box a b c d e f " * n,
    "all phrases": lambda n: EVERYTHING * (n // 200),
    "figures": lambda n: "1,000." * n,
    "prices": lambda n: "half of the " * n,
    "signs": lambda n: ".,' \n\n" * n,
    "one word": lambda n: "a" * 5 * n,
}
EVERYTHING = "".join(sentence for rule in phrasebooks.shipped().rules for sentence in rule.yes)


@pytest.mark.trust
@pytest.mark.parametrize("flood", FLOODS)
def test_a_flood_of_words_costs_no_more_than_its_length(flood: str) -> None:
    """Four times the words cost about four times the work; and what is longer than LONGEST costs nothing."""
    small, large = FLOODS[flood](400)[: LONGEST // 4], FLOODS[flood](20_000)[:100_000]
    assert cost(large[:LONGEST]) < 10 * max(cost(small), 0.004)
    assert cost(large) < 3 * max(cost(large[:LONGEST]), 0.004)


def cost(text: str) -> float:
    rounds = []
    for _ in range(3):
        started = time.process_time()
        hints(text, phrasebooks.shipped())
        rounds.append(time.process_time() - started)
    return min(rounds)
