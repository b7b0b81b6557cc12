"""Signed links for buyers. A link names what it is for, so one cannot be used as another.

No GET behind a link changes anything (mail scanners click them all); the page's button posts.
"""

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


class BadLinkError(Exception):
    """Nobody here made this link."""


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


def _signer(desk: Desk, purpose: Purpose) -> URLSafeSerializer:
    return URLSafeSerializer(desk.secret, salt=f"helpdesk-link-{purpose}")
