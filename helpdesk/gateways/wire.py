"""What all adapters do alike with what comes over a line: cut it, date it, and doubt it."""

import logging
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from helpdesk.rules.paying import Answer, Outcome, SignatureError

log = logging.getLogger(__name__)

PATIENCE = (10.0, 30.0)  # seconds to be connected, and to wait for each piece of an answer
TOLERANCE = timedelta(minutes=5)  # between the time on a notice and ours; both directions
LONGEST_SAID = 500  # characters, as in `Answer.said`
LONGEST_REF = 120  # characters of a reference, a trace or the number of a notice


def unknown(said: str, *, again_after: timedelta | None = None) -> Answer:
    """No answer, or none that can be read: neither a yes nor a no."""
    return Answer(outcome=Outcome.UNKNOWN, said=cut(said), again_after=again_after)


def failed(said: str) -> Answer:
    return Answer(outcome=Outcome.FAILED, said=cut(said))


def about_another(key: str) -> Answer:
    """Under our key the gateway has another sum, or another payment: another desk has used the key, or this
    one before a backup was put back. That refund is not this one, and this one cannot be asked for.
    """
    return unknown(f"the gateway has another refund under {key}: a lead has to end this one")


def no_answer(gateway: str, error: Exception) -> Answer:
    """For whatever went wrong between the two. Only its kind is told: its words may quote a key."""
    log.warning("%s gave no answer that can be read: %s", gateway, type(error).__name__)
    return unknown(f"no answer that can be read ({type(error).__name__})")


def cut(said: str) -> str:
    """Words of a gateway, as they are kept."""
    return _kept(said, LONGEST_SAID)


def reference(told: object) -> str:
    """A number of a gateway's, "" for none, as it is kept."""
    return _kept("" if told is None else str(told), LONGEST_REF)


def _kept(told: str, longest: int) -> str:
    """One line that every database takes: no NUL in it, and no half of a surrogate pair."""
    line = " ".join(told.replace("\0", " ").split())
    return line.encode("utf-8", "replace").decode()[:longest]


def code_and_words(*parts: object) -> str:
    """ "NOT_ENOUGH", "余额不足" to "NOT_ENOUGH: 余额不足"; what is missing is left out."""
    return cut(": ".join(str(part) for part in parts if part))


def headers_of(headers: Mapping[str, str]) -> dict[str, str]:
    """By their names in small letters, however the web server spells them."""
    return {name.lower(): value for name, value in headers.items()}


def check_fresh(seconds: str, at: datetime) -> None:
    """Raise SignatureError unless these seconds since 1970 are about now."""
    try:
        signed_at = datetime.fromtimestamp(int(seconds), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise SignatureError("the notice has no time that can be read") from error
    if abs(at - signed_at) > TOLERANCE:
        raise SignatureError(f"the notice was signed at {signed_at:%Y-%m-%d %H:%M:%S} UTC: too far from now")
