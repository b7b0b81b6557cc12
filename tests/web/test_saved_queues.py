"""Saved queues: who sees them, who may change them, and what stands beside the others."""

import re
from datetime import timedelta

import pytest

from helpdesk import clock
from tests.web.conftest import Desk, Visitor, letter


@pytest.fixture
def broken(desk: Desk) -> int:
    return desk.receive(letter("the cup is broken"))


def save(visitor: Visitor, name: str, query: str, **more: str) -> str:
    """Where the saved queue is."""
    answer = visitor.post("/queues", name=name, q=query, **more)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return answer.location


def beside(visitor: Visitor) -> dict[str, str]:
    """Names and counts beside the queues."""
    group = re.search(r'class="queue-group is-saved".*?</div>', visitor.text("/"), re.DOTALL)
    found = re.findall(
        r"<span>([^<]+?)(?: <span.*?</span>)?</span><b class=\"count\">([^<]+)<", group[0] if group else ""
    )
    return dict(found)


def test_a_search_becomes_a_queue_with_a_count(desk: Desk, broken: int, browser: Visitor) -> None:
    address = save(browser, "Broken cups", "cup state:new")

    assert beside(browser) == {"Broken cups": "1"}
    page = browser.text(address)
    assert "Broken cups" in page
    assert f'data-key="{broken}"' in page
    desk.receive(letter("another cup"))
    assert beside(browser) == {"Broken cups": "1"}, "counted once a minute"
    clock.shift(timedelta(minutes=2))
    assert beside(browser) == {"Broken cups": "2"}


def test_on_a_phone_it_is_picked_among_the_queues(broken: int, browser: Visitor) -> None:
    address = save(browser, "Broken cups", "cup state:new")

    picked = re.search(r'<option value="(saved-\d+)">Broken cups · 1<', browser.text("/"))
    assert picked is not None
    answer = browser.get(f"/?queue={picked[1]}")
    assert (answer.status_code, answer.location) == (303, address)
    assert browser.get("/?queue=saved-x").status_code == 200


def test_only_shared_ones_are_seen_by_others(desk: Desk, browser: Visitor) -> None:
    mine = save(browser, "Mine", "cup")
    shared = save(browser, "Everybody's", "assignee:me", shared="yes")
    lead = desk.visitor("lead")

    assert list(beside(lead)) == ["Everybody&#39;s"]
    assert lead.get(mine).status_code == 404
    assert lead.get(shared).status_code == 200
    assert lead.post(mine, name="x", q="y").status_code == 404
    assert lead.post(f"{mine}/removal").status_code == 404


def test_whoever_made_it_and_leads_change_a_shared_one(desk: Desk, browser: Visitor) -> None:
    lead = desk.visitor("lead")
    shared = save(lead, "Ours", "cup", shared="yes")
    assert browser.post(shared, name="Theirs", q="cup").status_code == 404
    assert lead.post(shared, name="Cups", q="cup or mug", shared="yes").status_code == 303
    assert list(beside(browser)) == ["Cups"]
    assert "Shared by Lead Li" in browser.text(shared)

    assert lead.post(f"{shared}/removal").status_code == 303

    assert beside(browser) == {}


@pytest.mark.parametrize(
    ("name", "query", "status", "said"),
    [
        (" ", "cup", 422, "give the queue a name"),
        ("x" * 61, "cup", 422, "give the queue a name"),
        ("Odd", "stat:open", 422, "search for something first"),
        ("Odd", " ", 422, "search for something first"),
        ("Cups", "mug", 409, "you have a queue of this name already"),
    ],
)
def test_what_cannot_be_saved_is_said(
    browser: Visitor, name: str, query: str, status: int, said: str
) -> None:
    save(browser, "Cups", "cup")

    answer = browser.post("/queues", name=name, q=query)

    assert answer.status_code == status
    assert said in answer.get_data(as_text=True).lower()
