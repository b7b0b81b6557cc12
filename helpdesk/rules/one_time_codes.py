"""Codes of an authenticator app (RFC 6238): six digits that change every 30 seconds, and codes on paper."""

import hmac
import re
from datetime import datetime

import pyotp

STEP = 30  # seconds
SKEW = 1  # steps that a phone's clock may be before or behind ours
DIGITS = re.compile(r"[0-9]{6}")
ON_PAPER = re.compile(r"[a-hj-km-np-z2-9]{10}")
PAPER_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that looks like another


def step_of(secret: str, code: str, *, at: datetime) -> int | None:
    """The step whose code this is, of those that may be now; None for a wrong one. Constant in time."""
    now = int(at.timestamp()) // STEP
    app = pyotp.TOTP(secret)
    right = [
        step
        for step in range(now - SKEW, now + SKEW + 1)
        if hmac.compare_digest(app.generate_otp(step).encode(), code.encode())
    ]
    return right[-1] if right else None


def address(secret: str, *, email: str, shop: str) -> str:
    """What the QR code says: an otpauth: address, as apps read it."""
    return str(pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=shop))


def plain(typed: str) -> str:
    """A code without the spaces and hyphens that people type."""
    return re.sub(r"[\s-]", "", typed[:64]).lower()


def spaced(secret: str) -> str:
    """In groups of four, to be read off a page."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
