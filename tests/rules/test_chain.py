"""The hash chain: whatever is done to it afterwards is found, and what cannot be found is known."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from helpdesk.rules import chain
from helpdesk.rules.chain import Link, commitment, digest, first_break, genesis

pytestmark = pytest.mark.trust
AT = datetime(2026, 6, 1, 8, tzinfo=UTC)


def make_chain(length: int = 5, *, ticket_id: int = 1) -> list[Link]:
    links: list[Link] = []
    for seq in range(1, length + 1):
        link = Link(
            ticket_id=ticket_id,
            seq=seq,
            kind="event",
            verb="moved",
            actor="clock",
            at=AT + timedelta(minutes=seq),
            payload_commit=commitment(b"salt", {"seq": seq}),
            prev_hash=links[-1].hash if links else genesis(ticket_id),
        )
        links.append(replace(link, hash=digest(link)))
    return links


@pytest.mark.parametrize("length", [0, 1, 5])
def test_an_untouched_chain_holds(length: int) -> None:
    assert first_break(1, make_chain(length)) is None


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "note"},
        {"verb": "closed"},
        {"actor": "agent:1"},
        {"at": AT},
        {"payload_commit": "0" * 64},
        {"hash": "0" * 64},
    ],
    ids=lambda change: next(iter(change)),
)
def test_an_edit_is_found_and_the_entry_named(change: dict[str, object]) -> None:
    links = make_chain()
    links[2] = replace(links[2], **change)  # type: ignore[arg-type]  # names and types are those of Link

    assert first_break(1, links) == "entry 3 of ticket 1 was changed"


def test_an_edit_with_a_hash_made_anew_breaks_the_next_entry() -> None:
    links = make_chain()
    edited = replace(links[2], verb="closed")
    links[2] = replace(edited, hash=digest(edited))

    assert first_break(1, links) == "entry 4 of ticket 1 does not follow the one before it"


@pytest.mark.parametrize("gone", [0, 2])
def test_a_deletion_is_found(gone: int) -> None:
    links = make_chain()
    del links[gone]

    assert first_break(1, links) == f"entry {gone + 1} of ticket 1 is missing"


def test_a_deletion_with_the_numbers_closed_up_is_found() -> None:
    links = make_chain()
    del links[2]
    links = [replace(link, seq=seq) for seq, link in enumerate(links, 1)]

    assert first_break(1, links) == "entry 3 of ticket 1 does not follow the one before it"


def test_another_order_is_found() -> None:
    links = make_chain()
    links[1], links[2] = replace(links[2], seq=2), replace(links[1], seq=3)

    assert first_break(1, links) == "entry 2 of ticket 1 does not follow the one before it"


def test_an_entry_of_another_ticket_is_found() -> None:
    links = make_chain()
    links[2] = make_chain(ticket_id=2)[2]

    assert first_break(1, links) == "entry 3 of ticket 1 does not follow the one before it"


def test_a_chain_cannot_be_moved_to_another_ticket() -> None:
    moved = [replace(link, ticket_id=2) for link in make_chain()]

    assert first_break(2, moved) == "entry 1 of ticket 2 does not follow the one before it"


def test_a_cut_tail_is_not_found_by_the_chain_alone() -> None:
    assert first_break(1, make_chain()[:3]) is None


def test_the_same_moment_in_another_zone_has_the_same_hash() -> None:
    link = make_chain(1)[0]
    shanghai = replace(link, at=link.at.astimezone(timezone(timedelta(hours=8))))

    assert digest(shanghai) == digest(link)


def test_the_commit_of_a_payload_does_not_depend_on_the_order_of_its_keys() -> None:
    assert commitment(b"s", {"a": 1, "b": "退款"}) == commitment(b"s", {"b": "退款", "a": 1})


def test_the_salt_keeps_an_erased_payload_from_being_guessed() -> None:
    assert commitment(b"one", {"a": 1}) != commitment(b"two", {"a": 1})
    assert chain.SALT_BYTES >= 16
