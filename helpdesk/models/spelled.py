"""Conditions with their values spelled out: SQLite takes a partial index only for its very own words."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, literal_column
from sqlalchemy.orm import InstrumentedAttribute


def spelled(column: InstrumentedAttribute[Any], values: StrEnum | Sequence[StrEnum]) -> ColumnElement[bool]:
    """`state = 'waiting'`, or `state IN ('new', 'open')` in this order; only for words of our own enums."""
    if isinstance(values, StrEnum):
        return column == literal_column(_quoted(values))
    return column.in_([literal_column(_quoted(value)) for value in values])


def _quoted(value: StrEnum) -> str:
    if not value.replace("_", "").isalpha():
        raise ValueError("only a word can be spelled out")
    return f"'{value.value}'"
