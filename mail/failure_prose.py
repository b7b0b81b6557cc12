"""The words of a delivery report: which recipients they name, and what they say of each.

Every line is looked at a bounded number of times: a report is at most a page of facts.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mail import bounce_words as words
from mail import diagnosis
from mail.status_reports import ADDRESS, STATUS
from mail.types import Incoming

MAX_RECIPIENTS = 50
_MAX_LINE = 500  # characters
_MAX_LINES = 2_000
_CODE = re.compile(r"(?<![\d.])([45]\d\d)(?=[ -]|$)")
_NOT_A_RECIPIENT = re.compile(
    r"^\W{0,8}(?:from|sender|mail from|reply-to|message-id|x-[\w-]{1,40}|references|发件人|寄件者|date)\b"
    r"|reporting-mta|mail from:|return-path|contact|postmaster@|abuse@|support@|helpdesk|mailto:",
    re.I,
)
_OF_THE_COPY = re.compile(r"^\W{0,8}to:", re.I)
_COMMAND = re.compile(r"^\s{0,20}>>> {0,5}(\w{4})", re.I)
_REPLY = re.compile(r"^\s{0,20}<<< {0,5}[45]\d\d")


@dataclass(frozen=True, slots=True)
class Prose:
    """A report's own words, in lines."""

    text: str
    lines: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> "Prose":
        lines = tuple(line[:_MAX_LINE] for line in text.split("\n")[:_MAX_LINES])
        return cls("\n".join(lines), lines)

    def recipients(self, incoming: Incoming) -> list[str]:
        """Addresses where reports name them: the surest place that names any."""
        ours = {each.key for each in incoming.to} | ({incoming.sender.key} if incoming.sender else set())
        places: dict[int, list[str]] = {0: [], 1: [], 2: []}
        headed = False
        for line in self.lines:
            headed = _heads(line) or (headed and (not line.strip() or bool(ADDRESS.search(line))))
            for address in _addresses(line):
                if address.casefold() not in ours:
                    places[_sureness(line, address, headed)].append(address)
        found = places[0] or places[1][:MAX_RECIPIENTS] or places[2][:1]
        return list(dict.fromkeys(found))[:MAX_RECIPIENTS]

    def near(self, recipient: str, *, below: int) -> str:
        """The lines that name the recipient, each with some below it, up to a blank or another address."""
        if not recipient:
            return ""
        named = [number for number, line in enumerate(self.lines) if recipient in line][:10]
        return "\n".join(line for number in named for line in self._until(number, below, recipient))

    def _until(self, start: int, below: int, recipient: str) -> Iterator[str]:
        yield self.lines[start]
        for line in self.lines[start + 1 : start + 1 + below]:
            other = ADDRESS.search(line)
            if not line.strip() or (other and other[0] != recipient):
                return
            yield line

    def passage(self, recipient: str, recipients: list[str]) -> str:
        """What the report says of this recipient: from its line to the next recipient's, or all of it."""
        start = self.text.find(recipient) if recipient else -1
        if start < 0 or len(recipients) < 2:
            return self.text
        others = (self.text.find(each, start + len(recipient)) for each in recipients if each != recipient)
        return self.text[start : min((each for each in others if each >= 0), default=len(self.text))]

    def about(self, recipient: str, otherwise: str) -> str:
        """The words that decide on this recipient: the nearest ones that say anything."""
        for below in (0, 2, 12):
            near = self.near(recipient, below=below)
            if diagnosis.says(near) is not None:
                return near
        return otherwise

    def refused_after_rcpt(self, recipient: str, *, alone: bool) -> bool:
        """Whether a transcript (>>> what was said, <<< the answer) shows a refusal of something else."""
        command = ""
        for line in self.lines:
            if match := _COMMAND.match(line):
                command = match[1].upper()
            elif _REPLY.match(line) and (alone or recipient in line):
                return command in ("DATA", "MAIL")
        return False

    def status(self, recipient: str, passage: str) -> str:
        """The code nearest to the recipient."""
        near = (self.near(recipient, below=0), self.near(recipient, below=2), passage, self.text)
        return next((found for each in near if (found := _status(each))), "")


def _heads(line: str) -> bool:
    lowered = line.lower()
    return any(each in lowered for each in words.HEADS_RECIPIENTS)


def _addresses(line: str) -> list[str]:
    if "@" not in line or _NOT_A_RECIPIENT.search(line):
        return []
    found = (match[0].strip(".'") for match in ADDRESS.finditer(line))
    return [each.rpartition("=")[2] if "smtp=" in each.lower() else each for each in found]


def _sureness(line: str, address: str, headed: bool) -> int:
    if _OF_THE_COPY.match(line):
        return 1  # "To:" tells of the returned message; a list may have passed it on
    alone = len(line.strip()) - len(address) < 12
    lowered = line.lower()
    named = any(each in lowered for each in words.NAMES_RECIPIENT)
    return 0 if headed or alone or named else 2


def _status(passage: str) -> str:
    """An enhanced status code, or the class of a bare reply code as x.0.0 (RFC 3463)."""
    for match in STATUS.finditer(passage[:20_000]):
        if not match[1].startswith("2."):  # a version, or the success of another recipient
            return match[1]
    code = _CODE.search(passage[:20_000])
    return f"{code[1][0]}.0.0" if code else ""
