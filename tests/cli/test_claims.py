"""`helpdesk claims moves`: the table in words, as values, as diagram, and as the document that is kept."""

import json
from pathlib import Path

from helpdesk.rules.claim_moves import MOVES
from helpdesk.rules.claims import ClaimState
from helpdesk.rules.offers import OfferState, RemedyState
from tests.cli.conftest import Run

DOCUMENT = Path(__file__).parents[2] / "docs" / "claims.md"


def test_the_document_is_what_the_tables_say(run: Run) -> None:
    """After a change of a table: `make diagrams`."""
    assert DOCUMENT.read_text(encoding="utf-8") == run("claims", "moves", "--document").output


def test_each_move_is_told_with_who_what_and_the_letter(run: Run) -> None:
    told = run("claims", "moves").output
    assert "accept offer: offered > approved   (buyer, staff)" in told
    assert "    if: The offer's last moment is still to come." in told
    assert "    letter: claim_approved" in told


def test_scripts_get_one_move_a_line(run: Run) -> None:
    rows = [json.loads(line) for line in run("claims", "moves", "--json").output.splitlines()]
    assert [row["event"] for row in rows] == [str(move.event) for move in MOVES]
    silent = next(row for row in rows if row["event"] == "stay_silent")
    assert (silent["from"], silent["to"], silent["who"]) == (
        ["awaiting_buyer", "needs_link"],
        "closed",
        ["desk"],
    )
    assert [guard["name"] for guard in silent["guards"]] == ["buyer_was_warned"]


def test_the_diagram_has_every_arrow_of_the_table(run: Run) -> None:
    drawn = run("claims", "moves", "--diagram").output.splitlines()
    assert drawn[0] == "stateDiagram-v2"
    for move in MOVES:
        for before in move.before:
            arrow = f"    {before or '[*]'} --> {move.after} : "
            (line,) = [each for each in drawn if each.startswith(arrow)]
            assert move.event.replace("_", " ") in line.removeprefix(arrow).split(" / ")


def test_the_document_names_every_state() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    for state in (*ClaimState, *OfferState, *RemedyState):
        assert state.replace("_", " ") in text
