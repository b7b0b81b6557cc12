"""Signed links: each opens the one thing it was made for; what somebody made up opens nothing."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from helpdesk import links, phrasebooks
from helpdesk.blobs import BlobStore
from helpdesk.desk import Desk
from helpdesk.links import BadLinkError, Purpose

pytestmark = pytest.mark.trust


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(
        shop_name="Shop",
        zone=ZoneInfo("UTC"),
        base_url="https://desk.example",
        secret=b"a secret that only tests know, 32 characters",
        undo=timedelta(0),
        blobs=BlobStore(tmp_path),
        phrases=phrasebooks.shipped(),
    )


def token(desk: Desk, purpose: Purpose = Purpose.SURVEY, subject_id: int = 7) -> str:
    return links.url(desk, purpose, subject_id).rpartition("/")[2]


@pytest.mark.parametrize("purpose", Purpose)
def test_a_link_leads_back_to_what_it_was_made_for(desk: Desk, purpose: Purpose) -> None:
    assert links.url(desk, purpose, 7).startswith(f"https://desk.example/b/{purpose}/")
    assert links.read(desk, purpose, token(desk, purpose)) == 7


def test_a_link_for_one_thing_opens_no_other(desk: Desk) -> None:
    with pytest.raises(BadLinkError, match="not a link of ours for arrival"):
        links.read(desk, Purpose.ARRIVAL, token(desk, Purpose.SURVEY))


def test_a_link_of_another_shop_opens_nothing(desk: Desk) -> None:
    other = replace(desk, secret=b"the secret of another shop, 32 characters")

    with pytest.raises(BadLinkError):
        links.read(desk, Purpose.SURVEY, token(other))


def test_the_number_in_a_link_cannot_be_exchanged(desk: Desk) -> None:
    (_, signature), (payload, _) = (token(desk, subject_id=n).split(".") for n in (7, 8))

    with pytest.raises(BadLinkError):
        links.read(desk, Purpose.SURVEY, f"{payload}.{signature}")


@pytest.mark.parametrize(
    "made_up",
    ["", ".", "..", "Nw", "Nw.", ".Nw", "Nw.x", "7", "é.é", "\udcff.x", "Nw." + "A" * 100_000, "\0"],
)
def test_what_somebody_made_up_opens_nothing(desk: Desk, made_up: str) -> None:
    with pytest.raises(BadLinkError):
        links.read(desk, Purpose.SURVEY, made_up)


def test_every_single_changed_character_is_noticed(desk: Desk) -> None:
    good = token(desk)
    for place, character in enumerate(good[:-1]):  # the last one of base64 has bits that nobody reads
        other = "A" if character != "A" else "B"
        with pytest.raises(BadLinkError):
            links.read(desk, Purpose.SURVEY, good[:place] + other + good[place + 1 :])


def test_a_link_holds_nothing_about_the_buyer(desk: Desk) -> None:
    assert token(desk).partition(".")[0] == "Nw"  # base64 of "7"
