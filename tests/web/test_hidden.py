"""What a buyer's pages must not tell, and what asking on them must not hide from the shop."""

import io
import re
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from helpdesk import clock
from helpdesk.actions import merging, order_links, tickets
from helpdesk.db import reading, transaction
from helpdesk.links import Passing
from helpdesk.models import Agent, Entry, Order, OutboxMessage, Ticket
from helpdesk.rules.claim_terms import LinkLevel
from helpdesk.rules.linking import How, Link
from helpdesk.rules.states import OutboxState, Role, TicketState
from mail.parse import parse
from tests.actions.sold import LI, given, sell
from tests.web.buying import NUMBER, address, bought, claimed, filled, post, verbs
from tests.web.conftest import Desk, Visitor, letter

pytestmark = pytest.mark.trust
NOBODYS = "2398471029384756110"
EVE = "Eve <eve@else.example>"


def status_of_a_stranger(desk: Desk, stranger: Visitor, order_no: str, sender: str) -> str:
    """The page that somebody sees who has named this order in a mail and in the form."""
    number = desk.receive(letter(f"Refund for order {order_no}, it is broken.", sender=sender))
    form = address(Passing.CLAIM, number)
    answer = post(stranger, form, **filled(order="", order_no=order_no, files=[]))
    page = stranger.text(answer.location)
    return re.sub(r"/b/[^\"]+|RF-\d+|<time[^>]+>", "", page)


def test_the_status_page_is_the_same_whether_the_order_exists(desk: Desk, stranger: Visitor) -> None:
    sell(given(NUMBER))
    known = status_of_a_stranger(desk, stranger, NUMBER, EVE)
    unknown = status_of_a_stranger(desk, stranger, NOBODYS, "Mallory <mallory@else.example>")

    assert "order_link_sent" in verbs(1)
    assert known == unknown
    assert NUMBER not in known


def at_our_turn(number: int) -> None:
    """The buyer has written, and a colleague has it in hand."""
    with transaction() as session:
        ticket = tickets.hold(session, number)
        order = session.scalars(select(Order)).one()
        sure = Link(order_id=order.id, level=LinkLevel.VERIFIED, how=How.LINK, other_address=False)
        order_links.link(session, ticket, order, sure, actor="server", at=clock.now())
        tickets.move(session, ticket, TicketState.OPEN, actor="agent:1", at=clock.now())


def state(number: int = 1) -> TicketState:
    with reading() as session:
        return session.get_one(Ticket, number).state


def test_asking_for_the_form_takes_no_mail_out_of_the_queue(desk: Desk, stranger: Visitor) -> None:
    number = bought(desk)
    at_our_turn(number)
    stranger.get("/claim")
    stranger.post("/claim", email=LI, order_no=NUMBER)
    assert "form_offered" in verbs(number)
    assert state(number) is TicketState.OPEN


def test_a_new_link_in_place_of_an_old_one_does_not_either(desk: Desk, stranger: Visitor) -> None:
    page = address(Passing.STATUS, claimed(desk))
    at_our_turn(1)
    clock.shift(timedelta(days=200))
    assert stranger.client.post(page.replace("/b/", "/b/again/")).status_code == 200
    assert "link_sent_again" in verbs()
    assert state() is TicketState.OPEN


def test_a_ticket_that_was_opened_by_asking_waits_for_the_buyer(desk: Desk, stranger: Visitor) -> None:
    sell(given(NUMBER))
    stranger.get("/claim")
    stranger.post("/claim", email=LI, order_no=NUMBER)
    assert state() is TicketState.WAITING


def test_a_link_of_a_ticket_that_was_merged_into_another_buyers_opens_nothing_there(
    desk: Desk, stranger: Visitor
) -> None:
    bought(desk)
    eves = desk.receive(letter("Hello", sender=EVE))
    form = address(Passing.CLAIM, eves)
    with transaction() as session:
        ann = session.scalars(select(Agent).where(Agent.role == Role.LEAD)).one()
        merging.merge(session, eves, 1, by=ann, at=clock.now(), of_two_buyers=True)
    before = verbs(1)

    assert stranger.get(form).status_code == 404
    assert post(stranger, form, **filled()).status_code == 404
    assert verbs(1) == before


@pytest.mark.parametrize("name", ["name", "order_no"])
def test_a_line_of_a_withdrawal_is_one_line(desk: Desk, stranger: Visitor, name: str) -> None:
    typed = {"name": "Eve", "email": "eve@else.example", "order_no": "A-1", "words": ""}
    stranger.get("/withdraw")
    stranger.post("/withdraw/confirmation", **typed | {name: "A-1\r\nE-mail: other@else.example"})
    with reading() as session:
        entry = session.scalars(select(Entry).where(Entry.verb == "withdrawal_declared")).one()
        assert len(entry.facts["text"].splitlines()) == 3


def test_a_bundle_holds_no_link_by_which_its_reader_could_speak_for_the_order(
    desk: Desk, browser: Visitor, stranger: Visitor
) -> None:
    sell(given(NUMBER))
    status_of_a_stranger(desk, stranger, NUMBER, EVE)
    with transaction() as session:
        session.execute(update(OutboxMessage).values(state=OutboxState.SENT, sent_at=clock.now()))
    packed = zipfile.ZipFile(io.BytesIO(browser.post("/claims/1/bundle.zip").get_data()))
    mails = [parse(packed.read(name)) for name in packed.namelist() if name.endswith(".eml")]
    assert mails
    assert not any("/b/order/" in each.text for each in mails)
    assert "li@buyer.example" not in packed.read("entries.jsonl").decode()


def test_an_order_of_another_participant_is_not_the_buyers_own(desk: Desk) -> None:
    sell(given(NUMBER, emails=("eve@else.example",)))
    number = desk.receive(letter("Hello", sender="Li <li@buyer.example>"))
    by_her_mail = Link(order_id=1, level=LinkLevel.VERIFIED, how=How.SENDER, other_address=False)
    with transaction() as session:
        ticket, order = tickets.hold(session, number), session.get_one(Order, 1)
        row = order_links.link(session, ticket, order, by_her_mail, actor="server", at=clock.now())
        assert row.other_address
