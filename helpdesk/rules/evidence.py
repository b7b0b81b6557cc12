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


def kind_by_type(content_type: str, reason: str) -> EvidenceKind | None:
    """What a file counts as while nobody has said what it shows: by its type alone, never by its name.

    Where one kind is asked for, a picture or a document answers that. Where several are, a picture is one of
    the goods: which of them shows the parcel is for the buyer's form or an agent to say. None for what cannot
    be proof by its type, for example a calendar or a signature.
    """
    if content_type.startswith(VIDEOS):
        return EvidenceKind.VIDEO
    if not content_type.startswith(IMAGES) and content_type != "application/pdf":
        return None
    asked = [kind for kind in needed(reason) if kind not in OURS]
    if len(asked) == 1:
        return asked[0]
    return EvidenceKind.PHOTO if content_type.startswith(IMAGES) else EvidenceKind.STATEMENT
