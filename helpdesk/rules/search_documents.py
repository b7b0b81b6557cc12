"""What of an entry can be searched: the words that people wrote, names, files, and numbers that lead back.

Letters that the desk writes by itself are left out: each ticket has them, so their words would find them all.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from helpdesk.rules import segmenting
from helpdesk.rules.segmenting import Phrase
from helpdesk.rules.states import EntryKind

# Events that say something worth finding; every other entry that is no event is looked at.
EVENTS = (
    "claim_counter_offer",
    "claim_decline_offer",
    "survey_answered",
    "evidence_given",
    "order_linked",
    "refunded",
    "replacement_shipped",
    "return_sent",
)
BUYERS_VERBS = ("survey_answered", "withdrawal_receipt")  # of ours, with a buyer's words in them
NUMBERS = ("order", "number", "tracking", "reference")
# Signs of private use stand before a word that somebody must be asked for by: they occur in no text.
APART, PEOPLE, FILES, ADDRESSED = "\ue000", "\ue001", "\ue002", "\ue003"
_LINK = re.compile(r"https?://\S+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The searched parts of one entry."""

    subject: str = ""
    body: str = ""
    people: str = ""  # who wrote, as they wrote it
    files: str = ""
    addressed: str = ""  # to whom; found only when asked for, as ours stands on every ticket
    buyers: bool = False  # a buyer's words: shown with numbers of people masked

    @property
    def shown(self) -> Iterator[str]:
        """What a page may show a piece of, the most telling first."""
        return (part for part in (self.body, self.subject, self.files, self.people) if part)

    def masked(self, mask: Any) -> "Document":
        """The same as staff read it: `mask` takes a text and gives one."""
        if not self.buyers:
            return self
        return replace(
            self,
            subject=mask(self.subject),
            body=mask(self.body),
            people=mask(self.people),
            files=mask(self.files),
        )


def is_searched(kind: EntryKind, verb: str) -> bool:
    """Whether such an entry may have words to find; the index is not asked about any other."""
    return kind is not EntryKind.EVENT or verb in EVENTS


def document(kind: EntryKind, verb: str, actor: str, facts: Mapping[str, Any]) -> Document | None:
    """What can be found of an entry; None when nothing can, also when it was erased."""
    if not facts or not is_searched(kind, verb):
        return None
    found = Document(
        subject=str(facts.get("subject") or "") if kind is EntryKind.RECEIVED else "",
        body="\n".join((*_said(kind, facts), *_numbers(facts))),
        people=" ".join(str(facts[name]) for name in ("from_name", "from", "whom") if facts.get(name)),
        files="\n".join(_files(facts)),
        addressed=" ".join(_to(facts)),
        buyers=kind is EntryKind.RECEIVED or actor.startswith("buyer:") or verb in BUYERS_VERBS,
    )
    return found if any(found.shown) else None


def line(found: Document, *, owner: str = "") -> list[str]:
    """The words of the index, in order. `owner`: whose ticket it is, on the entry that opens it.

    What may be cut off stands last: the body.
    """
    people, files = segmenting.words(f"{found.people} {owner}"), segmenting.words(found.files)
    return [
        *people, APART, *files, APART,
        *(PEOPLE + word for word in people), APART, *(FILES + word for word in files), APART,
        *(ADDRESSED + word for word in segmenting.words(found.addressed)), APART,
        *segmenting.words(found.subject), APART, *segmenting.words(found.body),
    ]  # fmt: skip


def asked(wanted: Phrase, sign: str) -> Phrase:
    """The phrase among people, files or those addressed."""
    return Phrase(tuple(sign + word for word in wanted.words), wanted.begins)


def _said(kind: EntryKind, facts: Mapping[str, Any]) -> Iterator[str]:
    if kind is EntryKind.RECEIVED:
        # Of a mail that opens a ticket all of it: what it quotes or passes on stands nowhere else.
        yield str((not facts.get("opened_because") and facts.get("new")) or facts.get("text") or "")
    elif facts.get("words"):
        yield str(facts["words"])
    elif not facts.get("automatic"):
        yield _LINK.sub(" ", str(facts.get("text") or ""))


def _numbers(facts: Mapping[str, Any]) -> Iterator[str]:
    for name in NUMBERS:
        if isinstance(facts.get(name), str) and any(char.isdigit() for char in facts[name]):
            yield facts[name]


def _files(facts: Mapping[str, Any]) -> Iterator[str]:
    for key in ("attachments", "files"):
        for file in facts.get(key) or ():
            if isinstance(file, Mapping) and file.get("name"):
                yield str(file["name"])


def _to(facts: Mapping[str, Any]) -> Iterator[str]:
    for name in ("to", "cc"):
        given = facts.get(name) or ()
        yield from (given,) if isinstance(given, str) else map(str, given)
