"""Tags: put on and taken off, found, shown in rows, and looked after by leads."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from helpdesk.db import reading
from helpdesk.models import Tag
from helpdesk.rules.tags import OddTagError, folded, joined, typed
from tests.web.conftest import Desk, Queries, Visitor, letter, on
from tests.web.many import do
from tests.web.reading import read


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    yield from on(database_url, tmp_path)


def tag(visitor: Visitor, number: int, words: str) -> None:
    visitor.get(f"/tickets/{number}")
    assert visitor.post(f"/tickets/{number}/tags", tags=words).status_code == 303


def found(visitor: Visitor, query: str) -> list[int]:
    page = visitor.text(f"/search?q={query}")
    return [number for number in range(1, 6) if f'data-key="{number}"' in page]


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("late", ("late",)),
        ("  #Late   parcel , VIP，老客户", ("Late parcel", "VIP", "老客户")),
        ("late, LATE", ("late",)),
        ('"quoted"', ("quoted",)),
        ("ＶＩＰ", ("VIP",)),
    ],
)
def test_tags_are_read_as_they_were_meant(text: str, tags: tuple[str, ...]) -> None:
    assert typed(text) == tags


@pytest.mark.parametrize("text", ["", " , ", "#", "x" * 41])
def test_what_is_no_tag_is_refused(text: str) -> None:
    with pytest.raises(OddTagError):
        typed(text)


def test_case_accents_and_old_characters_make_no_other_tag() -> None:
    assert folded("Café VIP") == folded("cafe vip")
    assert folded("物流異常") == folded("物流异常")
    assert joined(["late", "late parcel"]) == 'tag:late tag:"late parcel"'


def test_a_tag_stands_on_the_ticket_in_the_list_and_in_the_conversation(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    tag(browser, number, "late parcel, vip")

    page = browser.text(f"/tickets/{number}")
    assert "Agent Li put a tag on it: late parcel, vip" in read(page)
    assert page.count('class="tag"') == 4, "above the conversation and beside it"
    assert '<span class="tag">late parcel</span><span class="tag">vip</span>' in browser.text("/?queue=all")
    assert '<option value="vip">' in browser.text(f"/tickets/{desk.receive(letter())}"), "offered elsewhere"

    browser.post(f"/tickets/{number}/tags/removal", tag="VIP")
    assert "Agent Li took a tag off: vip" in read(browser.text(f"/tickets/{number}"))
    assert '<span class="tag">vip</span>' not in browser.text("/?queue=all")


def test_the_same_tag_twice_is_one_and_says_nothing(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    tag(browser, number, "late")
    tag(browser, number, "LATE")
    browser.post(f"/tickets/{number}/tags/removal", tag="never there")
    assert desk.verbs(number).count("tagged") == 1
    assert "untagged" not in desk.verbs(number)
    with reading() as session:
        assert session.query(Tag).count() == 1


def test_a_search_finds_them_also_beside_others_and_by_the_chinese_name(desk: Desk, browser: Visitor) -> None:
    for each in range(3):
        desk.receive(letter(f"cup {each}", sender=f"b{each}@qq.example"))
    tag(browser, 1, "late parcel")
    tag(browser, 2, "vip, late parcel")

    assert found(browser, 'tag:"Late Parcel"') == [1, 2]
    assert found(browser, 'tag:"late parcel" tag:vip') == [2]
    assert found(browser, "标签:vip state:new") == [2]
    assert found(browser, "-tag:vip") == [1, 3]
    assert found(browser, "tag:nobody,vip") == [2]
    assert found(browser, "tag:nobody") == []
    assert browser.post("/queues", q="tag:vip", name="VIPs").status_code == 303
    assert browser.text("/").count("VIPs") == 2  # beside the list, and in the picker of a phone


@pytest.mark.parametrize("words", ["", " , ", "x" * 41])
def test_a_page_refuses_what_is_no_tag(desk: Desk, browser: Visitor, words: str) -> None:
    assert browser.post(f"/tickets/{desk.receive()}/tags", tags=words).status_code == 422


def test_a_ticket_has_only_so_many(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    tag(browser, number, ",".join(f"tag {each}" for each in range(20)))
    assert browser.post(f"/tickets/{number}/tags", tags="one more").status_code == 422


def test_tags_cost_a_list_one_question_however_many_there_are(desk: Desk, browser: Visitor) -> None:
    for each in range(4):
        desk.receive(letter(sender=f"b{each}@qq.example"))
    tag(browser, 1, "a")
    browser.get("/?queue=all")
    with Queries() as few:
        browser.get("/?queue=all")
    for number in range(1, 5):
        tag(browser, number, "b, c, d, e")
    with Queries() as many:
        browser.get("/?queue=all")
    assert many.count == few.count


def test_a_lead_renames_a_tag_on_all_of_its_tickets(desk: Desk, browser: Visitor) -> None:
    tag(browser, desk.receive(), "lste")
    tag(browser, 1, "vip")
    lead = desk.visitor("lead")
    assert "1 ticket" in read(lead.text("/settings/tags"))

    assert lead.post("/settings/tags/1/name", name="Late").status_code == 303
    assert "Late" in lead.text("/?queue=all")
    refused = lead.post("/settings/tags/1/name", name="VIP")
    assert refused.status_code == 409
    assert "There is a tag of this name" in refused.get_data(as_text=True)
    assert lead.post("/settings/tags/1/name", name="a, b").status_code == 422
    assert lead.post("/settings/tags/99/name", name="a").status_code == 404


def test_one_tag_takes_the_place_of_another_on_every_ticket_and_the_entry_says_so(
    desk: Desk, browser: Visitor
) -> None:
    for each in range(2):
        tag(browser, desk.receive(letter(sender=f"b{each}@qq.example")), "lste")
    tag(browser, 2, "late")
    lead = desk.visitor("lead")
    answer = lead.post("/settings/tags/1/merger", into="late")
    page = lead.text(answer.location)
    assert "Tagged late, not lste: 2 tickets" in page

    address = answer.location.partition("?")[0]
    lead.post(f"{address}/start")

    assert found(lead, "tag:late") == [1, 2]
    assert found(lead, "tag:lste") == []
    assert desk.verbs(1)[-2:] == ["untagged", "tagged"]
    lead.post(f"{address}/undo")
    assert found(lead, "tag:lste") == [1, 2]
    assert found(lead, "tag:late") == [2]
    assert lead.post("/settings/tags/1/merger", into="LSTE").status_code == 422


def test_a_tag_goes_when_no_ticket_has_it(desk: Desk, browser: Visitor) -> None:
    tag(browser, desk.receive(), "late")
    lead = desk.visitor("lead")
    answer = lead.post("/settings/tags/1/removal")
    lead.post(f"{answer.location.partition('?')[0]}/start")
    assert found(lead, "tag:late") == []
    lead.post("/settings/tags/1/removal")
    assert "There are none yet" in lead.text("/settings/tags")


def test_only_leads_look_after_tags(desk: Desk, browser: Visitor) -> None:
    tag(browser, desk.receive(), "late")
    assert browser.get("/settings/tags").status_code == 403
    for verb in ("name", "merger", "removal"):
        assert browser.post(f"/settings/tags/1/{verb}", name="x", into="x").status_code == 403


def test_many_are_tagged_and_untagged_at_once(desk: Desk, browser: Visitor) -> None:
    for each in range(3):
        desk.receive(letter(sender=f"b{each}@qq.example"))
    do(browser, [1, 2], "tag", tags="late, vip")
    assert found(browser, "tag:late tag:vip") == [1, 2]
    do(browser, [1, 2, 3], "untag", tags="late")
    assert found(browser, "tag:late") == []
    assert found(browser, "tag:vip") == [1, 2]
