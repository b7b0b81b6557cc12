"""What somebody typed into the search box, as conditions; what cannot be understood, as troubles.

    退款 "wrong size" from:wang@example.com state:open,new -assignee:me amount>=100 before:2026-06-01

Words are all wanted, quotes keep them side by side, "-" turns a condition round, "," between values means
either of them. A name before a colon that nobody knows is a trouble and no word: half understood, a search
would answer another question than was asked.
"""

import difflib
import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from helpdesk.rules import segmenting
from helpdesk.rules.currencies import EXPONENTS
from helpdesk.rules.currency_named import NAMES as CURRENCIES
from helpdesk.rules.search_terms import (
    ASSIGNEES,
    CHOICES,
    NAMES,
    OPERATORS,
    Field,
    Search,
    Term,
    Trouble,
    TroubleKind,
)

LONGEST = 400  # characters
MOST = 20  # conditions
_QUOTES = str.maketrans(
    dict.fromkeys("“”„‟〝〞＂「」『』", '"') | {"：": ":", "＞": ">", "＜": "<", "＝": "="}
)
_PIECE = re.compile(
    r"(?P<minus>[-－])?(?:(?P<name>[^\W\d_][^\W_]*)(?P<operator>:>=|:<=|:>|:<|>=|<=|:|>|<|=))?"
    r'(?P<value>"[^"]*"?|[^\s"]*)'
)
_ADDRESS = re.compile(r"^//")  # what stands behind "https:"
_MONTH = re.compile(r"(\d{4})[-/.年](\d{1,2})月?")
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_AGO = re.compile(r"(\d{1,4})(d|w|m|y|天|日|周|月|年)")
_AGO_DAYS = {"d": 1, "天": 1, "日": 1, "w": 7, "周": 7, "m": 30, "月": 30, "y": 365, "年": 365}
_DAYS_BACK = {"today": 0, "今天": 0, "yesterday": 1, "昨天": 1, "前天": 2}
_AMOUNT = re.compile(r"(?P<sign>\D*?)(?P<number>\d[\d,]*(?:\.\d+)?)(?P<unit>\D*)")


def parse(text: str, *, today: date, reasons: Mapping[str, str]) -> Search:
    """What was typed. `reasons` gives the code of a reason by every name of it, in small letters."""
    if len(text) > LONGEST:
        return Search(troubles=(Trouble(kind=TroubleKind.TOO_LONG),))
    found = list(_conditions(text, today, reasons))
    terms = tuple(each for each in found if isinstance(each, Term))
    troubles = [each for each in found if isinstance(each, Trouble)]
    if len(terms) > MOST:
        troubles.append(Trouble(kind=TroubleKind.TOO_MANY))
    return Search(terms=terms, troubles=tuple(troubles))


def _conditions(text: str, today: date, reasons: Mapping[str, str]) -> Iterator[Term | Trouble]:
    for piece in _PIECE.finditer(text.translate(_QUOTES)):
        name, operator, given = piece["name"], piece["operator"], piece["value"]
        if not piece[0].strip('-－" '):
            continue
        negated = bool(piece["minus"])
        if name and (operator == ":" or _is_amount(name)) and not _ADDRESS.match(given):
            yield _field(name, operator, given, negated, today, reasons)
        else:
            words = given if not name else f"{name}{operator}{given}"
            yield Term(values=(words.strip('"'),), exact=given.startswith('"'), negated=negated)


def _is_amount(name: str) -> bool:
    return NAMES.get(_low(name)) is Field.AMOUNT


def _field(
    name: str, operator: str, given: str, negated: bool, today: date, reasons: Mapping[str, str]
) -> Term | Trouble:
    field = NAMES.get(_low(name))
    if field is None:
        return Trouble(kind=TroubleKind.FIELD, word=name, nearest=_nearest(name, NAMES))
    bare, exact = given.strip('"').strip(), given.startswith('"')
    if not bare:
        return Trouble(kind=TroubleKind.NOTHING, field=name)
    if field in CHOICES or field is Field.REASON:
        return _choice(name, field, bare, negated, reasons if field is Field.REASON else CHOICES[field])
    if field in (Field.BEFORE, Field.AFTER):
        return _on_a_day(name, field, bare, negated, today)
    if field is Field.AMOUNT:
        return _amount(name, operator.lstrip(":") or "=", bare, negated)
    if field is Field.TICKET and not _low(bare).lstrip("#").isdecimal():
        return Trouble(kind=TroubleKind.NUMBER, field=name, word=bare)
    values = tuple(each for each in bare.split(",") if each.strip()) if not exact else (bare,)
    if field is Field.ASSIGNEE:
        values = tuple(ASSIGNEES.get(_low(each), each) for each in values)
    return Term(field=field, values=values or (bare,), exact=exact, negated=negated)


def _choice(name: str, field: Field, given: str, negated: bool, known: Mapping[str, str]) -> Term | Trouble:
    """Values of a field that has only a few."""
    codes = []
    for value in re.split("[,，、]", given):
        code = known.get(_low(value.strip()))
        if code is None:
            return Trouble(
                kind=TroubleKind.VALUE,
                field=name,
                word=value,
                nearest=_nearest(value, known),
                known=tuple(dict.fromkeys(known.values())),
            )
        codes.append(code)
    return Term(field=field, values=tuple(codes), negated=negated)


def _on_a_day(name: str, field: Field, given: str, negated: bool, today: date) -> Term | Trouble:
    day = _day(_low(given), today)
    if day is None:
        return Trouble(kind=TroubleKind.DAY, field=name, word=given)
    return Term(field=field, values=(given,), day=day, negated=negated)


def _day(given: str, today: date) -> date | None:
    """A day, the first of a month, or so long ago."""
    if given in _DAYS_BACK:
        return today - timedelta(days=_DAYS_BACK[given])
    if ago := _AGO.fullmatch(given):
        back = int(ago[1]) * _AGO_DAYS[ago[2]]
        return today - timedelta(days=back) if back < (today - date(1990, 1, 1)).days else None
    try:
        if day := _DAY.fullmatch(given):
            return date(int(day[1]), int(day[2]), int(day[3]))
        if month := _MONTH.fullmatch(given):
            return date(int(month[1]), int(month[2]), 1)
    except ValueError:  # the 30th of February
        return None
    return None


def _amount(name: str, operator: str, given: str, negated: bool) -> Term | Trouble:
    for sign in OPERATORS:  # "amount:>100"
        if given.startswith(sign):
            operator, given = sign, given.removeprefix(sign)
            break
    plain = unicodedata.normalize("NFKC", given).strip()
    found = _AMOUNT.fullmatch(plain)
    currency = _currency(plain, (found["sign"] + found["unit"]).strip() if found else "")
    if not found or currency is None:
        return Trouble(kind=TroubleKind.AMOUNT, field=name, word=given)
    try:
        amount = Decimal(found["number"].replace(",", ""))
    except InvalidOperation:
        return Trouble(kind=TroubleKind.AMOUNT, field=name, word=given)
    if amount > Decimal(10) ** 12:
        return Trouble(kind=TroubleKind.AMOUNT, field=name, word=given)
    return Term(
        field=Field.AMOUNT, values=(given,), operator=operator, amount=amount, currency=currency,
        negated=negated,
    )  # fmt: skip


def _currency(amount: str, said: str) -> str | None:
    """ "" where none is said; None where something is said that is no currency."""
    if not said:
        return ""
    if said.upper() in EXPONENTS:
        return said.upper()
    named = (code for code, pattern in CURRENCIES.items() if re.search(pattern, amount, re.IGNORECASE))
    return next(named, None)


def _low(given: str) -> str:
    return segmenting.folded(unicodedata.normalize("NFKC", given)).strip()


def _nearest(given: str, known: Mapping[str, object]) -> str:
    return next(iter(difflib.get_close_matches(_low(given), list(known), n=1, cutoff=0.5)), "")
