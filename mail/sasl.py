"""XOAUTH2, the SASL mechanism by which Google and Microsoft take an access token, on IMAP and SMTP alike."""

import base64
import binascii
import json

from mail.accounts import ServerAccount
from mail.errors import AccountError


def xoauth2(username: str, access_token: str) -> str:
    """The one answer of the client, before base64."""
    return f"user={username}\x01auth=Bearer {access_token}\x01\x01"


def token_refused(account: ServerAccount, said: str, challenge: bytes = b"") -> AccountError:
    """The error for a token that a server did not take; `challenge` is its JSON, in base64 or plain."""
    status = _status(challenge)
    words = f"{said} ({status})" if status else said
    return AccountError(
        f"{account.host} did not take the sign-in of {account.username}: {words}. Was it made with this very "
        "account, and is IMAP, and SMTP with a login, switched on for it? Then sign in again.",
        part="oauth",
    )


def _status(challenge: bytes) -> str:
    """The "status" of {"status":"400","schemes":"Bearer"}; Dovecot says "invalid_token" there."""
    try:
        decoded = challenge if challenge.startswith(b"{") else base64.b64decode(challenge, validate=True)
        answer = json.loads(decoded)
    except (binascii.Error, ValueError):
        return ""
    return str(answer.get("status", ""))[:60] if isinstance(answer, dict) else ""
