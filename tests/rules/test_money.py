import pytest

from helpdesk.rules.money import AmountError, Money, read

pytestmark = pytest.mark.money


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        ("128.50", "CNY", 12850),
        ("128.5", "CNY", 12850),
        (" 1,234.56 ", "USD", 123456),
        ("1500", "JPY", 1500),
        ("１２８．５０", "CNY", 12850),
        ("14,90", "EUR", 1490),
        ("12,5", "EUR", 1250),
        ("1.234,56", "EUR", 123456),
        ("1.234.567", "EUR", 123456700),
        ("1,234", "CNY", 123400),
        ("1,234.500", "KWD", 1234500),
    ],
)
def test_an_amount_becomes_minor_units(amount: str, currency: str, minor: int) -> None:
    assert read(amount, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    ("amount", "currency", "says"),
    [
        ("1.5", "JPY", "0 digits"),
        ("1.234", "CNY", "2 digits"),
        ("0.00", "CNY", "nothing"),
        ("-3", "CNY", "write it like"),
        ("1e3", "CNY", "write it like"),
        ("12,5,0", "EUR", "write it like"),
        ("0,123", "EUR", "write it like"),
        ("1,234", "KWD", "write it like"),  # a thousand, or one and a bit?
        ("9" * 10_000, "EUR", r"'9{24}…' is not an amount"),
        ("1", "XYZ", "not one of"),
    ],
)
def test_what_is_not_an_amount_is_refused_with_a_sentence(amount: str, currency: str, says: str) -> None:
    with pytest.raises(AmountError, match=says):
        read(amount, currency)


def test_money_is_written_with_the_digits_of_its_currency() -> None:
    assert [str(Money(12850, "CNY")), str(Money(5, "CNY")), str(Money(1500, "JPY"))] == [
        "128.50 CNY",
        "0.05 CNY",
        "1500 JPY",
    ]
