"""Which proof a reason needs, what is there, and what is missing."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from helpdesk.rules.claim_terms import REASONS, EvidenceKind

# Ours to fetch from the carrier or the scales: a buyer is never asked for it.
OURS = frozenset({EvidenceKind.TRACKING, EvidenceKind.WEIGHT})
IMAGES, VIDEOS = "image/", "video/"


class EvidenceState(StrEnum):
    GIVEN = "given"  # nobody has looked at it yet: it counts
    ACCEPTED = "accepted"
    REFUSED = "refused"  # it does not show what it has to: `why` says what does


@dataclass(frozen=True, slots=True)
class Missing:
    """What stands between a claim and its decision."""

    from_buyer: tuple[EvidenceKind, ...]
    from_us: tuple[EvidenceKind, ...]


def needed(reason: str) -> tuple[EvidenceKind, ...]:
    """All kinds that a reason asks for; none while it is unknown."""
    return REASONS[reason].evidence if reason in REASONS else ()


def missing(reason: str, there: Iterable[EvidenceKind]) -> Missing:
    """What is needed and not there; `there` is of evidence that nobody has refused. A video shows the goods
    as well as a photo does."""
    given = set(there)
    if EvidenceKind.VIDEO in given:
        given.add(EvidenceKind.PHOTO)
    lacking = [kind for kind in needed(reason) if kind not in given]
    return Missing(
        from_buyer=tuple(kind for kind in lacking if kind not in OURS),
        from_us=tuple(kind for kind in lacking if kind in OURS),
    )


def guess_kind(content_type: str, reason: str, there: Iterable[EvidenceKind]) -> EvidenceKind | None:
    """What a file that came by mail probably shows: a picture is the first kind that is still missing.

    None for what cannot be proof by its type, for example a calendar or a signature. An agent may say
    otherwise.
    """
    if content_type.startswith(VIDEOS):
        return EvidenceKind.VIDEO
    if not content_type.startswith(IMAGES) and content_type != "application/pdf":
        return None
    lacking = missing(reason, there).from_buyer
    if lacking:
        return lacking[0]
    return EvidenceKind.PHOTO if content_type.startswith(IMAGES) else EvidenceKind.STATEMENT
