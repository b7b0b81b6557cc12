"""The panel of a claim and the page of its offer: what an agent and a buyer can do, and are told."""

import re

from sqlalchemy import select

from helpdesk import clock, links
from helpdesk.current import current_desk
from helpdesk.db import reading
from helpdesk.models import Claim, Offer
from helpdesk.rules.claim_terms import OrderState
from tests.actions.claiming import FULL, Matter, delivered
from tests.actions.sold import given, sell
from tests.web.conftest import Desk, Visitor


def version() -> int:
    with reading() as session:
        return session.scalars(select(Claim.version)).one()


def offer_link() -> str:
    desk = current_desk()
    return links.url(desk, links.Purpose.OFFER, 1).removeprefix(desk.base_url)


def digest() -> str:
    with reading() as session:
        return session.scalars(select(Offer.digest)).one()


def unshipped(**order: object) -> Matter:
    matter = Matter(**order)
    matter.link()
    matter.open()
    return matter


def test_the_panel_shows_the_decision_clause_by_clause(browser: Visitor) -> None:
    matter = unshipped()

    page = browser.get(f"/tickets/{matter.ticket}").text

    assert "CN-UNSHIPPED" in page
    assert re.search(r"to be decided|待裁定", page)


def test_where_only_the_reason_is_missing_the_page_says_so(browser: Visitor) -> None:
    matter = Matter()
    matter.link()
    matter.open("")

    page = browser.text(f"/tickets/{matter.ticket}")

    assert "The reason is missing: choose it" in page
    assert "the reason is missing, choose it" in page, "the conversation says so too"
    assert "o clause fits" not in page
    assert "has no clause" not in page


def test_an_offer_is_made_and_taken_on_the_buyers_page(browser: Visitor, stranger: Visitor) -> None:
    matter = unshipped()
    form = {"version": version(), "how": "offer", "remedy-1": "full_refund", "amount-1": "99"}

    made = browser.post("/claims/1/proposal", **form)
    shown = stranger.get(offer_link())
    taken = stranger.client.post(offer_link(), data={"answer": "accept-1", "digest": digest()})

    assert (made.status_code, shown.status_code, taken.status_code) == (303, 200, 303)
    assert (matter.state, matter.remedies()) == ("approved", [("full_refund", 9900, "agreed")])
    again = stranger.client.post(offer_link(), data={"answer": "accept-1", "digest": digest()})
    assert again.status_code == 409
    assert len(matter.remedies()) == 1


def test_a_buyer_proposes_something_else(stranger: Visitor, app: object) -> None:
    matter = unshipped()
    matter.offer(FULL)

    empty = stranger.client.post(offer_link(), data={"answer": "counter", "words": " "})
    said = stranger.client.post(offer_link(), data={"answer": "counter", "words": "再便宜一点"})

    assert (empty.status_code, said.status_code) == (422, 303)
    assert matter.state == "awaiting_decision"
    with reading() as session:
        assert session.scalars(select(Offer.counter)).one() == "再便宜一点"


def test_a_page_from_before_a_change_is_refused(browser: Visitor) -> None:
    unshipped()

    answer = browser.post(
        "/claims/1/proposal", version=1, how="approve", **{"remedy-1": "full_refund", "amount-1": "99"}
    )

    assert answer.status_code == 409


def test_an_illegal_move_is_409_with_the_guards_sentence(desk: Desk, app: object) -> None:
    matter = unshipped(**delivered(9))
    form = {"remedy-1": "full_refund", "amount-1": "50"}

    answer = desk.visitor().post("/claims/1/proposal", version=version(), how="approve", **form)

    assert answer.status_code == 409
    assert answer.text.count('role="alert">The policy does not allow this: a lead may, with a reason') == 1
    assert "Your words are kept" not in answer.text
    assert matter.remedies() == []


def test_a_lead_asks_todays_policy_with_a_reason(desk: Desk, browser: Visitor) -> None:
    matter, lead = unshipped(), desk.visitor("lead")
    assert 'id="today-1"' not in browser.get(f"/tickets/{matter.ticket}").text
    assert 'id="today-1"' in lead.get(f"/tickets/{matter.ticket}").text

    done = lead.post("/claims/1/decision", version=version(), why="the fifth time")

    assert (done.status_code, matter.decision().why) == (303, "the fifth time")


def test_only_who_may_answer_a_request_for_approval_is_shown_how(desk: Desk, browser: Visitor) -> None:
    matter = unshipped()
    form = {"version": version(), "how": "ask", "remedy-1": "full_refund", "amount-1": "99"}

    assert browser.post("/claims/1/proposal", **form).status_code == 303

    yes, no = 'name="answer" value="yes"', 'name="answer" value="no"'
    own, lead = browser.get(f"/tickets/{matter.ticket}").text, desk.visitor("lead").get("/tickets/1").text
    assert (yes in own, no in own, yes in lead, no in lead) == (False, True, True, True)


def test_what_the_order_has_become_since_the_page_was_shown_counts(browser: Visitor) -> None:
    matter = unshipped()
    form = {"version": version(), "how": "approve", "remedy-1": "full_refund", "amount-1": "99"}
    sell(given(state=OrderState.SHIPPED, shipped_at=clock.now()))

    page = browser.post("/claims/1/proposal", **form)

    assert (page.status_code, matter.state) == (409, "awaiting_decision")
    assert (matter.decision().clause, matter.remedies()) == ("", [])


def test_what_cannot_be_is_422_and_what_was_typed_stays(browser: Visitor) -> None:
    unshipped()

    answer = browser.post(
        "/claims/1/proposal",
        version=version(),
        how="offer",
        **{"remedy-1": "full_refund", "amount-1": "much"},
    )

    assert answer.status_code == 422
    assert 'value="much"' in answer.text


def test_the_refund_form_begins_with_what_was_promised(browser: Visitor) -> None:
    matter = unshipped()
    matter.approve(FULL)

    page = browser.get(f"/tickets/{matter.ticket}").text
    form = {"amount": "99.00", "currency": "CNY", "method": "alipay", "reference": "R1", "remedy": "1"}
    recorded = browser.post(f"/tickets/{matter.ticket}/refunds", **form)

    assert 'value="99.00"' in page
    assert recorded.status_code == 303
    assert matter.remedies() == [("full_refund", 9900, "under_way")]


def test_no_clause_refuses_it_so_a_lead_says_why(desk: Desk, browser: Visitor) -> None:
    matter = Matter(**delivered(9))
    matter.link()
    matter.open("changed_mind")

    plain = browser.post("/claims/1/refusal", version=version(), words="抱歉")
    told = desk.visitor("lead").post(
        "/claims/1/refusal", version=version(), words="抱歉", why="opened and used"
    )

    assert (plain.status_code, told.status_code) == (409, 303)
    assert matter.state == "rejected"
    assert "refusal_told" in matter.verbs()


def test_who_was_paid_is_not_offered_to_take_the_claim_back(stranger: Visitor, app: object) -> None:
    matter = unshipped()
    matter.approve(FULL)
    desk = current_desk()
    page = links.passing_url(desk, links.Passing.STATUS, 1, at=clock.now()).removeprefix(desk.base_url)
    assert "/withdrawal" in stranger.get(page).text

    matter.refund("99.00")

    assert "/withdrawal" not in stranger.get(page).text


def test_the_second_person_looks_again_when_the_order_was_shipped_meanwhile(desk: Desk, app: object) -> None:
    matter = unshipped()
    asked = matter.ask_approval(FULL)
    form = {"version": version(), "answer": "yes", "digest": asked}
    sell(given(state=OrderState.SHIPPED, shipped_at=clock.now()))

    page = desk.visitor("lead").post("/claims/1/approval", **form)

    assert (page.status_code, matter.state) == (409, "awaiting_approval")
