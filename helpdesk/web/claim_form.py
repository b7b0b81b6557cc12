"""What an agent types into the panel of a claim, as the values that actions take."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, tzinfo

from helpdesk.errors import InvalidError
from helpdesk.rules import money
from helpdesk.rules.claim_terms import Remedy
from helpdesk.rules.offers import last_moment
from helpdesk.rules.proposals import MONEY, Part

ROWS = (1, 2, 3, 4)  # as many as a clause of the shipped policies has remedies
MOST_DAYS = 60


def parts(form: Mapping[str, str], *, currency: str, postage: int) -> list[Part]:
    """The rows that name a remedy. `postage` (minor units) is contained in full refunds, as the policy says.

    Raises InvalidError, its `field` the input to look at.
    """
    found = [_part(form, row, currency, postage) for row in ROWS if form.get(f"remedy-{row}")]
    if not found:
        raise InvalidError("choose what the buyer gets", field="remedy-1")
    numbers = sorted({part.option for part in found})
    return [_renumbered(part, numbers.index(part.option) + 1) for part in found]


def days(form: Mapping[str, str], *, usual: int) -> int:
    """For how long the offer stands."""
    said = form.get("days", "") or str(usual)
    if not (said.isascii() and said.isdigit() and len(said) < 6 and 1 <= int(said) <= MOST_DAYS):
        raise InvalidError(f"choose between 1 and {MOST_DAYS} days", field="days")
    return int(said)


def expires(form: Mapping[str, str], *, usual: int, at: datetime, zone: tzinfo) -> datetime:
    """Until when the offer stands; `usual` days where the form does not say."""
    return last_moment(at, days(form, usual=usual), zone)


def items(form: Mapping[str, str], prefix: str = "line-") -> dict[int, int]:
    """Order line to units, of the inputs `line-<id>`. Raises InvalidError."""
    chosen = {}
    for name, said in form.items():
        line = name.removeprefix(prefix)
        if line == name or not (line.isascii() and line.isdigit() and len(line) < 10):
            continue
        if said and not (said.isascii() and said.isdigit() and len(said) < 6):
            raise InvalidError("say how many of each item with a number", field=name)
        if int(said or 0):
            chosen[int(line)] = int(said)
    return chosen


def number(said: str) -> int | None:
    """A key that a form names; None when it names none."""
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else None


def _part(form: Mapping[str, str], row: int, currency: str, postage: int) -> Part:
    wanted = form.get(f"remedy-{row}", "")
    if wanted not in list(Remedy):
        raise InvalidError("choose what the buyer gets", field=f"remedy-{row}")
    remedy, amount = Remedy(wanted), 0
    if remedy in MONEY or remedy is Remedy.COUPON:
        amount = _amount(form.get(f"amount-{row}", ""), currency, field=f"amount-{row}")
    said = form.get(f"option-{row}", str(row))
    return Part(
        option=int(said) if said in ("1", "2", "3", "4") else row,
        remedy=remedy,
        amount=amount,
        shipping=min(postage, amount) if remedy in (Remedy.FULL_REFUND, Remedy.RETURN_REFUND) else 0,
        lines=_units(form, row),
        words=form.get(f"words-{row}", "").strip()[:300],
        by=_day(form.get(f"by-{row}", ""), field=f"by-{row}") if remedy not in MONEY else None,
    )


def _units(form: Mapping[str, str], row: int) -> tuple[tuple[int, int], ...]:
    """Which goods the remedy of a row is for, of the inputs `units-<row>-<line>`; none: all claimed ones."""
    return tuple(items(form, f"units-{row}-").items())


def _renumbered(part: Part, option: int) -> Part:
    return replace(part, option=option)


def _amount(said: str, currency: str, *, field: str) -> int:
    try:
        return money.read(said, currency).minor
    except money.AmountError as error:
        raise InvalidError(str(error), field=field) from error


def _day(said: str, *, field: str) -> date | None:
    if not said.strip():
        return None
    try:
        return date.fromisoformat(said.strip())
    except ValueError as error:
        raise InvalidError("write the day like 2026-11-30", field=field) from error
