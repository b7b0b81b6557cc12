"""Message-IDs: reading them, and knowing ours again."""

import pytest

from mail.references import message_ids, mint, references, ticket_of

SECRET = b"s" * 32


@pytest.mark.parametrize(
    ("value", "ids"),
    [
        ("<a@x> <b@x>", ("a@x", "b@x")),
        ("<a@x>,<b@x><c@x>", ("a@x", "b@x", "c@x")),
        ("<a@x> <a@x>", ("a@x",)),
        ("<a@\r\n x>", ("a@x",)),
        ("Your message of Friday <a@x>", ("a@x",)),
        ("a@x b@x", ("a@x", "b@x")),
        ("<a@x> <cut-off@x", ("a@x", "cut-off@x")),
        ("<>", ()),
        ("", ()),
    ],
)
def test_ids_are_read(value: str, ids: tuple[str, ...]) -> None:
    assert message_ids(value) == ids


def test_the_newest_hundred_references_are_kept() -> None:
    found = references(" ".join(f"<{number}@x>" for number in range(300)), "<last@x>")
    assert len(found) == 100
    assert found[-2:] == ("299@x", "last@x")


def test_our_own_id_names_its_ticket() -> None:
    minted = mint(42, domain="shop.example", secret=SECRET)
    assert minted.endswith("@shop.example")
    assert ticket_of(minted, secret=SECRET) == 42
    assert ticket_of(f" <{minted.upper()}> ", secret=SECRET) == 42
    assert ticket_of(minted.replace("shop.example", "relay.example"), secret=SECRET) == 42


def test_two_ids_of_one_ticket_differ() -> None:
    assert mint(42, domain="x", secret=SECRET) != mint(42, domain="x", secret=SECRET)


def test_a_changed_or_foreign_id_names_no_ticket() -> None:
    minted = mint(42, domain="shop.example", secret=SECRET)
    assert ticket_of(minted.replace("hd.42.", "hd.43."), secret=SECRET) is None
    assert ticket_of(minted, secret=b"other") is None
    assert ticket_of("hd.42@shop.example", secret=SECRET) is None
    assert ticket_of("hd.٤٢.0000000000000000.0000000000000000@x", secret=SECRET) is None
    assert ticket_of("", secret=SECRET) is None
