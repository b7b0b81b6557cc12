"""Thanks alone, and thanks with a wish."""

import pytest

from helpdesk.rules.thanks import says_only_thanks


@pytest.mark.parametrize(
    "words",
    [
        "谢谢",
        "收到了谢谢",
        "收到了，谢谢！",
        "好的 谢谢🙏",
        "謝謝您",
        "太感谢了",
        "多谢客服，辛苦了",
        "谢谢\n\n发自我的iPhone",
        "thanks a lot",
        "ok thank you",
        "OK, thank you so much!!! 😊",
        "Thank you, the money is on my account.",
        "The money is on my account now, thank you.",
        "钱到账了，谢谢！",
        "退款已经收到了，谢谢。",
        "Thanks again for your help.\n\nBest regards",
        "Thanks.\nSent from my iPhone",
    ],
)
def test_thanks_alone_wants_nothing(words: str) -> None:
    assert says_only_thanks(words, files=0)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "好的",
        "ok",
        "谢谢，还没收到",
        "谢谢，什么时候到账",
        "麻烦退款，谢谢",
        "请回复，谢谢",
        "谢谢 2",
        "thanks?",
        "thanks but the money is not here",
        "yes, thank you",
        "no thank you",
        "thanks for nothing",
        "Thanks, Wang",
        "谢谢，请退款",
        "Thanks, the money arrived but 5 euros are missing",
    ],
)
def test_one_word_more_is_a_person_who_wants_something(words: str) -> None:
    assert not says_only_thanks(words, files=0)


def test_a_file_says_more_than_thanks() -> None:
    assert not says_only_thanks("谢谢", files=1)


def test_long_words_are_not_read_to_the_end() -> None:
    assert not says_only_thanks("谢谢" * 100_000, files=0)
