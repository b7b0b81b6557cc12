"""What corrections teach: how often the rules spoke and were right, and phrases that they do not know yet.

A colleague decides the reason; what was suggested stands beside it. Nothing here changes a rule: candidates
are read by a person, who adds them with examples of their own.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from helpdesk.rules.folding import fold
from helpdesk.rules.phrasebook import Book

LONGEST = 5  # words, or Han characters, of a candidate
OFTEN = 3  # mails that have it, at least
SURE = 0.8  # part of them that have the reason it is a candidate for
MOST = 20  # candidates of a reason
_LOOKED_AT = 2_000  # characters of a mail: the reason stands in front, and a year of mail is counted at once

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One mail whose reason a person has decided."""

    text: str
    suggested: str  # what the rules said then; "" where they were silent
    decided: str  # a code of REASONS


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A phrase that mails of one reason share, and that no rule for it finds."""

    phrase: str  # in the notation of rules
    reason: str
    mails: int  # of this reason that have it
    elsewhere: int  # of other reasons


@dataclass(frozen=True, slots=True, kw_only=True)
class Confusion:
    suggested: str
    decided: str
    mails: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Lessons:
    """Counted over samples."""

    mails: int
    spoke: int
    agreed: int  # of those in which the rules spoke
    confusions: tuple[Confusion, ...]  # most frequent first
    candidates: tuple[Candidate, ...]  # most frequent first

    @property
    def coverage(self) -> float:
        """Part of the mails in which the rules spoke, 0 to 1."""
        return self.spoke / self.mails if self.mails else 0.0

    @property
    def agreement(self) -> float:
        """Part of those in which the person said the same, 0 to 1."""
        return self.agreed / self.spoke if self.spoke else 0.0


def learn(samples: Iterable[Sample], book: Book) -> Lessons:
    """What a list of decided mails teaches, against the rules of today."""
    given = tuple(samples)
    spoken = [sample for sample in given if sample.suggested]
    wrong = Counter((each.suggested, each.decided) for each in spoken if each.suggested != each.decided)
    return Lessons(
        mails=len(given),
        spoke=len(spoken),
        agreed=sum(sample.suggested == sample.decided for sample in spoken),
        confusions=tuple(
            Confusion(suggested=suggested, decided=decided, mails=count)
            for (suggested, decided), count in sorted(wrong.items(), key=lambda each: (-each[1], each[0]))
        ),
        candidates=tuple(_candidates(given, book)),
    )


def _candidates(samples: Sequence[Sample], book: Book) -> list[Candidate]:
    """Of every reason the runs of words that its corrected mails share and other mails do not."""
    corrected = {sample.decided for sample in samples if sample.suggested != sample.decided}
    having: dict[Words, Counter[str]] = defaultdict(Counter)
    missed: dict[Words, Counter[str]] = defaultdict(Counter)
    for sample in samples:
        counted = _runs(sample.text)
        for run in counted:
            having[run][sample.decided] += 1
            if sample.suggested != sample.decided:
                missed[run][sample.decided] += 1
    found = [
        Candidate(phrase=_written(run), reason=reason, mails=mails, elsewhere=having[run].total() - mails)
        for reason in sorted(corrected)
        for run, mails in _contrasted(reason, having, missed).items()
        if not _known(run, reason, book)
    ]
    return sorted(found, key=lambda each: (-each.mails, each.elsewhere, each.reason, each.phrase))


def _contrasted(
    reason: str, having: dict[Words, Counter[str]], missed: dict[Words, Counter[str]]
) -> dict[Words, int]:
    """The longest runs that are frequent in mails the rules missed, and belong to this reason."""
    kept = {
        run: having[run][reason]
        for run, counts in missed.items()
        if counts[reason] >= OFTEN and having[run][reason] >= SURE * having[run].total()
    }
    # A run inside a longer one of the same mails says less; "of the" inside "of the box" nothing.
    inner = {
        part
        for run, mails in kept.items()
        for part in (run[1:], run[:-1])
        if part in kept and kept[part] <= mails
    }
    best = sorted(kept.keys() - inner, key=lambda run: (-kept[run], -len("".join(run)), run))[:MOST]
    return {run: kept[run] for run in best}


def _runs(text: str) -> set[Words]:
    """Runs of neighbouring words within a clause: two at least, or one of several letters."""
    tokens = fold(text[:_LOOKED_AT]).tokens
    found: set[Words] = set()
    for start in range(len(tokens)):
        for end in range(start + 1, min(start + LONGEST, len(tokens)) + 1):
            run = tokens[start:end]
            if run[-1] in (",", ".") or run[-1].isdigit():
                break
            if len(run) > 1 or len(run[0]) > 3:
                found.add(run)
    return found


def _known(run: Words, reason: str, book: Book) -> bool:
    """Whether a rule for this reason finds it already."""
    matches = book.matches(fold(" ".join(run)))
    return any(match.rule.says == "reason" and match.rule.code == reason for match in matches)


def _written(run: Words) -> str:
    """As a person would write it: Han characters without blanks."""
    text = run[0]
    for before, word in pairwise(run):
        text += word if not before.isascii() and not word.isascii() else f" {word}"
    return text
