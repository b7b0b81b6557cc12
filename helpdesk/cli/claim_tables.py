"""The tables of claims, offers and remedies in words: on a terminal, as diagrams, as docs/claims.md."""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import TypeVar

from helpdesk.rules import claim_moves
from helpdesk.rules.claim_moves import MOVES, STAFF, Guard, Move
from helpdesk.rules.claims import ENDED, ClaimState, Who
from helpdesk.rules.offers import OFFER_MOVES, REMEDY_MOVES, OfferState, RemedyState

S = TypeVar("S", bound=StrEnum)
NOWHERE = "[*]"  # Mermaid's word for the beginning

INTRODUCTION = """\
# How claims move

Written by `make diagrams` from the tables that the desk itself reads: `helpdesk/rules/claim_moves.py` and
`helpdesk/rules/offers.py`. A move happens only if its line says so: state, person and every guard. Each is
one entry in the conversation and one more on the claim's version; whoever looked at an older version is
refused with a sentence.

`helpdesk claims moves` prints the same on a terminal, with `--json` one move per line.
"""


def rows() -> Iterator[dict[str, object]]:
    """One row for each line of the claim's table, as plain values."""
    for move in MOVES:
        yield {
            "event": move.event,
            "from": [state for state in move.before if state is not None],
            "to": move.after,
            "who": [each for each in Who if each in move.who],
            "guards": [{"name": guard.__name__, "asks": asks(guard)} for guard in move.only_if],
            "letter": move.letter,
        }


def as_text() -> Iterator[str]:
    """A paragraph for each move."""
    for move in MOVES:
        yield f"{_words(move.event)}: {_before(move)} > {_words(move.after)}   ({people(move)})"
        yield from (f"    if: {asks(guard)}" for guard in move.only_if)
        if move.letter:
            yield f"    letter: {move.letter}"


def asks(guard: Guard) -> str:
    """What a guard asks, in words."""
    return (guard.__doc__ or _words(guard.__name__)).strip()


def people(move: Move) -> str:
    """Who may make a move: "staff" where it is not only for some of them."""
    left = move.who
    said = []
    if left >= STAFF:
        left, said = left - STAFF, ["staff"]
    return ", ".join([str(each) for each in Who if each in left] + said)


def claim_diagram() -> str:
    """The claim's table as a Mermaid state diagram; events between the same two states share an arrow."""
    arrows: dict[tuple[str, str], list[str]] = {}
    for move in MOVES:
        for before in move.before:
            arrows.setdefault((before or NOWHERE, move.after), []).append(_words(move.event))
    lines = [f"    {before} --> {after} : {' / '.join(said)}" for (before, after), said in arrows.items()]
    ends = [f"    class {state} ended" for state in ClaimState if state in ENDED]
    return "\n".join(["stateDiagram-v2", *lines, "    classDef ended stroke-dasharray:4", *ends])


def small_diagram(table: Mapping[S, frozenset[S]], start: S) -> str:
    """A table without events."""
    lines = [f"    {before} --> {after}" for before in table for after in _in_order(table, before)]
    return "\n".join(["stateDiagram-v2", f"    {NOWHERE} --> {start}", *lines])


def document() -> str:
    """docs/claims.md."""
    guards = {guard.__name__: guard for move in MOVES for guard in move.only_if}
    parts = [
        INTRODUCTION,
        _mermaid(claim_diagram()),
        "Dashed: nothing more is to be done. A claim in any other state always has a timer that runs.\n",
        "## Moves\n",
        _table(("event", "from", "to", "who", "only if", "letter"), _move_cells()),
        "## What the guards ask\n",
        _table(("guard", "asks"), [(_words(name), asks(guard)) for name, guard in guards.items()]),
        "## Offers\n",
        "A proposal that a second person has to confirm is `proposed` until then; what a buyer had asked for "
        "and simply gets\nis accepted in the moment it is made. At most one answer counts.\n",
        _mermaid(small_diagram(OFFER_MOVES, OfferState.PROPOSED)),
        _table(("offer", "may become"), _small_cells(OFFER_MOVES)),
        "## Remedies\n",
        "One row for each thing that was agreed. The claim is resolved when all of its are complete; what is "
        "canceled goes back to the order.\n",
        _mermaid(small_diagram(REMEDY_MOVES, RemedyState.AGREED)),
        _table(("remedy", "may become"), _small_cells(REMEDY_MOVES)),
    ]
    return "\n".join(parts)


def _move_cells() -> Iterator[tuple[str, ...]]:
    for move in MOVES:
        guards = "; ".join(_words(guard.__name__) for guard in move.only_if)
        yield (_words(move.event), _before(move), _words(move.after), people(move), guards, move.letter)


def _small_cells(table: Mapping[S, frozenset[S]]) -> Iterator[tuple[str, ...]]:
    for before in table:
        after = ", ".join(_words(each) for each in _in_order(table, before))
        yield (_words(before), after or "nothing else")


def _in_order(table: Mapping[S, frozenset[S]], before: S) -> list[S]:
    """Sets have no order; the words of the states have one."""
    return [state for state in table if state in table[before]]


def _before(move: Move) -> str:
    known: dict[tuple[ClaimState | None, ...], str] = {
        claim_moves.NOT_ENDED: "any that has not ended, but disputed",
        claim_moves.NOT_CLOSED: "any but disputed and closed",
    }
    states = ", ".join(_words(state) if state else "nothing" for state in move.before)
    return known.get(move.before, states)


def _words(name: str) -> str:
    return name.replace("_", " ")


def _table(head: tuple[str, ...], cells: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *cells]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _mermaid(diagram: str) -> str:
    return f"```mermaid\n{diagram}\n```\n"
