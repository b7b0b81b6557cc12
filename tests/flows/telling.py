"""A month told day by day for people: what happened on each ticket, every letter, every new state."""

import re
from collections.abc import Iterator
from typing import Any

from flask import Flask
from flask_babel import force_locale
from sqlalchemy import select

from helpdesk.db import reading
from helpdesk.models import Claim, Entry, Refund, Ticket
from helpdesk.queries.entries import EntryView, views
from helpdesk.queries.tickets import OF_CLAIMS, OF_MONEY
from helpdesk.rules.states import EntryKind
from helpdesk.web import sentences
from tests.flows.a_month import Month

# Told by the letters, or by the states at the end of the day.
UNSAID = ("acknowledged", "moved", "assigned", "handed_over", "claim_decided", "order_linked", "claim_opened")
TOKEN = re.compile(r"/b/(\w+)/\S+")
LOCALES = {"en": "en", "zh": "zh_Hans_CN"}


class Story:
    """Collects what happened since it last looked, in one language."""

    def __init__(self, month: Month, language: str) -> None:
        self.month, self.language = month, LOCALES[language]
        self.lines: list[str] = []
        self.seen = 0
        self.states: dict[str, str] = {}
        self.letters: dict[tuple[str, str], str] = {}

    def look(self, app: Flask) -> None:
        """Tell the new entries."""
        with reading() as session:
            fresh = session.scalars(select(Entry).where(Entry.id > self.seen).order_by(Entry.id)).all()
            if not fresh:
                return
            self.seen = fresh[-1].id
            tickets = session.scalars(select(Ticket)).all()
            told = views(session, tickets, fresh)
            locales = {ticket.id: ticket.locale for ticket in tickets}
        with app.test_request_context(), force_locale(self.language):
            for entry in told:
                self.lines.extend(self._tell(entry, locales[entry.number]))

    def end_of_day(self) -> None:
        """The states that are others than the evening before."""
        changed = [f"{what}: {state}" for what, state in _states() if self.states.get(what) != state]
        self.states.update(_states())
        if changed:
            self.lines.extend(["", *(f"    {each}" for each in changed), ""])

    def _tell(self, entry: EntryView, locale: str) -> Iterator[str]:
        if entry.verb in UNSAID or entry.facts.get("what") in (*OF_CLAIMS, *OF_MONEY, "claim_due"):
            return
        said = " ".join(sentences.sentence(entry).split())
        yield f"- {entry.at:%H:%M} {self._name(entry.number)}: {said}"
        if entry.kind is EntryKind.SENT:
            self.letters.setdefault((entry.verb, locale), _plain(entry.facts))
            yield f"  > **{entry.facts['subject']}** {_said(entry.facts)}"
        elif entry.kind is EntryKind.RECEIVED:
            yield f"  > {_one_line(str(entry.facts.get('new', '')))}"

    def _name(self, number: int) -> str:
        return next(name for name, ticket in self.month.tickets.items() if ticket == number)

    def appendix(self) -> Iterator[str]:
        """Each letter once, in full."""
        for (verb, locale), text in sorted(self.letters.items()):
            yield f"\n### {verb.replace('_', ' ')} ({locale})\n"
            yield from (f"    {line}".rstrip() for line in text.split("\n"))


def _states() -> list[tuple[str, str]]:
    with reading() as session:
        claims = [
            (f"claim {row.id}", str(row.state)) for row in session.scalars(select(Claim).order_by(Claim.id))
        ]
        refunds = [(row.key, str(row.shown)) for row in session.scalars(select(Refund).order_by(Refund.id))]
    return claims + refunds


def _plain(facts: Any) -> str:
    text = f"{facts['subject']}\n\n{facts['text']}"
    return TOKEN.sub(r"/b/\1/...", re.sub(r"RF-(\d+)-[0-9a-f]{16}", r"RF-\1-...", text)).strip()


def _said(facts: Any) -> str:
    """What a person wrote; what a letter says first, after the greeting."""
    if facts.get("words"):
        return _one_line(facts["words"])
    paragraphs = [each for each in _plain({**facts, "subject": ""}).split("\n\n") if each.strip()]
    return _one_line(paragraphs[1] if len(paragraphs) > 1 else paragraphs[0])


def _one_line(text: str) -> str:
    return " ".join(text.split())
