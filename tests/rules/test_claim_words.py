"""Every word of a claim is said in both languages."""

from collections.abc import Iterable, Mapping

import pytest

from helpdesk.letters import claim_words
from helpdesk.letters.claim_words import Said, say
from helpdesk.rules import claim_terms
from helpdesk.rules.phrasebook_reading import FLAGS


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        (claim_terms.REASONS, claim_words.REASONS),
        (claim_terms.REASONS, claim_words.REASONS_SHORT),
        (claim_terms.Wish, claim_words.WISHES),
        (claim_terms.Condition, claim_words.CONDITIONS),
        (claim_terms.EvidenceKind, claim_words.EVIDENCE),
        (claim_terms.Remedy, claim_words.REMEDIES),
        (claim_terms.Fault, claim_words.FAULTS),
        (claim_terms.OrderState, claim_words.ORDER_STATES),
        (claim_terms.LinkLevel, claim_words.LINK_LEVELS),
        (FLAGS, claim_words.FLAGS),
    ],
)
def test_every_code_has_words_in_both_languages(codes: Iterable[str], words: Mapping[str, Said]) -> None:
    assert set(codes) == set(words)
    for said in words.values():
        assert any("\u4e00" <= each <= "\u9fff" for each in said.zh)
        assert said.en.isascii()


def test_a_code_of_a_newer_release_is_shown_as_it_is() -> None:
    assert say(claim_words.REASONS, "eaten_by_dog", "zh-CN") == "eaten by dog"
