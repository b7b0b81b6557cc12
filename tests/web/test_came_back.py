"""What came back: its reader can be told from the machine, and the right address is a form away."""

import re

import pytest
from sqlalchemy import select

from helpdesk import clock
from helpdesk.actions import order_links, suppressions, tickets
from helpdesk.db import reading, transaction
from helpdesk.models import Mailbox, Order, OutboxMessage, TicketOrder
from helpdesk.rules.claim_terms import LinkLevel
from helpdesk.rules.linking import How, Link
from helpdesk.workers.filing import file_stored
from tests.actions.proving import facts
from tests.actions.sold import sell
from tests.flows.test_returned_mail import BUYER, GONE, bounce_of
from tests.web.buying import letters, verbs
from tests.web.conftest import Desk, Visitor, letter

pytestmark = pytest.mark.trust
RIGHT = "li.mei@buyer.example"


@pytest.fixture
def returned(desk: Desk) -> int:
    """The ticket whose answer came back for good."""
    number = desk.receive(letter("您好，我有个问题。", sender=f"李梅 <{BUYER}>"))
    entry_id = desk.reply(number)
    with reading() as session:
        row = session.scalars(select(OutboxMessage).where(OutboxMessage.entry_id == entry_id)).one()
    desk.receive(bounce_of(row, GONE))  # type: ignore[arg-type]  # only its Message-ID is asked for
    return number


def reading_of(page: str) -> str:
    """The link to the message behind an entry of a report."""
    found = re.search(r"/entries/\d+/report", page)
    return found[0] if found else ""


def silenced(address: str) -> bool:
    with reading() as session:
        return suppressions.stops_planned(session, address, at=clock.now())


def test_the_next_reply_goes_to_the_address_that_an_agent_types(desk: Desk, returned: int) -> None:
    agent = desk.visitor("agent")
    assert "Correct the address" in agent.text(f"/tickets/{returned}")

    answer = agent.post(f"/tickets/{returned}/address", address=f" {RIGHT} ")

    assert answer.status_code == 303
    page = agent.text(f"/tickets/{returned}")
    assert f"{BUYER} was wrong, we write to {RIGHT}" in page
    assert "Correct the address" not in page, "nothing has come back from there"
    desk.reply(returned)
    assert letters()[-1].to[0].email == RIGHT
    assert (silenced(BUYER), silenced(RIGHT)) == (True, False)
    assert facts(returned, "address_corrected") == [{"before": BUYER, "after": RIGHT}]


def test_her_answer_from_the_right_address_joins(desk: Desk, returned: int) -> None:
    desk.visitor("agent").post(f"/tickets/{returned}/address", address=RIGHT)
    desk.reply(returned)
    told = letters()[-1]
    raw = letter("好的", sender=f"李梅 <{RIGHT}>", answers=told.message_id)
    assert desk.receive(raw) == returned


def test_an_order_without_that_address_gives_no_money_without_a_second_person(
    desk: Desk, returned: int
) -> None:
    sell()
    with transaction() as session:
        order = session.scalars(select(Order)).one()
        sure = Link(order_id=order.id, level=LinkLevel.VERIFIED, how=How.LINK, other_address=False)
        ticket = tickets.hold(session, returned)
        order_links.link(session, ticket, order, sure, actor="server", at=clock.now())
    desk.visitor("agent").post(f"/tickets/{returned}/address", address=RIGHT)
    with reading() as session:
        assert session.scalars(select(TicketOrder.other_address)).all() == [True]


@pytest.mark.parametrize(
    ("typed", "status", "said"),
    [
        ("li", 422, "is not an address that mail can be sent to"),
        ("support@shop.example", 422, "an address of our own"),
        (BUYER, 422, "is the address that is written to already"),
        ("eve@else.example", 409, "of another buyer"),
    ],
)
def test_an_address_that_cannot_be_hers_is_refused(
    desk: Desk, returned: int, typed: str, status: int, said: str
) -> None:
    desk.receive(letter("hello", sender="Eve <eve@else.example>"))
    answer = desk.visitor("agent").post(f"/tickets/{returned}/address", address=typed)
    assert answer.status_code == status
    assert said in answer.text
    assert facts(returned, "address_corrected") == []


def test_a_report_that_was_mail_is_read_run_again_and_counts_no_more(desk: Desk, returned: int) -> None:
    lead = desk.visitor("lead")
    page = lead.text(f"/tickets/{returned}")
    link = reading_of(page)
    shown = lead.text(link)
    assert "taken for a report about a message of ours" in shown
    assert "Run as a buyer" in shown
    assert silenced(BUYER)

    run = shown.partition("/run")[0].rpartition('"')[2] + "/run"
    assert lead.post(run).status_code == 303
    with reading() as session:
        mailbox_id = session.scalars(select(Mailbox.id)).one()
    file_stored(mailbox_id)

    assert not silenced(BUYER)
    assert "report_was_mail" in verbs(returned)
    assert "received" in verbs(returned + 1), "it is a ticket of its own now"
    assert lead.get(link).status_code == 404
    assert "Correct the address" not in lead.text(f"/tickets/{returned}")


def test_only_leads_run_a_report_again(desk: Desk, returned: int) -> None:
    agent = desk.visitor("agent")
    assert reading_of(agent.text(f"/tickets/{returned}")) == ""
    assert agent.post("/received/2/run").status_code == 403


def test_a_mail_that_joined_is_no_report(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    entry = desk.entries(number)[0]
    assert desk.visitor("lead").get(f"/entries/{entry.id}/report").status_code == 404


def test_another_matter_from_her_second_address_is_answered_there(desk: Desk, returned: int) -> None:
    desk.visitor("agent").post(f"/tickets/{returned}/address", address=RIGHT)
    desk.receive(letter("另一件事：发票开错了", subject="发票", sender=f"李梅 <{RIGHT}>"))
    assert letters()[-1].to[0].email == RIGHT
