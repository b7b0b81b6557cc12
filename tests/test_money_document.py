"""docs/money.md tells what the table of refunds says: neither a state nor a move more, nor one less."""

import re

import pytest

from config import ROOT
from helpdesk.rules.refunds import REFUND_MOVES

pytestmark = pytest.mark.money
DOCUMENT = (ROOT / "docs" / "money.md").read_text(encoding="utf-8")
MOVES = {str(before): {str(after) for after in moves} for before, moves in REFUND_MOVES.items()}


def test_the_table_has_every_move() -> None:
    rows = re.findall(r"^\| ([a-z_]+) \| .* \| ([a-z_, ]*)\|$", DOCUMENT, re.MULTILINE)
    told = {before: set(after.replace(",", " ").split()) for before, after in rows if before != "state"}
    assert told == MOVES


def test_the_drawing_has_every_move() -> None:
    drawn = re.findall(r"^ +([a-z_]+) --> ([a-z_]+)", DOCUMENT, re.MULTILINE)
    assert {before: {after for each, after in drawn if each == before} for before in MOVES} == MOVES
