"""Mailbox passwords at rest: readable with the one key, useless without it."""

import pytest

from helpdesk.vault import SealedError, seal, unseal

pytestmark = pytest.mark.trust
SECRET, OTHER = b"the secret key of this shop, 32 long", b"the secret key of another shop, 32 long"


@pytest.mark.parametrize("password", ["secret", "", "授权码 ünïcode", "x" * 5000])
def test_the_right_key_opens_it(password: str) -> None:
    assert unseal(SECRET, seal(SECRET, password)) == password


def test_another_key_says_what_to_do() -> None:
    with pytest.raises(SealedError, match="bring the old key back or type the password again"):
        unseal(OTHER, seal(SECRET, "secret"))


def test_the_password_does_not_show_through() -> None:
    first, second = seal(SECRET, "secret"), seal(SECRET, "secret")

    assert b"secret" not in first
    assert first != second, "equal passwords must not look equal"


@pytest.mark.parametrize("sealed", [b"", b"secret", b"\xff\x00", b"gAAAAA=="])
def test_what_was_never_sealed_is_refused(sealed: bytes) -> None:
    with pytest.raises(SealedError):
        unseal(SECRET, sealed)


@pytest.mark.parametrize("place", [0, 10, 40, -1])
def test_one_changed_byte_is_noticed(place: int) -> None:
    sealed = bytearray(seal(SECRET, "secret"))
    sealed[place] = ord("A") if sealed[place] != ord("A") else ord("B")

    with pytest.raises(SealedError):
        unseal(SECRET, bytes(sealed[:-1]) if place == -1 else bytes(sealed))
