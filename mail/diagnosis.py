"""What a refusal says of the address: gone for good, limited by its provider, or merely in trouble.

Pure words and codes, no message. The words stand in `bounce_words`. Where a reply is unclear the address
keeps its chance.
"""

import re
from enum import StrEnum

from mail import bounce_words as words

MOST_READ = 3_000  # characters of one diagnosis: a reply is a few lines (RFC 5321 section 4.5.3.1.5)

FAILED, DELAYED = "failed", "delayed"

_LIMIT_CODE = re.compile(r"(?<![\d.])421(?=[ -]|$)|(?<![\d.])4\.7\.\d{1,3}(?!\d)")
_NAMES = re.compile(
    r"[a-z0-9.!#$%&'*+/=?^_{|}~-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){0,10}"
    r"|https?://\S{1,2000}|(?<![\w.])(?:[a-z0-9-]{1,63}\.){2,10}[a-z]{2,24}(?!\w)"
)
_BARE_CODE = re.compile(r"(?<![\d.])5\d\d(?=[\s:,;-]|$)")
_ADDRESS_CODE = re.compile(r"(?<![\d.])5\.1\.(?:1|10)(?![\d.])")
_PROGRAM = re.compile(r"^\s{0,9}x-unix\b", re.I)


class Saying(StrEnum):
    """What the words alone come to."""

    GONE = "gone"
    STAYS = "stays"  # another trouble than the address
    UNCLEAR = "unclear"  # they might pass by themselves, unless the code says plainly that it is gone


def says(diagnostic: str) -> Saying | None:
    """The verdict of the words; None when they say nothing of use."""
    said = plain(diagnostic)
    if says_no_such_host(diagnostic) or _any(diagnostic[:MOST_READ].lower(), words.PLAINLY_GONE):
        return Saying.GONE
    if _denies_the_address(said):
        return Saying.GONE
    if _any(said, words.LIMITS) or _any(said, words.STAYS):
        return Saying.STAYS
    if _any(said, words.NO_ACCOUNT):
        return Saying.GONE
    if _any(said, words.GONE):
        return Saying.GONE
    return Saying.UNCLEAR if _any(said, words.HINTS) else None


def _denies_the_address(said: str) -> bool:
    """A code and words that deny the address outweigh a mere mention of spam ("see our abuse page")."""
    if not (_ADDRESS_CODE.search(said) and (_any(said, words.GONE) or _any(said, words.NO_ACCOUNT))):
        return False
    limits = {each for each in words.LIMITS if each in said}
    return limits <= words.ONE_WORD_LIMITS and not _any(said, words.STAYS)


def says_no_such_host(diagnostic: str) -> bool:
    """Whether there is no such domain, or one that takes no mail; not our own domain as sender of course."""
    said = plain(diagnostic)
    return _any(said, words.NO_SUCH_HOST) and not _any(said, words.NOT_THE_RECIPIENTS_HOST)


def is_permanent(action: str, status: str, diagnostic: str) -> bool:
    """Whether the address is gone: by the other server's words first, by the status code without them."""
    if action != FAILED or status.startswith(("2.", "4.")) or _PROGRAM.match(diagnostic[:20]):
        return False
    elsewhere = status.startswith(words.OTHER_STATUS) and status not in words.GONE_STATUS
    if elsewhere and not says_no_such_host(diagnostic):
        return False
    verdict = says(diagnostic)
    return status in words.GONE_STATUS if verdict is None else verdict is Saying.GONE


def is_provider_limit(status: str, diagnostic: str) -> bool:
    """Whether a provider turned us away for rate, content or reputation: no word about the address."""
    if says(diagnostic) is Saying.GONE:
        return False
    said = plain(diagnostic)
    return status.startswith("4.7.") or bool(_LIMIT_CODE.search(said)) or _any(said, words.LIMITS)


def is_certain(status: str, diagnostic: str) -> bool:
    """Whether a code or the words deny the address, the account or the domain itself."""
    elsewhere = (*words.OTHER_STATUS, "5.1.0")
    about_the_address = status.startswith("5.1.") and not status.startswith(elsewhere)
    return (
        about_the_address
        or status in words.GONE_STATUS
        or says_no_such_host(diagnostic)
        or _any(plain(diagnostic), words.NO_ACCOUNT)
    )


def may_be_a_filter(diagnostic: str, report: str) -> bool:
    """Whether "user unknown" may only be an excuse for not taking the message.

    Filters say so after DATA, those of mobile carriers most of all. It is believed where the recipient was
    what was refused, and where a server speaks of its own users, without another server's bare code.
    """
    if _any(plain(f"{diagnostic[:MOST_READ]}\n{report}"), words.NOT_AT_RCPT):
        return True
    at_rcpt = _any(plain(diagnostic), words.AT_RCPT) or _any(plain(report), words.AT_RCPT)
    return not at_rcpt and bool(_BARE_CODE.search(f"{diagnostic[:MOST_READ]}\n{report[:MOST_READ]}"))


def plain(text: str) -> str:
    """As the words are written: lower case, single blanks, no addresses and hosts (antispam.x.example)."""
    said = " ".join(text[:MOST_READ].lower().replace("\u2019", "'").split())
    return _NAMES.sub("-", said)


def _any(said: str, phrases: tuple[str, ...]) -> bool:
    return any(each in said for each in phrases)
