"""Mailbox passwords at rest: Fernet (AES-128-CBC with HMAC), its key derived from the secret key.

Whoever takes the database without the secret key has no password.
"""

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class SealedError(Exception):
    """The secret key is not the one that this password was sealed with."""


def seal(secret: bytes, password: str) -> bytes:
    return _fernet(secret).encrypt(password.encode())


def unseal(secret: bytes, sealed: bytes) -> str:
    """The password again. Raises SealedError when the key does not fit."""
    try:
        return _fernet(secret).decrypt(sealed).decode()
    except InvalidToken as error:
        raise SealedError(
            "the stored password cannot be read with this HELPDESK_SECRET_KEY; "
            "bring the old key back or type the password again"
        ) from error


def _fernet(secret: bytes) -> Fernet:
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"helpdesk mailbox passwords").derive(secret)
    return Fernet(base64.urlsafe_b64encode(key))
