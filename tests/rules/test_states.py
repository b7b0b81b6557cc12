"""The tables of moves: what is legal, and the sentence for what is not."""

from itertools import product

import pytest

from helpdesk.rules.states import (
    IllegalMoveError,
    Role,
    TicketState,
    check_ticket_move,
    may,
)

LEGAL_TICKET_MOVES = {
    "new -> open", "new -> waiting", "new -> solved", "new -> closed",
    "open -> waiting", "open -> solved", "open -> closed",
    "waiting -> open", "waiting -> solved", "waiting -> closed",
    "solved -> open", "solved -> waiting", "solved -> closed",
    "closed -> open",
}  # fmt: skip


@pytest.mark.parametrize(("before", "after"), [*product(TicketState, repeat=2)])
def test_a_ticket_moves_by_the_table(before: TicketState, after: TicketState) -> None:
    if f"{before} -> {after}" in LEGAL_TICKET_MOVES:
        check_ticket_move(before, after)
    else:
        with pytest.raises(IllegalMoveError, match=f"^a {before} ticket cannot become {after}$"):
            check_ticket_move(before, after)


@pytest.mark.trust
@pytest.mark.parametrize(
    ("role", "needed", "allowed"),
    [
        (Role.AGENT, Role.AGENT, True),
        (Role.AGENT, Role.LEAD, False),
        (Role.AGENT, Role.OWNER, False),
        (Role.LEAD, Role.AGENT, True),
        (Role.LEAD, Role.LEAD, True),
        (Role.LEAD, Role.OWNER, False),
        (Role.OWNER, Role.AGENT, True),
        (Role.OWNER, Role.LEAD, True),
        (Role.OWNER, Role.OWNER, True),
    ],
)
def test_each_role_may_do_what_the_ones_before_it_may(role: Role, needed: Role, allowed: bool) -> None:
    assert may(role, needed) is allowed
