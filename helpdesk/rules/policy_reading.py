"""A policy file to a frozen Policy, or every fault of it: each with its line and its clause.

reading = read(text)
reading.policy     None when there are faults
reading.problems   in the order of the file
"""

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from helpdesk.rules.currencies import EXPONENTS
from helpdesk.rules.policy_clauses import read_clauses
from helpdesk.rules.policy_counting import knows_country
from helpdesk.rules.policy_examples import read_examples
from helpdesk.rules.policy_limits import read_limits
from helpdesk.rules.policy_lines import lines_of
from helpdesk.rules.policy_terms import Count, MoneyLimits, Policy, Problem, Verdict
from helpdesk.rules.policy_timers import NOT_KEPT, read_timers
from helpdesk.rules.policy_values import N_, Faults, Table

LARGEST = 200_000  # characters of a file
LOCALES = ("zh-CN", "en")
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
SYNTAX_LINE = re.compile(r"\(at line (\d+), column \d+\)|\(at end of document\)")


@dataclass(frozen=True, slots=True)
class Reading:
    policy: Policy | None
    problems: tuple[Problem, ...]


def read(text: str, *, floors: tuple[str, ...] | None = None, was_kept: bool = False) -> Reading:
    """Read a shop's policy. `floors` are the names of legal floors that it may point at; None: any.

    One that `was_kept` before timers that nobody keeps were faults is read without these timers.
    """
    allowed = NOT_KEPT if was_kept else frozenset()
    return _read(text, lambda top, faults: _policy(top, faults, floors), allowed)


def read_floor(text: str) -> Reading:
    """Read a legal floor: clauses alone, each with its article; a source and a date of review."""
    return _read(text, _floor)


def _read(
    text: str, build: Callable[[Table, Faults], Policy], allowed: frozenset[str] = frozenset()
) -> Reading:
    if len(text) > LARGEST:
        return Reading(
            None, (_about_the_file(N_("the file is longer than %(count)s characters"), count=LARGEST),)
        )
    try:
        parsed = tomllib.loads(text.removeprefix("\ufeff"))
        lines = lines_of(text.removeprefix("\ufeff"))
    except RecursionError:
        return Reading(None, (_about_the_file(N_("tables or lists stand too deep in each other")),))
    except ValueError as error:  # tomllib's own, and numbers of thousands of digits
        return Reading(None, (_syntax(text, error),))
    faults = Faults(lines)
    top = Table(parsed, (), "file", faults)
    policy = build(top, faults)
    top.close()
    problems = tuple(sorted({each for each in faults.found if each.sentence not in allowed}))
    return Reading(None if problems else policy, problems)


def _about_the_file(sentence: str, /, **values: object) -> Problem:
    return Problem(0, "file", sentence, tuple((name, str(value)) for name, value in values.items()))


def _syntax(text: str, error: ValueError) -> Problem:
    found = SYNTAX_LINE.search(str(error))
    line = (int(found[1]) if found[1] else text.count("\n") + 1) if found else 0
    said = SYNTAX_LINE.sub("", str(error)).strip()
    return Problem(line, "file", N_("this is not TOML: %(said)s"), (("said", said),))


def _policy(top: Table, faults: Faults, floors: tuple[str, ...] | None) -> Policy:
    if not top.has("policy"):
        top.complain("", N_("the table [policy] is missing"))
    about = top.table("policy", "policy")
    currency = _currency(about)
    locales = _locales(about)
    zone = _zone(about)
    count = _count(top.table("count", "count"))
    policy = Policy(
        id=_name(about, "id"),
        version=_name(about, "version"),
        effective_from=_effective(about, zone),
        timezone=zone,
        currency=currency,
        locales=locales,
        floor=_floor_name(about, floors),
        otherwise=_otherwise(about),
        source=about.text("source", longest=500),
        reviewed_on=about.day("reviewed_on"),
        count=count,
        money=_money(top.table("money", "money"), currency),
        timers=read_timers(top),
        clauses=read_clauses(top, currency=currency, languages=_languages(locales)),
        examples=read_examples(top, currency=currency),
        words=_words(top.table("words", "words")),
    )
    about.close()
    return policy


def _floor(top: Table, faults: Faults) -> Policy:
    about = top.table("floor", "floor")
    policy = Policy(
        id=_name(about, "id"),
        version=about.text("version", "1"),
        timezone="UTC",
        currency="",
        locales=(),
        source=about.text("source", required=True, longest=500),
        reviewed_on=about.day("reviewed_on"),
        clauses=read_clauses(top, currency="", languages=(), is_floor=True),
    )
    if policy.reviewed_on is None:
        about.complain("", N_("%(key)s is missing"), key="reviewed_on")
    about.close()
    return policy


def _name(about: Table, key: str) -> str:
    name = about.text(key, required=True, longest=40)
    if name and not NAME.fullmatch(name):
        about.complain(
            key, N_("%(key)s may have letters, digits, dots, dashes and underscores only"), key=key
        )
    return name


def _currency(about: Table) -> str:
    currency = about.text("currency", required=True)
    if currency and currency not in EXPONENTS:
        about.complain("currency", N_("%(currency)s is not a currency of ISO 4217"), currency=currency)
        return ""
    return currency


def _locales(about: Table) -> tuple[str, ...]:
    if not about.has("locales"):
        about.complain("", N_("%(key)s is missing"), key="locales")
    return about.words("locales", LOCALES)


def _languages(locales: tuple[str, ...]) -> tuple[str, ...]:
    """ "zh" of "zh-CN": as the texts of clauses are named."""
    return tuple(locale.partition("-")[0] for locale in locales)


def _zone(about: Table) -> str:
    name = about.text("timezone", required=True)
    try:
        ZoneInfo(name or "UTC")
    except (ValueError, ZoneInfoNotFoundError, OSError):
        about.complain("timezone", N_("%(zone)s is not a time zone, like Asia/Shanghai"), zone=name)
        return "UTC"
    return name or "UTC"


def _effective(about: Table, zone: str) -> datetime | None:
    moment = about.moment("effective_from")
    return moment.replace(tzinfo=ZoneInfo(zone)) if moment and moment.tzinfo is None else moment


def _floor_name(about: Table, floors: tuple[str, ...] | None) -> str:
    return about.choice("floor", floors) if floors is not None else about.text("floor")


def _otherwise(about: Table) -> Verdict:
    said = about.member("otherwise", Verdict, Verdict.REVIEW)
    if said is not Verdict.REVIEW:
        about.complain(
            "otherwise", N_("what no clause fits is reviewed by a person: otherwise can only be review")
        )
    return Verdict.REVIEW


def _words(table: Table) -> dict[str, dict[str, str]]:
    """The shop's own words for its tags and categories."""
    found = {}
    for word in table.values:
        said = table.table(word)
        found[word] = {language: said.text(language) for language in ("zh", "en") if said.has(language)}
        said.close()
    return found


def _count(table: Table) -> Count:
    country = table.text("holidays")
    if country and not knows_country(country):
        table.complain(
            "holidays", N_("%(country)s is not a country whose days off are known"), country=country
        )
        country = ""
    count = Count(
        start=table.choice("start", ("day_after", "same_day"), "day_after"),
        end=table.choice("end", ("end_of_day", "exact"), "end_of_day"),
        roll_to_working_day=table.flag("roll_to_working_day"),
        holidays=country,
        transit_days=table.whole("transit_days", 7, most=120) or 0,
    )
    if count.end == "exact" and count.roll_to_working_day:
        table.complain(
            "roll_to_working_day", N_("days that end by the hour do not roll: that needs end_of_day")
        )
    table.close()
    return count


def _money(table: Table, currency: str) -> MoneyLimits:
    limits = MoneyLimits(
        limits=read_limits(table, currency),
        second_person_above=table.amount("second_person_above", currency),
        auto_execute_up_to=table.amount("auto_execute_up_to", currency) or 0,
        auto_daily_total=table.amount("auto_daily_total", currency) or 0,
        coupon_bonus_percent=table.percent("coupon_bonus_percent", 0),
        coupon_days=table.whole("coupon_days", 90, least=1, most=3650) or 90,
        offer_days=table.whole("offer_days", 7, least=1, most=60) or 7,
        chase_days=table.whole("chase_days", 2, least=1, most=30) or 2,
    )
    table.close()
    return limits
