"""A province is the same province however an export writes it."""

import pytest

from helpdesk.rules.regions import code_of


@pytest.mark.parametrize(
    "said", ["CN-GD", "cn-gd", "GD", "广东", "广东省", "广东省深圳市", "Guangdong", "Guangdong Province"]
)
def test_guangdong_has_one_code_however_it_is_written(said: str) -> None:
    assert code_of("CN", said) == "CN-GD"


@pytest.mark.parametrize(
    ("country", "said", "code"),
    [
        ("CN", "内蒙古自治区", "CN-NM"),
        ("CN", "陕西省", "CN-SN"),
        ("CN", "山西省", "CN-SX"),
        ("US", "CA", "US-CA"),
        ("DE", "DE-BY", "DE-BY"),
    ],
)
def test_neighbours_are_not_mixed_up_and_other_countries_keep_their_own_codes(
    country: str, said: str, code: str
) -> None:
    assert code_of(country, said) == code


@pytest.mark.parametrize(("country", "said"), [("DE", "Bayern"), ("", "广东省"), ("CN", "火星"), ("US", "")])
def test_what_is_not_known_stays_as_it_was_written(country: str, said: str) -> None:
    assert code_of(country, said) == said
