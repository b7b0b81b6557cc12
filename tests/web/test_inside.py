"""The pages of the inside of the shop, without JavaScript: asking, calls, returns and disputes."""

import io
import re
from datetime import timedelta

import pytest
from flask import Flask

from helpdesk import clock, links
from helpdesk.actions import contacts, return_addresses
from helpdesk.current import current_desk
from helpdesk.db import transaction
from helpdesk.rules.claim_terms import Remedy
from helpdesk.rules.proposals import Part
from tests.actions.sending_back import SendingBack
from tests.web.conftest import PNG, Visitor

DEPOT = "depot@warehouse.example"


@pytest.fixture
def matter(app: Flask) -> SendingBack:
    """An approved refund against return; colleagues are agent, lead, owner @shop.example."""
    with transaction() as session:
        contacts.add(session, email=DEPOT, name="Depot", role="warehouse", locale="en", at=clock.now())
    return SendingBack()


def visitor(app: Flask, who: str = "agent") -> Visitor:
    found = Visitor(app.test_client())
    assert found.sign_in(f"{who}@shop.example").status_code == 303
    found.post("/look", language="en", next="/")
    return found


@pytest.fixture
def agent(app: Flask, matter: SendingBack) -> Visitor:
    return visitor(app)


def test_a_question_is_asked_from_its_page(agent: Visitor, matter: SendingBack) -> None:
    page = agent.text("/tickets/1/inquiry")
    assert "Depot" in page
    assert "杯子" in page  # what can be told

    answer = agent.post(
        "/tickets/1/inquiry", contact="1", words="Where is it?", tell=["order", "items"], kind="question"
    )

    assert answer.status_code == 303
    (asked,) = matter.facts("asked")
    assert "Order: 2398471029384756102" in asked["text"]
    assert "Where is it?" in agent.text("/tickets/1")


def test_what_was_typed_comes_back_with_the_reason(agent: Visitor) -> None:
    answer = agent.post("/tickets/1/inquiry", contact="1", words=" ", kind="task", due_at="2030-01-01T10:00")

    assert answer.status_code == 422
    assert "2030-01-01T10:00" in answer.get_data(as_text=True)


def test_a_call_is_kept_with_time_place_person_and_recording(agent: Visitor, matter: SendingBack) -> None:
    answer = agent.client.post(
        "/tickets/1/call",
        data={
            "csrf_token": agent.token,
            "whom": "Li Mei",
            "spoken_at": (clock.now() - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M"),
            "place": "138 0000 0000",
            "words": "She agrees.",
            "files": (io.BytesIO(b"ID3"), "call.mp3"),
        },
    )

    assert answer.status_code == 303
    page = agent.text("/tickets/1")
    assert "spoke with Li Mei" in page
    assert "138 0000 0000" in page
    assert "call.mp3" in page
    assert agent.post("/tickets/1/call", whom="", spoken_at="", words="x").status_code == 422


def test_a_return_is_begun_sent_and_inspected(app: Flask, agent: Visitor, matter: SendingBack) -> None:
    page = agent.text("/remedies/1/return")
    assert "Shanghai" in page
    by = (clock.now() + timedelta(days=7)).date().isoformat()
    answer = agent.post(
        "/remedies/1/return", **{"quantity-1": "2", "address": "1", "send_by": by, "payer": "buyer"}
    )
    assert answer.status_code == 303
    ticket = agent.text("/tickets/1")
    assert "RT-1-1" in ticket
    assert 'href="#refund"' not in ticket, "the goods come first"

    buyer = Visitor(app.test_client())
    address = links.url(current_desk(), links.Purpose.RETURN, 1).partition("/b/")[2]
    assert "021-5555 0100" in buyer.text(f"/b/{address}")
    wrong = buyer.client.post(f"/b/{address}", data={"carrier": "顺丰", "tracking": "SF1"})
    assert wrong.status_code == 422
    right = buyer.client.post(f"/b/{address}", data={"carrier": "顺丰", "tracking": "SF1234567890123"})
    assert right.status_code == 303
    assert "SF1234567890123" in buyer.text(f"/b/{address}")

    agent.text("/returns/1")
    answer = agent.post("/returns/1/receipt", seen="2", **{"received-1": "2", "reception-1": "received"})
    assert answer.status_code == 303
    answer = agent.client.post(
        "/returns/1/inspection",
        data={
            "csrf_token": agent.token,
            "seen": "3",
            "condition-1": "opened_intact",
            "resellable-1": "yes",
            "photos-1": (io.BytesIO(PNG), "cup.png"),
        },
    )
    assert answer.status_code == 303
    page = agent.text("/returns/1")
    assert "as agreed: the money may go" in page
    assert "/image" in page
    assert matter.remedy_states() == ["agreed"]
    assert 'href="#refund"' in agent.text("/tickets/1"), "the money may go now"


def test_a_stale_page_is_refused_and_shows_what_is_true_now(agent: Visitor, matter: SendingBack) -> None:
    matter.start()
    matter.send_back()
    agent.text("/returns/1")

    answer = agent.post("/returns/1/end", seen="1", how="cancel", why="keep it")

    assert answer.status_code == 409
    assert "moved on" in answer.get_data(as_text=True)


def test_a_link_for_another_thing_opens_no_return(app: Flask, matter: SendingBack) -> None:
    matter.start()
    address = links.url(current_desk(), links.Purpose.SURVEY, 1).rpartition("/")[2]
    stranger = Visitor(app.test_client())

    assert stranger.get(f"/b/return/{address}").status_code == 404
    assert stranger.client.post(f"/b/return/{address}", data={"carrier": "sf"}).status_code == 404


def test_goods_and_coupons_go_out_from_the_side_of_the_ticket(app: Flask) -> None:
    both = (
        Part(option=1, remedy=Remedy.REDELIVERY, lines=((1, 1),)),
        Part(option=1, remedy=Remedy.COUPON, amount=1000),
    )
    matter = SendingBack(*both, reason="damaged")
    agent = visitor(app)
    page = agent.text("/tickets/1")
    assert "promise a day" in page
    assert re.findall(r'href="#(remedy-\d)"', page) == re.findall(r'id="(remedy-\d)" open', page)
    in_ninety_days = (clock.now().astimezone(current_desk().zone) + timedelta(days=90)).date().isoformat()
    assert f'name="valid_until" type="date" required value="{in_ninety_days}"' in page
    day = (clock.now() + timedelta(days=3)).date().isoformat()

    assert agent.post("/remedies/1/promise", promised_on=day, words="").status_code == 303
    assert agent.post("/remedies/2/coupon", valid_until="2020-01-01", code="").status_code == 422
    assert agent.post("/remedies/2/coupon", valid_until="2026-12-31", code="").status_code == 303
    sent = agent.post("/replacements/1/shipment", seen="1", carrier="sf", tracking="SF1234567890123")
    assert sent.status_code == 303
    assert agent.post("/replacements/1/delivery", seen="2").status_code == 303

    assert matter.state == "resolved"
    assert matter.coupon().code in agent.text("/tickets/1")


def test_a_dispute_has_its_deadline_and_verdict(app: Flask, agent: Visitor, matter: SendingBack) -> None:
    agent.text("/tickets/1")
    opened = agent.post(
        "/claims/1/platform-cases", platform="taobao", number="P-7", deadline="2026-06-05T10:00", notes="hm"
    )
    assert opened.status_code == 303
    assert "P-7" in agent.text("/tickets/1")

    refused = agent.post("/platform-cases/1/verdict", state="lost", verdict="For the buyer.")
    assert refused.status_code == 409  # for a lead
    lead = visitor(app, "lead")
    assert lead.post("/platform-cases/1/verdict", state="lost", verdict="For the buyer.").status_code == 303
    assert matter.state == "approved"


def test_people_to_ask_and_addresses_are_for_leads(app: Flask, agent: Visitor) -> None:
    assert agent.get("/settings/inside").status_code == 403
    lead = visitor(app, "lead")
    lead.text("/settings/inside")
    added = lead.post(
        "/settings/inside/contacts", name="Books", email="books@shop.example", role="finance", locale="en"
    )
    assert added.status_code == 303
    again = lead.post(
        "/settings/inside/contacts", name="Books", email="books@shop.example", role="finance", locale="en"
    )
    assert again.status_code == 409
    assert lead.post("/settings/inside/addresses", label="Munich", text="one line").status_code == 422
    assert lead.post("/settings/inside/addresses", label="Munich", text="Depot\nTor 1").status_code == 303
    assert "Munich" in lead.text("/settings/inside")


def test_goods_that_come_back_are_not_headed_as_money_in_chinese(agent: Visitor, matter: SendingBack) -> None:
    matter.start()
    matter.send_back()
    agent.post("/look", language="zh-CN", next="/")

    page = agent.text("/returns/1")

    assert "退货签收" in page
    assert "已到账" not in page


def test_the_hint_that_an_address_is_missing_leads_to_where_it_is_sent(
    agent: Visitor, matter: SendingBack
) -> None:
    page = agent.text(f"/tickets/{matter.ticket}")
    hint = page.partition("end the buyer the address for the return first")[2][:200]
    assert 'href="/remedies/1/return"' in hint


def test_who_may_not_add_an_address_reads_who_may(agent: Visitor, matter: SendingBack) -> None:
    with transaction() as session:
        return_addresses.retire(session, matter.address)
    page = agent.text("/remedies/1/return")
    assert "There is no address for returns yet." in page
    assert "It can be added by Lead, Lead2, or Owner." in page
