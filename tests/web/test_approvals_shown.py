"""What waits for somebody's approval stands where she looks first; a button that must fail is not shown."""

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from helpdesk.db import reading
from helpdesk.queries import approvals
from helpdesk.rules.approving import approver, may_approve, one_is_never_enough
from helpdesk.rules.money import Money
from helpdesk.rules.policy_shipped import preset_text, read_policy
from helpdesk.rules.states import Role
from tests.actions.claiming import FULL, Matter
from tests.actions.sold import payment
from tests.web.conftest import Desk, Visitor
from tests.web.reading import read

pytestmark = pytest.mark.money
IN_EUROS = {"currency": "EUR", "payments": (payment(currency="EUR"),)}


def asked(**order: object) -> Matter:
    matter = Matter(**order)
    matter.link()
    matter.open()
    matter.ask_approval(FULL)
    return matter


def test_what_waits_for_my_approval_has_a_queue_and_every_other_one_says_so(desk: Desk) -> None:
    matter = asked()
    lead = desk.visitor("lead")
    first, mine = lead.text("/"), lead.text("/?queue=approve")
    assert "1 ticket waits for your approval" in read(first)
    assert "To approve 1" in read(first)
    assert f'id="row-{matter.ticket}"' in mine
    assert "approve CN¥99.00" in read(mine)
    assert "waits for your approval" not in read(mine)


def test_for_who_cannot_approve_it_waits_for_others(desk: Desk, browser: Visitor) -> None:
    matter = asked()
    assert "To approve" not in read(browser.text("/"))
    assert f'id="row-{matter.ticket}"' not in browser.text("/?queue=approve")
    assert f'id="row-{matter.ticket}"' in browser.text("/?queue=waiting")


def test_once_approved_it_is_in_nobody_s_way(desk: Desk) -> None:
    matter = Matter()
    matter.link()
    matter.open()
    digest = matter.ask_approval(FULL)
    matter.confirm(digest, by=matter.people[Role.LEAD])
    assert "approve CN¥99.00" not in read(desk.visitor("lead").text("/?queue=all"))


def test_a_lead_has_no_button_for_a_currency_without_limits_and_reads_who_has(desk: Desk) -> None:
    matter = asked(**IN_EUROS)
    page = desk.visitor("lead").text(f"/tickets/{matter.ticket}")
    assert 'name="answer" value="yes"' not in page
    assert "The policy has no limits in EUR, so an owner has to be the second." in read(page)
    assert "It can be approved by Owner Li." in read(page)
    assert f'id="row-{matter.ticket}"' not in desk.visitor("lead").text("/?queue=approve")


def test_an_owner_has_it(desk: Desk) -> None:
    matter = asked(**IN_EUROS)
    owner = desk.visitor("owner")
    assert 'name="answer" value="yes"' in owner.text(f"/tickets/{matter.ticket}")
    assert f'id="row-{matter.ticket}"' in owner.text("/?queue=approve")


def test_an_agent_reads_who_can_approve(desk: Desk, browser: Visitor) -> None:
    matter = asked()
    page = read(browser.text(f"/tickets/{matter.ticket}"))
    assert "It can be approved by Lead Li, Lead2, or Owner Li." in page


def test_nobody_is_offered_to_grant_alone_what_no_limit_covers(desk: Desk) -> None:
    matter = Matter(**IN_EUROS)
    matter.link()
    matter.open()
    page = desk.visitor("lead").text(f"/tickets/{matter.ticket}")
    assert 'value="offer"' not in page
    assert 'value="approve"' not in page
    assert 'value="ask"' in page
    assert "The policy has no limits in EUR" in read(page)


@pytest.mark.parametrize("order", [{}, IN_EUROS])
def test_the_words_and_the_rows_agree(app: Flask, order: dict[str, Any]) -> None:
    """may_approve says it of one, asked_of of many rows: the same of every person and currency."""
    matter = asked(**order)
    worth = Money(9900, order.get("currency", "CNY"))
    asker = matter.people[Role.AGENT]
    policy = read_policy(preset_text("cn-shop")).policy
    with reading() as session:
        people = approvals.people(session, policy)
        assert {each.name for each in people} == {"Lead", "Lead2", "Owner"}
        for each in (*people, *(replace(every, agent_id=asker) for every in people)):
            assert bool(approvals.asked_of(session, each, [matter.ticket])) == may_approve(each, asker, worth)


def test_limits_count_to_the_cent() -> None:
    policy = read_policy(preset_text("cn-shop")).policy
    lead = approver(1, "lead", Role.LEAD, policy)
    owner = approver(2, "owner", Role.OWNER, policy)
    assert lead is not None
    assert owner is not None
    assert may_approve(lead, 3, Money(200_000, "CNY"))
    assert not may_approve(lead, 3, Money(200_001, "CNY"))
    assert not may_approve(lead, 1, Money(1, "CNY"))
    assert not may_approve(lead, 3, Money(1, "EUR"))
    assert may_approve(owner, 3, Money(10_000_000, "EUR"))
    assert approver(4, "agent", Role.AGENT, policy) is None
    assert approver(1, "lead", Role.LEAD, None) is None


def test_one_is_enough_only_where_sums_are_named() -> None:
    policy = read_policy(preset_text("cn-shop")).policy
    assert one_is_never_enough(Role.OWNER, "EUR", policy)
    assert not one_is_never_enough(Role.AGENT, "CNY", policy)
    assert not one_is_never_enough(Role.AGENT, "", policy)
    assert not one_is_never_enough(Role.AGENT, "EUR", None)


def test_what_has_begun_offers_no_way_back_that_must_fail(desk: Desk, browser: Visitor) -> None:
    matter = Matter()
    matter.link()
    matter.open()
    matter.approve(FULL)
    page = browser.text(f"/tickets/{matter.ticket}")
    ways = ('value="decide_anew"', 'value="withdraw"')
    assert all(way in page for way in ways)
    matter.refund("99.00")
    page = browser.text(f"/tickets/{matter.ticket}")
    assert not any(way in page for way in ways)


def test_only_leads_are_shown_how_to_close_what_is_under_way(desk: Desk, browser: Visitor) -> None:
    matter = Matter()
    matter.link()
    matter.open()
    matter.approve(FULL)
    matter.refund("99.00")
    assert "Close although it is not complete" not in browser.text(f"/tickets/{matter.ticket}")
    assert "Close although it is not complete" in desk.visitor("lead").text(f"/tickets/{matter.ticket}")
