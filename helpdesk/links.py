"""Signed links for buyers, and tokens for staff. Each names what it is for, so one cannot be used as another.

No GET behind a link changes anything (mail scanners click them all); the page's button posts.
"""

import secrets
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from itsdangerous import BadData, URLSafeSerializer

from helpdesk.desk import Desk


class Purpose(StrEnum):
    ARRIVAL = "arrival"  # "did the money arrive?", about one refund
    OFFER = "offer"  # what the shop proposes, about one offer
    ORDER = "order"  # "is this about your order?", by one one-time link
    ORDERS = "orders"  # "which of your orders?", by one one-time link
    RETURN = "return"  # "how did you send it?", about one return
    STOP = "stop"  # "no more surveys", by the one that it stood in
    SURVEY = "survey"  # "how was it?", about one survey


class Passing(StrEnum):
    """What a link that ends is for."""

    CLAIM = "claim"  # the claim form, about one ticket
    PROOF = "proof"  # "show that the order is yours", about one ticket
    REASON = "reason"  # choice of reason, about one claim
    EVIDENCE = "evidence"  # upload of evidence, about one claim
    STATUS = "status"  # how one claim stands

    @property
    def of_ticket(self) -> bool:
        """Whether its subject is a ticket, else a claim."""
        return self in (Passing.CLAIM, Passing.PROOF)


LASTS = {
    Passing.CLAIM: timedelta(days=30),
    Passing.PROOF: timedelta(days=30),
    Passing.REASON: timedelta(days=30),
    Passing.EVIDENCE: timedelta(days=90),
    Passing.STATUS: timedelta(days=180),
}


class BadLinkError(Exception):
    """Nobody here made this link."""


class ExpiredLinkError(BadLinkError):
    """We made it, and its time is over; `subject_id` is what it was about."""

    def __init__(self, subject_id: int) -> None:
        super().__init__("this link has expired")
        self.subject_id = subject_id


def url(desk: Desk, purpose: Purpose, subject_id: int) -> str:
    """The address of the public page about this refund or survey."""
    return f"{desk.base_url}/b/{purpose}/{_signer(desk, purpose).dumps(subject_id)}"


def read(desk: Desk, purpose: Purpose, token: str) -> int:
    """The id that was signed. Raises BadLinkError for anything else."""
    try:
        subject_id = _signer(desk, purpose).loads(token)
    except (BadData, UnicodeError) as error:
        raise BadLinkError(f"this is not a link of ours for {purpose}") from error
    if not isinstance(subject_id, int):
        raise BadLinkError("this link names nothing")
    return subject_id


def passing_url(desk: Desk, purpose: Passing, subject_id: int, *, at: datetime) -> str:
    """The address of a page that stays open for as long as LASTS says, from `at` on."""
    return f"{desk.base_url}/b/{purpose}/{passing_token(desk, purpose, subject_id, at=at)}"


def passing_token(desk: Desk, purpose: Passing, subject_id: int, *, at: datetime) -> str:
    """The last part of that address."""
    until = int((at + LASTS[purpose]).timestamp())
    return str(_signer(desk, purpose).dumps([subject_id, until]))


def read_passing(desk: Desk, purpose: Passing, token: str, *, at: datetime) -> int:
    """The id that was signed. Raises ExpiredLinkError, and BadLinkError for what is not of ours."""
    try:
        subject_id, until = _signer(desk, purpose).loads(token)
    except (BadData, UnicodeError, TypeError, ValueError) as error:
        raise BadLinkError(f"this is not a link of ours for {purpose}") from error
    if at >= datetime.fromtimestamp(until, UTC):
        raise ExpiredLinkError(int(subject_id))
    return int(subject_id)


def staff_token(desk: Desk, door: str) -> str:
    """A new secret for one door of the desk, signed: what we did not make is refused unread."""
    return str(_signer(desk, f"staff-{door}").dumps(secrets.token_urlsafe(32)))


def is_staff_token(desk: Desk, door: str, token: str) -> bool:
    """Whether we made it, for this door."""
    try:
        return bool(_signer(desk, f"staff-{door}").loads(token))
    except (BadData, UnicodeError):
        return False


def _signer(desk: Desk, purpose: str) -> URLSafeSerializer:
    return URLSafeSerializer(desk.secret, salt=f"helpdesk-link-{purpose}")
