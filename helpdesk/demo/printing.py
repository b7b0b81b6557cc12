"""A story as a printing plate: one text in which everything is marked that differs from copy to copy.

All rows of the story are written as one JSON text; ids, moments, days, names, numbers and Message-IDs are
found in it wherever they stand: in columns, in facts, within sentences. A copy is that text with other ones.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from babel.dates import format_date
from sqlalchemy import Date, Index, String, UniqueConstraint
from sqlalchemy.types import Enum

from helpdesk.db import Base, Moment
from helpdesk.demo.scratch import Rows, key_of
from helpdesk.demo.telling import Telling, Told
from helpdesk.demo.varied import Copy, sentences
from helpdesk.letters.words import BABEL
from helpdesk.rules import proposals
from helpdesk.rules.claim_terms import Remedy
from helpdesk.rules.order_numbers import normal

ID = r"(?<![0-9])9[0-9]{8}(?![0-9])"
MOMENT = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?:Z|[+-][0-9]{2}:[0-9]{2})"
DAY = r"(?<![0-9-])2[0-9]{3}-[0-9]{2}-[0-9]{2}(?![0-9T-])"
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
LONG = {
    "zh-CN": r"(?P<zh>[0-9]{4}年[0-9]{1,2}月[0-9]{1,2}日)",
    "en": rf"(?P<en>[0-9]{{1,2}} (?:{'|'.join(MONTHS)}) [0-9]{{4}})",
}
LETTERS = ("received_message", "outbox_message")  # have a Message-ID each
NEAR = 60  # characters that a copy may be longer by than its story

New = dict[int, int]  # ids of a story, or of the shop's people, and what they are in a copy


@dataclass(slots=True)
class Plate:
    """One story, ready to be copied. `columns` are the names of each table's columns."""

    told: Told
    columns: dict[str, list[str]]
    pieces: list[str]
    marks: list[tuple[int, int]]  # (piece, slot)
    slots: list[tuple[str, Any]] = field(repr=False)
    ids: dict[str, list[int]]  # of the rows of each table
    uids: list[int]  # of the messages that came in
    moments: dict[str, list[int]]  # columns of each table
    days: dict[str, list[int]]
    long: list[tuple[str, int, int, int]]  # (table, row, column, most characters)
    offers: dict[str, tuple[int, list[proposals.Part], str]]  # by digest: claim, parts, currency

    def copy(
        self, copy: Copy, new: New, names: Mapping[str, str], by: timedelta
    ) -> dict[str, list[list[Any]]]:
        """The rows of a copy: with these ids, colleagues' names so replaced, so much later."""
        pieces, values = self.pieces.copy(), list(self._values(copy, new, names, by))
        for piece, slot in self.marks:
            pieces[piece] = values[slot]
        rows: dict[str, list[list[Any]]] = json.loads("".join(pieces))
        for name, places in self.moments.items():
            for row in rows[name]:
                for place in places:
                    if row[place]:
                        row[place] = datetime.fromisoformat(row[place])
        for name, places in self.days.items():
            for row in rows[name]:
                for place in places:
                    row[place] = date.fromisoformat(row[place]) if row[place] else None
        for name, row_place, place, most in self.long:
            rows[name][row_place][place] = rows[name][row_place][place][:most]
        return rows

    def _values(self, copy: Copy, new: New, names: Mapping[str, str], by: timedelta) -> Iterator[str]:
        voice, days = self.told.voice, timedelta(days=round(by / timedelta(days=1)))
        name, email = copy.person(voice.locale)
        title, sku = copy.goods(voice.locale)
        own = {voice.name: name, voice.email: email, voice.item[0]: title, voice.item[1]: sku}
        same = {told: copy.chance.choice(others) for told, others in sentences(voice).items()}
        for place, (kind, value) in enumerate(self.slots):
            if kind == "id":
                yield str(new[value])
            elif kind == "moment":
                yield (value + by).isoformat()
            elif kind == "day":
                yield (value + days).isoformat()
            elif kind == "long":
                yield format_date(value[0] + days, format="long", locale=BABEL[value[1]])
            elif kind == "said":
                yield own.get(value) or same.get(value) or names[value]
            elif kind == "like":
                yield copy.like(*value)
            elif kind == "norm":
                yield normal(copy.like(*value))
            elif kind == "address":
                yield f"{copy.number}.{value}"
            elif kind == "message":
                yield copy.message_id(value, place)
            else:
                claim, parts, currency = self.offers[value]
                yield proposals.digest(new[claim], [_renumbered(part, new) for part in parts], currency)


def plate(telling: Telling, told: Told, same_bytes: Mapping[str, str]) -> Plate:
    """Mark one story. `same_bytes` maps the hash of a blob to that of what is kept in its place."""
    rows, columns = told.rows, {name: list(of[0]) for name, of in told.rows.items()}
    ids = {name: [row[str(key.name)] for row in of] for name, of in rows.items()
           if not (key := key_of(Base.metadata.tables[name])).foreign_keys}  # fmt: skip
    known = {each for of in ids.values() for each in of}
    known |= {row[_key(name)] for name, of in telling.shop.items() for row in of}
    uids = [row["uid"] for row in rows.get("received_message", ())]
    known.update(uids)
    offers = _offers(rows)
    literal = dict(_literals(telling, told)) | {digest: ("digest", digest) for digest in offers}
    text = json.dumps(
        {name: [list(row.values()) for row in _in_order(name, of)] for name, of in rows.items()},
        ensure_ascii=False, separators=(",", ":"), default=_written,
    )  # fmt: skip
    for sha256, kept in same_bytes.items():
        text = text.replace(sha256, kept)
    pieces, marks, slots = _cut(text, literal, known)
    return Plate(
        told=told, columns=columns, pieces=pieces, marks=marks, slots=slots, ids=ids, uids=uids,
        offers=offers, moments=_of_type(rows, Moment), days=_of_type(rows, Date), long=list(_long(rows)),
    )  # fmt: skip


def _cut(
    text: str, literal: Mapping[str, tuple[str, Any]], known: set[int]
) -> tuple[list[str], list[tuple[int, int]], list[tuple[str, Any]]]:
    """The text between the marks, where the marks stand, and what each of them is."""
    spelled = "|".join(map(re.escape, sorted(literal, key=len, reverse=True)))
    wanted = re.compile(
        f"(?P<literal>{spelled})|(?P<moment>{MOMENT})|(?P<day>{DAY})|{LONG['zh-CN']}|{LONG['en']}|(?P<id>{ID})"
    )
    slots: dict[tuple[str, Any], int] = {}
    pieces, marks, end = [], [], 0
    for found in wanted.finditer(text):
        slot = _slot(found, literal, known)
        if slot is None:
            continue
        pieces += [text[end : found.start()], ""]
        marks.append((len(pieces) - 1, slots.setdefault(slot, len(slots))))
        end = found.end()
    pieces.append(text[end:])
    return pieces, marks, list(slots)


def _slot(
    found: re.Match[str], literal: Mapping[str, tuple[str, Any]], known: set[int]
) -> tuple[str, Any] | None:
    kind, text = str(found.lastgroup), found.group()
    if kind == "literal":
        return literal[text]
    if kind == "id":
        return ("id", int(text)) if int(text) in known else None
    if kind == "moment":
        return (kind, datetime.fromisoformat(text))
    if kind == "day":
        return (kind, date.fromisoformat(text))
    if kind == "zh":
        year, month, day = map(int, re.findall("[0-9]+", text))
        return ("long", (date(year, month, day), "zh-CN"))
    written, month_name, year_written = text.split()
    return ("long", (date(int(year_written), MONTHS.index(month_name) + 1, int(written)), "en"))


def _literals(telling: Telling, told: Told) -> Iterator[tuple[str, tuple[str, Any]]]:
    voice = told.voice
    for said in (voice.name, voice.email, *voice.item, *sentences(voice)):
        yield said, ("said", said)
    for agent in telling.shop["agent"]:
        yield agent["name"], ("said", agent["name"])
    numbers = dict.fromkeys((voice.order, voice.second_order, voice.tracking, voice.back, voice.coupon))
    spelled = {normal(number) for number in numbers}
    unique = dict.fromkeys(_unique(telling, told.rows))
    numbers |= dict.fromkeys(each for each in unique if "@" not in each and each not in spelled)
    for address in (each for each in unique if "@" in each and each != voice.email):
        yield address, ("address", address)
    for place, number in enumerate(numbers):
        if normal(number) != number:
            yield normal(number), ("norm", (number, place))
        yield number, ("like", (number, place))
    for name in LETTERS:
        for row in told.rows.get(name, ()):
            if row["message_id"]:
                yield row["message_id"], ("message", row["message_id"])


def _unique(telling: Telling, rows: Rows) -> Iterator[str]:
    """Texts that may stand in the database once: whoever says so, they are other ones in every copy."""
    for name, of in rows.items():
        table = Base.metadata.tables[name]
        for rule in (*table.constraints, *table.indexes):
            if not (isinstance(rule, UniqueConstraint) or (isinstance(rule, Index) and rule.unique)):
                continue
            apart = {key.column.table.name for column in rule.columns for key in column.foreign_keys}
            if apart - set(telling.shop):
                continue  # unique below a row that is another one in every copy
            for column in rule.columns:
                if isinstance(column.type, String) and not isinstance(column.type, Enum):
                    yield from (row[column.name] for row in of if _is_alike(row[column.name]))


def _is_alike(value: str | None) -> bool:
    """Nothing in it would be another one in a copy anyway."""
    return bool(value) and not re.search(ID, str(value)) and bool(re.search("[0-9@]", str(value)))


def _offers(rows: Rows) -> dict[str, tuple[int, list[proposals.Part], str]]:
    found = {}
    for offer in rows.get("offer", ()):
        parts = sorted(
            (row for row in rows["offer_part"] if row["offer_id"] == offer["id"]),
            key=lambda row: row["position"],
        )
        told = [
            proposals.part_of(row["option"], Remedy(row["remedy"]), row["amount_minor"], row["goods"])
            for row in parts
        ]
        currency = parts[0]["currency"]
        if proposals.digest(offer["claim_id"], told, currency) == offer["digest"]:
            found[offer["digest"]] = (offer["claim_id"], told, currency)
    return found


def _renumbered(part: proposals.Part, new: New) -> proposals.Part:
    goods = part.goods() | {"lines": [[new[line], units] for line, units in part.lines]}
    return proposals.part_of(part.option, part.remedy, part.amount, goods)


def _in_order(name: str, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those that another row of the table points at come first."""
    table = Base.metadata.tables[name]
    own = [
        column.name for column in table.columns for key in column.foreign_keys if key.column.table is table
    ]
    ordered: list[dict[str, Any]] = []
    waiting = list(rows)
    while waiting:
        there = {row["id"] for row in ordered} if own else set()
        ids = {row["id"] for row in waiting} if own else set()
        ready = [row for row in waiting if all(row[each] in there or row[each] not in ids for each in own)]
        if not ready:
            raise ValueError(f"rows of {name} point at each other in a circle: no copy could be inserted")
        ordered += ready
        waiting = [row for row in waiting if not any(row is each for each in ready)]
    return ordered


def _of_type(rows: Rows, kind: type[Any]) -> dict[str, list[int]]:
    found = {}
    for name, of in rows.items():
        columns = Base.metadata.tables[name].columns
        if places := [place for place, each in enumerate(of[0]) if isinstance(columns[each].type, kind)]:
            found[name] = places
    return found


def _long(rows: Rows) -> Iterator[tuple[str, int, int, int]]:
    for name, of in rows.items():
        columns = Base.metadata.tables[name].columns
        for row_place, row in enumerate(_in_order(name, of)):
            for place, (column, value) in enumerate(row.items()):
                most = getattr(columns[column].type, "length", None)
                if (
                    most
                    and isinstance(value, str)
                    and not isinstance(columns[column].type, Enum)
                    and len(value) > most - NEAR
                    and most >= 2 * NEAR
                ):
                    yield name, row_place, place, most


def _key(name: str) -> str:
    return str(key_of(Base.metadata.tables[name]).name)


def _written(value: Any) -> str:
    return "" if isinstance(value, bytes) else str(value.isoformat())
