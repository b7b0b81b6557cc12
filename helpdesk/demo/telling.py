"""All stories, played once in each voice: their rows, ready to be copied."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy.orm import Session

from config import Settings
from helpdesk import clock
from helpdesk.blobs import BlobStore
from helpdesk.current import current_desk
from helpdesk.demo.cast import Cast, hire
from helpdesk.demo.claim_stories import OF_CLAIMS
from helpdesk.demo.money_stories import OF_MONEY
from helpdesk.demo.playing import Play
from helpdesk.demo.scratch import Rows, Scratch
from helpdesk.demo.stories import OF_MAIL, Story
from helpdesk.demo.voices import VOICES, Voice

MONDAY = date(2026, 6, 1)  # on which every story is played
STORIES = (*OF_MAIL, *OF_CLAIMS, *OF_MONEY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One story as it went."""

    story: Story
    voice: Voice
    rows: Rows
    begins: datetime
    ends: datetime

    @property
    def tickets(self) -> int:
        return len(self.rows.get("ticket", ()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """All of them, and what they share."""

    cast: Cast
    shop: Rows
    shapes: tuple[dict[str, str], ...]  # how numbers of orders look
    blobs: BlobStore
    told: tuple[Told, ...]


def tell(
    compose: Callable[[Settings], Flask],
    settings: Settings,
    folder: Path,
    *,
    password: str,
    watch: Callable[[list[tuple[Story, Voice]]], Iterator[tuple[Story, Voice]]] = iter,
    stories: Sequence[Story] = STORIES,
) -> Telling:
    """Play everything in this folder. `watch` shows how far it is."""
    scratch = Scratch(compose, settings, folder)
    casts: list[Cast] = []
    state = random.getstate()
    random.seed("boundaries of mail")  # the only thing that the library of mail draws
    try:
        with scratch.opened():
            monday = datetime.combine(MONDAY, time(), current_desk().zone)

            def people(session: Session) -> None:
                casts.append(hire(session, password))

            shop = scratch.set_up(people, monday - timedelta(days=90))
            wanted = [(story, voice) for story in stories for voice in VOICES]
            told: list[Told] = []
            shapes: dict[tuple[str, ...], dict[str, str]] = {}
            for place, (story, voice) in enumerate(watch(wanted)):
                told.append(_play(scratch, casts[0], story, voice, monday, place))
                shapes |= {tuple(each.values()): each for each in scratch.shapes()}
            blobs = current_desk().blobs
    finally:
        random.setstate(state)
    return Telling(cast=casts[0], shop=shop, shapes=tuple(shapes.values()), blobs=blobs, told=tuple(told))


def _play(scratch: Scratch, cast: Cast, story: Story, voice: Voice, monday: datetime, place: int) -> Told:
    begins = monday + timedelta(days=story.days)
    clock.put(begins)
    scratch.begin(f"{story.name}-{voice.locale}")
    agent = cast.agents[place % len(cast.agents)]
    acting = Play(scratch=scratch, cast=cast, voice=voice, monday=begins, agent=agent)
    story.play(acting)
    acting.post()
    if not story.goes_on:
        acting.is_over()
    return Told(story=story, voice=voice, rows=scratch.rows(), begins=begins, ends=clock.now())
