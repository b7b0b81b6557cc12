"""What a list of corrected mails teaches."""

from helpdesk import phrasebooks
from helpdesk.rules.folding import fold
from helpdesk.rules.phrases import phrase, places
from helpdesk.rules.reason_lessons import Confusion, Sample, learn

BOOK = phrasebooks.shipped()


def sample(text: str, decided: str, suggested: str = "") -> Sample:
    return Sample(text=text, suggested=suggested, decided=decided)


HUMS = [
    "The speaker hums all night.",
    "My new amplifier: the speaker hums when I turn it up",
    "Lovely, but the speaker hums. Please help.",
]
OTHERS = ["The speaker is lovely", "When do you send the speaker?", "Please help, where is it"]


def test_coverage_agreement_and_confusions_are_counted() -> None:
    found = learn(
        [
            sample("a", "damaged", "damaged"),
            sample("b", "damaged", "defective"),
            sample("c", "damaged", "defective"),
            sample("d", "missing"),
        ],
        BOOK,
    )
    assert (found.mails, found.spoke, found.agreed) == (4, 3, 1)
    assert found.coverage == 0.75
    assert round(found.agreement, 2) == 0.33
    assert found.confusions == (Confusion(suggested="defective", decided="damaged", mails=2),)


def test_no_mail_teaches_nothing() -> None:
    found = learn([], BOOK)
    assert (found.coverage, found.agreement, found.candidates) == (0.0, 0.0, ())


def test_words_that_missed_mails_share_are_a_candidate() -> None:
    found = learn(
        [sample(text, "defective") for text in HUMS] + [sample(text, "other") for text in OTHERS], BOOK
    )
    (candidate,) = (each for each in found.candidates if "hums" in each.phrase)
    assert candidate.phrase == "the speaker hums"
    assert (candidate.reason, candidate.mails, candidate.elsewhere) == ("defective", 3, 0)


def test_a_candidate_can_be_put_into_a_rule_as_it_is() -> None:
    texts = ["这个台灯一直频闪看着难受", "台灯一直频闪，想换", "晚上台灯一直频闪啊"]
    found = learn([sample(text, "defective") for text in texts], BOOK)
    (first, *_) = found.candidates
    assert first.phrase in "台灯一直频闪"
    assert all(any(places(phrase(first.phrase), fold(text))) for text in texts)


def test_what_the_rules_know_already_is_no_candidate() -> None:
    texts = ["it stopped working today", "it stopped working again", "it stopped working, why"]
    found = learn([sample(text, "defective") for text in texts], BOOK)
    assert not [each for each in found.candidates if "stopped working" in each.phrase]


def test_words_of_every_reason_are_no_candidate() -> None:
    texts = [f"dear shop number {n}" for n in "abcdef"]
    found = learn([sample(text, code) for text in texts for code in ("defective", "missing")], BOOK)
    assert found.candidates == ()


def test_twice_is_not_often() -> None:
    assert learn([sample(text, "defective") for text in HUMS[:2]], BOOK).candidates == ()
