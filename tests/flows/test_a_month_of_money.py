"""A month of money as one story that a person can read: stories/a_month_of_money.en.md, and .zh.md.

Every mail, chase and state of twenty claims, day by day. When it is told differently on purpose, read what
has changed, then write it anew:

    HELPDESK_WRITE_STORIES=1 python -m pytest -n 0 tests/flows/test_a_month_of_money.py
"""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from helpdesk import clock
from helpdesk.current import SETTINGS
from helpdesk.db import reading
from helpdesk.models import Payment, Refund
from tests.flows.a_month import Month
from tests.flows.a_month_of import FIRST_DAY, TICKS
from tests.flows.telling import Story
from tests.flows.twenty_claims import BUYERS, DAYS

pytestmark = [pytest.mark.flows, pytest.mark.money, pytest.mark.clock]

STORIES = Path(__file__).parent / "stories"
LANGUAGES = ("en", "zh")
LAST_DAY = 46  # June, and the days until the last of it is over
TITLES = {"en": "# A month of money", "zh": "# 一个月的退款"}
LETTERS = {"en": "## The letters, each once in full", "zh": "## 各类信件全文（每种一封）"}


def in_one_zone(app: Flask) -> None:
    """The story's own hours are those of Greenwich, and so are those that its pages and letters name."""
    app.extensions[SETTINGS] = replace(app.extensions[SETTINGS], timezone="UTC")


def test_a_month_of_money_goes_as_it_is_told(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_one_zone(app)
    moment = [FIRST_DAY]
    monkeypatch.setattr(clock, "now", lambda: moment[0])

    def set_clock(at: datetime) -> None:
        moment[0] = at

    month = Month(app, tmp_path, set_clock)
    told = _live_through(app, month)

    assert len(month.tickets) == len(BUYERS) == 20
    for language, text in told.items():
        path = STORIES / f"a_month_of_money.{language}.md"
        if os.environ.get("HELPDESK_WRITE_STORIES"):
            path.write_text(text, encoding="utf-8")
        assert text == path.read_text(encoding="utf-8"), "told differently: see the top of this file"
    _is_paid_once(month)


def _live_through(app: Flask, month: Month) -> dict[str, str]:
    stories = {language: Story(month, language) for language in LANGUAGES}
    for day in range(1, LAST_DAY + 1):
        for hour in TICKS:
            month.at(day, hour)
            if hour == TICKS[0]:
                for story in stories.values():
                    story.lines.append(f"\n## {month.today:%A, %d %B}\n")
                for act in DAYS.get(day, ()):
                    act(month)
            month.tick()
            for story in stories.values():
                story.look(app)
        for story in stories.values():
            story.end_of_day()
    return {
        language: "\n".join(
            [TITLES[language], *_days_with_news(story.lines), f"\n{LETTERS[language]}", *story.appendix(), ""]
        )
        for language, story in stories.items()
    }


def _days_with_news(lines: list[str]) -> Iterator[str]:
    """Without the days on which nothing happened."""
    for line, after in zip(lines, [*lines[1:], "\n## "], strict=True):
        if not (line.startswith("\n## ") and after.startswith("\n## ")):
            yield line


def _is_paid_once(month: Month) -> None:
    """What the bank has paid is what the ledger says, and nobody got more than was promised."""
    with reading() as session:
        for payment in session.scalars(select(Payment)):
            assert payment.reserved_minor + payment.refunded_minor <= payment.captured_minor
        left = session.scalars(select(Refund).where(Refund.state.in_(("succeeded", "arrived"))))
        by_bank = sum(each.amount_minor for each in left if each.gateway in ("alipay", "stripe"))
    assert by_bank == sum(each.amount.minor for each in month.bank.movements())
