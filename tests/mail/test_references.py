"""Message-IDs: reading them, and knowing ours again."""

import pytest

from mail.references import (
    Told,
    is_ours,
    message_ids,
    mint,
    references,
    reply_address,
    ticket_of,
    ticket_of_address,
    told_at,
    told_by,
)

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


def test_a_notification_names_ticket_and_agent_by_its_id_and_its_address() -> None:
    told = Told.new(42, 7)
    message_id = told.message_id(domain="shop.example", secret=SECRET)
    address = told.reply_address("support@shop.example", secret=SECRET)

    assert told_by(f"<{message_id.upper()}>", secret=SECRET) == told
    assert told_by(message_id.replace("shop.example", "relay.example"), secret=SECRET) == told
    assert told_at(address, secret=SECRET) == told
    assert len(address.partition("@")[0]) <= 64
    assert is_ours(message_id, secret=SECRET)


def test_no_token_of_a_buyer_is_one_of_staff_nor_the_other_way_round() -> None:
    told = Told.new(42, 7)
    message_id = told.message_id(domain="shop.example", secret=SECRET)
    address = told.reply_address("support@shop.example", secret=SECRET)
    buyers_id = mint(42, domain="shop.example", secret=SECRET)
    buyers_address = reply_address("support@shop.example", 42, secret=SECRET)

    assert told_by(buyers_id, secret=SECRET) is None
    assert told_at(buyers_address, secret=SECRET) is None
    assert ticket_of(message_id, secret=SECRET) is None
    assert ticket_of_address(address, secret=SECRET) is None
    assert told_by(address.partition("+")[2], secret=SECRET) is None  # the mac of one purpose in the other
    assert told_at(f"support+{message_id}", secret=SECRET) is None
    assert told_by(buyers_id.replace("hd.42.", "hn.42.7."), secret=SECRET) is None


@pytest.mark.parametrize(
    ("old", "new"), [("hn.42.", "hn.43."), (".7.", ".8."), (".7.", ".07."), ("hn.", "hd.")]
)
def test_a_changed_notification_names_nobody(old: str, new: str) -> None:
    message_id = Told.new(42, 7).message_id(domain="shop.example", secret=SECRET)
    assert told_by(message_id.replace(old, new, 1), secret=SECRET) is None
    assert told_by(message_id, secret=b"other") is None
